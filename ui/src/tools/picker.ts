/** The eyedropper: takes the colour of what it is put on. */
import { topmostAt } from "../engine/hit";
import { expand, rectBetween, type Point } from "../engine/geometry";
import type { Color } from "../protocol/generated/messages";
import type { Effect } from "./effect";
import type { ToolEvent, ToolView } from "./tool";

export function stepPicker(event: ToolEvent, view: ToolView): Effect[] {
  if (event.type !== "up") return [];
  const color = colorAt(event.at, view);
  return [...(color === null ? [] : [{ type: "pick_color", color } as const]), { type: "set_tool", tool: "pen" }];
}

/** The fill where there is one, else the colour; of a picture none. */
function colorAt(at: Point, view: ToolView): Color | null {
  const reach = 6 / view.camera.zoom;
  const shape = topmostAt(view.scene, at, reach)?.shape ?? view.scene.query(expand(rectBetween(at, at), reach)).at(-1)?.shape;
  if (!shape || shape.body.kind === "image") return null;
  return shape.fill !== undefined && shape.fill !== "none" ? shape.fill : shape.color;
}
