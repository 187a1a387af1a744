import { beforeEach, expect, test, vi } from "vitest";

let { said, speak, sentence } = await import("./language");

const english = () => ({
  title: "Notes",
  count: (n: number) => `${n} notes`,
  deep: { near: "Here", far: { off: "There" } },
  spans: [[5, "five"], [0, "ever"]] as readonly (readonly [number, string])[],
  limit: 3,
});

const german = {
  title: "Notizen",
  count: (n: number) => `${n} Notizen`,
  deep: { near: "Hier", far: { off: "Dort" } },
  spans: [[5, "fünf"], [0, "immer"]],
  limit: 3,
};

const language = { parts: { notes: german }, sentence: (text: string) => (text === "No." ? "Nein." : text) };

beforeEach(async () => {
  vi.resetModules();
  ({ said, speak, sentence } = await import("./language"));
});

const all = (words: ReturnType<typeof english>) => [words.title, words.count(2), words.deep.near, words.deep.far.off, words.spans[1]?.[1], words.limit];

test("without a language the words are the ones that were handed in", () => {
  const words = english();
  expect(said("notes", words)).toBe(words);
  expect(all(words)).toEqual(["Notes", "2 notes", "Here", "There", "ever", 3]);
  expect(sentence("No.")).toBe("No.");
});

test("a language takes the place of the words that are there, however deep, in the same objects", () => {
  const words = said("notes", english());
  const { deep } = words;
  speak(language);
  expect(all(words)).toEqual(["Notizen", "2 Notizen", "Hier", "Dort", "immer", 3]);
  expect(deep.near).toBe("Hier");
  expect(sentence("No.")).toBe("Nein.");
});

test("a part that comes later comes in the language", () => {
  speak(language);
  expect(all(said("notes", english()))).toEqual(["Notizen", "2 Notizen", "Hier", "Dort", "immer", 3]);
});

test("a part that the language does not know stays in English", () => {
  speak(language);
  expect(said("others", english()).title).toBe("Notes");
});
