import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Language } from "../lib/language";
import { tagFor } from "./languages";

const german: Language = { parts: { greeting: { hello: "Hallo" } }, sentence: (text) => text };
const page = { lang: "en" };
let chosen: string | null;

beforeEach(() => {
  vi.resetModules();
  chosen = null;
  page.lang = "en";
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("document", { documentElement: page });
  vi.stubGlobal("localStorage", { getItem: () => chosen });
});

afterEach(() => vi.unstubAllGlobals());

/** A page that opens where people read `read`, and `come` brings its German. */
async function opened(read: string[], come: () => Promise<{ german: Language }>) {
  vi.stubGlobal("navigator", { languages: read });
  vi.doMock("./german", come);
  const { said } = await import("../lib/language");
  const words = said("greeting", { hello: "Hello" });
  const { speakAsChosen } = await import("./languages");
  await speakAsChosen();
  const { language } = await import("../platform/language");
  return { hello: words.hello, lang: page.lang, dates: language };
}

const comes = () => Promise.resolve({ german });

test("it is what was chosen, else what the person reads, else English", () => {
  expect(tagFor(null, ["de-AT", "en"])).toBe("de");
  expect(tagFor("en", ["de-AT", "en"])).toBe("en");
  expect(tagFor("de", ["en-US"])).toBe("de");
  expect(tagFor(null, ["fr-FR", "de"])).toBe("de");
  expect(tagFor(null, ["fr-FR"])).toBe("en");
  expect(tagFor("toString", [])).toBe("en");
  expect(tagFor(null, [])).toBe("en");
});

test("who reads German gets it, with dates as they are written there", async () => {
  expect(await opened(["de-AT", "en"], comes)).toEqual({ hello: "Hallo", lang: "de", dates: "de-AT" });
});

test("who reads something else gets English, with dates as the system has them", async () => {
  expect(await opened(["fr-FR"], comes)).toEqual({ hello: "Hello", lang: "en", dates: undefined });
});

test("what was chosen holds, for dates too", async () => {
  chosen = "de";
  expect(await opened(["en-US"], comes)).toEqual({ hello: "Hallo", lang: "de", dates: "de" });
});

test("English that was chosen holds where the system reads German", async () => {
  chosen = "en";
  expect(await opened(["de-DE"], comes)).toEqual({ hello: "Hello", lang: "en", dates: "en" });
});

test("what the app heard the system speak goes before what the page hears", async () => {
  vi.stubGlobal("lanvasSystemWords", "de");
  expect(await opened(["en-US"], comes)).toEqual({ hello: "Hallo", lang: "de", dates: "de" });
});

test("what the app says of dates goes before the words", async () => {
  vi.stubGlobal("lanvasLanguage", "ja");
  expect((await opened(["de"], comes)).dates).toBe("ja");
});

test("a language that cannot be fetched leaves the page in English", async () => {
  expect(await opened(["de"], () => Promise.reject(new Error("the Wi-Fi is gone")))).toEqual({ hello: "Hello", lang: "en", dates: undefined });
});

test("a language that takes too long leaves the page in English, and does not come later", async () => {
  vi.useFakeTimers();
  let come = (): void => undefined;
  const slow = opened(["de"], () => new Promise((resolve) => (come = () => resolve({ german }))));
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  const page = await slow;
  come();
  expect(page).toEqual({ hello: "Hello", lang: "en", dates: undefined });
});
