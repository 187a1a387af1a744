/**
 * The eyedropper: takes the colour of what it is put on. What was drawn has its colours
 * to choose from; which of them is meant, and any colour of a picture, is seen. What
 * is selected gets it; else one draws with it.
 */
import { expand, rectBetween, type Point } from "../engine/geometry";
import { topmostAt } from "../engine/hit";
import type { Color } from "../protocol/generated/messages";
import type { Effect } from "./effect";
import type { ToolEvent, ToolView } from "./tool";

export function stepPicker(event: ToolEvent, view: ToolView): Effect[] {
  if (event.type !== "up") return [];
  const colors = colorsAt(event.at, view);
  return [...(colors === null ? [] : [{ type: "pick_color", at: { x: event.at.x, y: event.at.y }, colors } as const]), { type: "set_tool", tool: view.selection.length > 0 ? "select" : "pen" }];
}

/** None to choose from where it is a picture; null where there is nothing. */
function colorsAt(at: Point, view: ToolView): readonly Color[] | null {
  const reach = 6 / view.camera.zoom;
  const shape = topmostAt(view.scene, at, reach)?.shape ?? view.scene.query(expand(rectBetween(at, at), reach)).at(-1)?.shape;
  if (!shape) return null;
  if (shape.body.kind === "image") return [];
  return shape.fill !== undefined && shape.fill !== "none" ? [shape.fill, shape.color] : [shape.color];
}
