import { expect, test } from "vitest";
import form from "./AccountForm.svelte?raw";
import { ACCOUNT_PASSWORD_LENGTH_MIN } from "../../protocol/generated/limits";
import { isShort } from "./account_words";

test("a new password has so many characters at least, in whatever script", () => {
  for (const letter of ["x", "é", "漢", "👋"]) {
    expect(isShort(letter.repeat(ACCOUNT_PASSWORD_LENGTH_MIN))).toBe(false);
    expect(isShort(letter.repeat(ACCOUNT_PASSWORD_LENGTH_MIN - 1))).toBe(true);
  }
  expect(isShort("")).toBe(true);
});

test("no field takes more than a password may have", () => {
  const fields = form.match(/<input.*type=\{kind\}.*\/>/g) ?? [];
  expect(fields.length).toBeGreaterThan(0);
  for (const field of fields) expect(field).toContain("maxlength={ACCOUNT_PASSWORD_LENGTH_MAX}");
});
