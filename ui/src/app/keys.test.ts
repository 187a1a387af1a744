import { expect, test } from "vitest";
import { actionFor, type KeyPress } from "./keys";

const TOOLS = new Map([
  ["p", "pen"],
  ["1", "select"],
]);

function press(key: string, held: Partial<KeyPress> = {}): string | null {
  const action = actionFor({ key, shift: false, command: false, alt: false, typing: false, ...held }, TOOLS);
  return action === null ? null : action.do === "tool" ? action.tool : action.do;
}

test.each([
  ["p", {}, "pen"],
  ["P", {}, "pen"],
  ["1", {}, "select"],
  ["z", { command: true }, "undo"],
  ["Z", { command: true, shift: true }, "redo"],
  ["y", { command: true }, "redo"],
  ["0", { command: true }, "zoom_home"],
  ["!", { shift: true }, "zoom_fit"],
  ["?", { shift: true }, "help"],
  ["Escape", {}, "escape"],
  ["Escape", { typing: true }, "escape"],
] as const)("%s %o is %s", (key, held, action) => {
  expect(press(key, held)).toBe(action);
});

test("letters that are being typed, and keys of the browser, are left alone", () => {
  expect(press("p", { typing: true })).toBeNull();
  expect(press("z", { typing: true, command: true })).toBeNull();
  expect(press("p", { command: true })).toBeNull();
  expect(press("p", { alt: true })).toBeNull();
  expect(press("toString", {})).toBeNull();
});
