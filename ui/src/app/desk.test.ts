import { expect, test } from "vitest";
import { StandIn } from "../testing/stand_in";
import { meaningOf } from "../tools/keys";
import { Desk, TOOLS } from "./desk";

test("the keys on the toolbar are those the canvas listens to", () => {
  const modifiers = { shift: false, command: false, alt: false };
  for (const { name, key } of TOOLS) {
    expect(meaningOf({ key, code: `Key${key.toUpperCase()}`, modifiers })).toEqual(name === "shape" ? { type: "command", command: "rectangle" } : { type: "tool", tool: name });
  }
});

test("a label that was written becomes one operation, an empty one none", () => {
  const it = new StandIn();
  const desk = new Desk(it.session);
  const edit = { id: null, x: 1, y: 2, size: 24, color: "#22252a", text: "" };
  desk.edit.set(edit);
  desk.finishText("   ");
  desk.edit.set(edit);
  desk.finishText("Hello");
  desk.finishText("said twice");
  expect(it.submitted).toHaveLength(1);
  expect(it.submitted[0]).toMatchObject({ type: "add_shapes", shapes: [{ x: 1, y: 2, body: { kind: "text", text: "Hello" } }] });
});
