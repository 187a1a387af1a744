import { expect, test } from "vitest";
import type { Presence } from "../protocol/generated/messages";
import { StandIn } from "../testing/stand_in";
import { showOthers, shownCursors, shownSelections } from "./others";

test("everybody else who points or has something selected is shown, by name and colour", () => {
  const it = new StandIn();
  it.come({ id: 2, name: "Ben", color: "#e5484d", role: "editor" });
  it.showOther(1, { typing: false, cursor: { x: 0, y: 0 } });
  it.showOther(2, { typing: false, cursor: { x: 5, y: 6 }, selection: ["s"] });
  it.showOther(9, { typing: false, cursor: { x: 7, y: 8 } });
  const { presences, people } = it.session;
  expect(shownCursors(presences, people)).toEqual([{ key: 2, name: "Ben", color: "#e5484d", at: { x: 5, y: 6 } }]);
  expect(shownSelections(presences, people)).toEqual([{ name: "Ben", color: "#e5484d", ids: ["s"] }]);
});

test("the board is not painted again because somebody types", () => {
  const it = new StandIn();
  it.come({ id: 2, name: "Ben", color: "#e5484d", role: "editor" });
  let shown = 0;
  const hear = showOthers(it.session, () => (shown += 1));
  const tell = (presence: Presence): number => {
    it.showOther(2, presence);
    hear();
    return shown;
  };
  expect(tell({ typing: false, cursor: { x: 5, y: 6 }, selection: ["s"] })).toBe(1);
  expect(tell({ typing: true, cursor: { x: 5, y: 6 }, selection: ["s"], caret: { base: 1, anchor: 0, head: 0 } })).toBe(1);
  expect(tell({ typing: true, cursor: { x: 5, y: 7 }, selection: ["s"] })).toBe(2);
  expect(tell({ typing: true, cursor: { x: 5, y: 7 }, selection: ["s", "t"] })).toBe(3);
});
