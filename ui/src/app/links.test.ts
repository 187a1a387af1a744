import { expect, test } from "vitest";
import { textParts } from "./links";

const links = (text: string): (string | null)[] => textParts(text).map((part) => part.href);

test("words around a link stay words, and nothing is lost", () => {
  const text = "See http://192.168.1.5:7420/s/abc, then (https://a.example/x_(y)) or write.";
  const parts = textParts(text);
  expect(parts.map((part) => part.text).join("")).toBe(text);
  expect(parts.filter((part) => part.href !== null).map((part) => part.text)).toEqual([
    "http://192.168.1.5:7420/s/abc",
    "https://a.example/x_(y)",
  ]);
});

test.each([
  "javascript:alert(1)",
  "data:text/html,hi",
  "file:///etc/passwd",
  "http://",
  "https://bank.example@evil.example/",
  "plain words",
])("%s is no link", (text) => {
  expect(links(text)).toEqual([null]);
});

test("an empty text has no parts", () => {
  expect(textParts("")).toEqual([]);
});
