import { afterEach, expect, test, vi } from "vitest";
import { encryptionOf } from "./encryption";

afterEach(() => vi.unstubAllGlobals());

const says = (said: unknown): void => void vi.stubGlobal("fetch", () => Promise.resolve({ json: () => Promise.resolve(said) }));

test("what the hub says of its certificate is what people are told", async () => {
  says({ issuer: "own", fingerprint: "00", short: "4f2a 91c0 77de 0b18 e6a3" });
  expect(await encryptionOf("https://192.168.1.5:7420")).toEqual({ kind: "own", short: "4f2a 91c0 77de 0b18 e6a3" });
  says({ issuer: "given", fingerprint: "00", short: "4f2a 91c0 77de 0b18 e6a3" });
  expect(await encryptionOf("https://192.168.1.5:7420")).toEqual({ kind: "given" });
  says(null);
  expect(await encryptionOf("http://192.168.1.5:7420")).toEqual({ kind: "none" });
  expect(await encryptionOf("https://board.school.example")).toEqual({ kind: "given" });
});

test("who says nothing or nonsense is not believed to be encrypted", async () => {
  for (const said of [{ issuer: "own", short: "<b>" }, { issuer: "own" }, "own", 7]) {
    says(said);
    expect(await encryptionOf("http://192.168.1.5:7420")).toEqual({ kind: "none" });
  }
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  expect(await encryptionOf("http://192.168.1.5:7420")).toEqual({ kind: "none" });
});
