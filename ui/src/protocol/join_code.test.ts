import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { joinCodeOf } from "./join_code";

const FIXTURE = new URL("../../../src-tauri/crates/lanvas-protocol/fixtures/join_codes.json", import.meta.url);
const rows = JSON.parse(readFileSync(FIXTURE, "utf8")) as { address: string; port: number; code: string }[];

test.each(rows)("$address:$port is $code", ({ address, port, code }) => {
  expect(joinCodeOf(`http://${address}:${port}/s/k3f9x2ab`)).toBe(code);
});

test("what words cannot say has none", () => {
  for (const link of ["ftp://192.168.1.5:7420/s/x", "http://anns-laptop.local:7420/", "http://[fd00::1]:7420/", ""]) expect(joinCodeOf(link)).toBeNull();
  expect(joinCodeOf("https://192.168.1.5:7420/s/x")).toBe(joinCodeOf("http://192.168.1.5:7420/s/x"));
});
