import { expect, test } from "vitest";
import { placeOf } from "./place";

const secret = "0123456789abcdef0123456789abcdef";

test("a pipe's address tells where it leads, and nothing else of it", () => {
  for (const place of ["10.0.0.5:7420", "nas.local:7421", "[fd00::5]:7420"]) expect(placeOf(`http://127.0.0.1:41234/${secret}/${place}`)).toBe(`https://${place}`);
});

test("any other address is where it says", () => {
  for (const base of ["http://127.0.0.1:7420", "https://10.0.0.5:7420", `http://10.0.0.5:7420/${secret}/10.0.0.6:1`, `http://127.0.0.1:1/${secret.slice(1)}/x:1`]) expect(placeOf(base)).toBe(base);
});
