import { expect, test } from "vitest";
import { translator } from "./sentences";

const say = translator({
  "It is over.": "Es ist vorbei.",
  "Port {port} is taken by {program}.": "{program} hat den Port {port}.",
  "Port {port} is taken.": "Der Port {port} ist vergeben.",
  "{name} (in {place}) left.": "{name} ist aus {place} gegangen.",
});

test("a sentence is said by its pattern, with what it names", () => {
  expect(say("It is over.")).toBe("Es ist vorbei.");
  expect(say("Port 7420 is taken by nginx.")).toBe("nginx hat den Port 7420.");
  expect(say("Port 7420 is taken.")).toBe("Der Port 7420 ist vergeben.");
  expect(say("Ada (in Rome.*) left.")).toBe("Ada ist aus Rome.* gegangen.");
});

test("what is named is put in as it is", () => {
  expect(say("$& {place} (in $1\n) left.")).toBe("$& {place} ist aus $1\n gegangen.");
});

test("a sentence that nobody knows stays as it is", () => {
  expect(say("It is over. Really.")).toBe("It is over. Really.");
  expect(say("")).toBe("");
});
