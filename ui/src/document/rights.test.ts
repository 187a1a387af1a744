import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Act, ErrorCode, Role, Rules } from "../protocol/generated/messages";
import { followed, RULES, whyNot } from "./rights";

interface Row {
  readonly act: Act;
  readonly role: Role;
  readonly muted: boolean;
  readonly rules: Rules;
  readonly refusal: ErrorCode | null;
}

const fixture = new URL("../../../src-tauri/crates/lanvas-protocol/fixtures/acts.json", import.meta.url);
const rows = JSON.parse(readFileSync(fixture, "utf8")) as Row[];

test("the table says what the hub's says", () => {
  expect(rows.length).toBeGreaterThan(300);
  for (const row of rows) expect(whyNot(row.rules, row.act, row.role, row.muted), JSON.stringify(row)).toBe(row.refusal);
});

test("rules follow operations", () => {
  const locked = followed(RULES, { type: "set_rules", rules: { board_locked: true } });
  expect(locked).toEqual({ ...RULES, board_locked: true });
  expect(followed(locked, { type: "lower_everyone", role: "viewer" }).everyone).toBe("viewer");
  expect(followed(locked, { type: "lower_everyone", role: "editor" })).toBe(locked);
});
