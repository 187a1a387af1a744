import { expect, test } from "vitest";
import { StandIn } from "../testing/stand_in";
import { shownCursors, shownSelections } from "./others";

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
