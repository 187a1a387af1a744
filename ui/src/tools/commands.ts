/**
 * What can be done to the selection or the board by one press: the context menu,
 * the palette and the keyboard all call these by name. Pure.
 */
import { changedShape, hasProperty, isFixed, propertyOf, type ShapeProperty, type ShapeValue } from "../document/shape";
import { isCropped } from "../engine/crop";
import type { Placed } from "../engine/scene";
import { OPERATION_SHAPES_MAX } from "../protocol/generated/limits";
import type { Remainder, Shape, ShapeChange, ShapeId } from "../protocol/generated/messages";
import { aligned, distributed, flipped, restacked, turnedOn, type Edge, type Level } from "./arrange";
import type { Effect } from "./effect";
import { imageOf, uncropped, type ImageShape } from "./framing";
import { grouped, groupsOf, ungrouped } from "./groups";
import { late } from "./late";
import { runsOf, type ToolView } from "./tool";

export type CommandName =
  | "delete" | "duplicate" | "select_all" | "group" | "ungroup" | "lock" | "seal" | "unlock_all"
  | "to_front" | "to_back" | "forward" | "backward" | "flip_x" | "flip_y" | "turn_right" | "turn_left"
  | "align_left" | "align_center" | "align_right" | "align_top" | "align_middle" | "align_bottom"
  | "distribute_x" | "distribute_y" | "copy_style" | "paste_style" | "bold" | "italic" | "uncrop";

export interface CommandInput {
  /** An id nobody has. */
  readonly fresh: string;
  /** The look that was copied last. */
  readonly copiedStyle: ShapeChange | null;
}

/** Between a thing and its copy. */
export const DUPLICATE_PX = 16;

/** Properties that copying a look takes along. */
const LOOK: readonly ShapeProperty[] = ["color", "opacity", "fill", "dash", "font", "align", "bold", "italic", "width", "size", "head_start", "head_end", "nib"];

/** Those of the selection that may be changed. */
export function free(view: ToolView): Placed[] {
  return view.selection.flatMap((id) => view.scene.get(id) ?? []).filter(({ shape }) => !isFixed(shape));
}

/** Changes as operations the wire takes. */
export function submitChanges(changes: readonly ShapeChange[], gesture: string): Effect[] {
  const real = changes.filter((change) => Object.keys(change).length > 1);
  return runsOf(real, OPERATION_SHAPES_MAX).map((run) => ({ type: "submit", operation: { type: "update_shapes", changes: run }, gesture }));
}

export function submitShapes(shapes: readonly Shape[], gesture: string): Effect[] {
  return runsOf(shapes, OPERATION_SHAPES_MAX).map((run) => ({ type: "submit", operation: { type: "add_shapes", shapes: run }, gesture }));
}

/** Whether it would do anything now. */
export function canRun(name: CommandName, view: ToolView, { copiedStyle }: Pick<CommandInput, "copiedStyle">): boolean {
  const count = view.selection.length;
  switch (name) {
    case "select_all":
    case "unlock_all":
      return view.scene.size > 0;
    case "lock":
    case "seal":
    case "copy_style":
      return count > 0;
    case "paste_style":
      return copiedStyle !== null && free(view).length > 0;
    case "group":
      return free(view).length > 1;
    case "ungroup":
      return free(view).some(({ shape }) => groupsOf(shape).length > 0);
    case "distribute_x":
    case "distribute_y":
      return free(view).length > 2;
    case "uncrop":
      return croppedOf(view).length > 0;
    case "bold":
    case "italic":
      return free(view).some(({ shape }) => hasProperty(shape, "text"));
    default:
      return name.startsWith("align_") ? free(view).length > 1 : free(view).length > 0;
  }
}

export function runCommand(name: CommandName, view: ToolView, input: CommandInput): Effect[] {
  const { fresh } = input;
  const selected = free(view);
  const shapes = selected.map(({ shape }) => shape);
  switch (name) {
    case "delete":
      return removed(selected, view, fresh);
    case "duplicate":
      return late.copiesPut?.(selected, { x: DUPLICATE_PX / view.camera.zoom, y: DUPLICATE_PX / view.camera.zoom }, view, fresh) ?? [];
    case "select_all":
      return [{ type: "set_tool", tool: "select" }, { type: "set_selection", ids: [...view.scene.all()].filter(({ shape }) => !isFixed(shape)).map(({ shape }) => shape.id) }];
    case "group":
      return shapes.length > 1 ? submitChanges(grouped(shapes, fresh), fresh) : [];
    case "ungroup":
      return submitChanges(ungrouped(shapes), fresh);
    case "lock":
      return locked(view, fresh);
    case "seal":
      return sealed(view, fresh);
    case "unlock_all":
      return submitChanges([...view.scene.all()].filter(({ shape }) => shape.locked === true && shape.sealed !== true).map(({ shape }) => ({ id: shape.id, locked: false })), fresh);
    case "copy_style":
      return copyStyle(view);
    case "paste_style":
      return input.copiedStyle === null ? [] : submitChanges(styled(shapes, input.copiedStyle), fresh);
    case "uncrop":
      return submitChanges(croppedOf(view).map(uncropped), fresh);
    case "bold":
    case "italic":
      return toggled(shapes, name, fresh);
    default:
      return submitChanges(arranged(name, selected, view), fresh);
  }
}

type ArrangeName = Exclude<CommandName, "delete" | "duplicate" | "select_all" | "group" | "ungroup" | "lock" | "unlock_all" | "copy_style" | "paste_style" | "bold" | "italic" | "uncrop">;

function arranged(name: ArrangeName, selected: readonly Placed[], view: ToolView): ShapeChange[] {
  switch (name) {
    case "to_front":
    case "to_back":
    case "forward":
    case "backward":
      return restacked(view.scene, selected, name.replace("to_", "") as Level);
    case "flip_x":
    case "flip_y":
      return flipped(selected, name === "flip_x" ? "x" : "y");
    case "turn_right":
    case "turn_left":
      return turnedOn(selected, name === "turn_right");
    case "distribute_x":
    case "distribute_y":
      return distributed(selected, name === "distribute_x" ? "x" : "y");
    default:
      return aligned(selected, name.replace("align_", "") as Edge);
  }
}

/** Connectors that were bound to what goes stay where they are seen. */
export function removed(selected: readonly Placed[], view: ToolView, gesture: string): Effect[] {
  const ids = selected.map(({ shape }) => shape.id);
  if (ids.length === 0) return [];
  return [...submitChanges(freed(ids, view), gesture), ...removeShapes(ids, gesture), { type: "set_selection", ids: [] }];
}

/** `left`: what stays of strokes among them; `taken`: the rest of those. */
export function removeShapes(ids: readonly ShapeId[], gesture: string, left: readonly Remainder[] = [], taken: readonly Remainder[] = []): Effect[] {
  return runsOf(ids, OPERATION_SHAPES_MAX).map((run) => {
    const of = (parts: readonly Remainder[]): Remainder[] => (parts.length === 0 ? [] : parts.filter((part) => run.includes(part.of)));
    const [own, gone] = [of(left), of(taken)];
    return { type: "submit", operation: { type: "remove_shapes", ids: run, ...(own.length === 0 ? {} : { left: own }) }, gesture, ...(gone.length === 0 ? {} : { taken: gone }) };
  });
}

/** Writes where the followers of these are seen, before there is nothing to follow. */
export function freed(ids: readonly ShapeId[], view: ToolView): ShapeChange[] {
  const going = new Set(ids);
  const followers = new Set(ids.flatMap((id) => [...view.scene.followers(id)]).filter((id) => !going.has(id)));
  return [...followers].flatMap((id) => {
    const placed = view.scene.get(id);
    if (placed?.drawn.body.kind !== "connector") return [];
    const { x, y, body } = placed.drawn;
    const from = going.has(body.from ?? "") ? { from: "" } : {};
    const to = going.has(body.to ?? "") ? { to: "" } : {};
    return [{ id, x, y, w: body.w, h: body.h, ...from, ...to }];
  });
}

function locked(view: ToolView, gesture: string): Effect[] {
  const shapes = view.selection.flatMap((id) => view.scene.get(id)?.shape ?? []).filter((shape) => shape.sealed !== true);
  const locks = shapes.some((shape) => shape.locked !== true);
  return submitChanges(shapes.map(({ id }) => ({ id, locked: locks })), gesture);
}

function sealed(view: ToolView, gesture: string): Effect[] {
  const shapes = view.selection.flatMap((id) => view.scene.get(id)?.shape ?? []);
  const seals = shapes.some((shape) => shape.sealed !== true);
  return submitChanges(shapes.map(({ id }) => ({ id, sealed: seals })), gesture);
}

function copyStyle(view: ToolView): Effect[] {
  const [id] = view.selection;
  const shape = id === undefined ? undefined : view.scene.get(id)?.shape;
  if (!shape) return [];
  const values: Record<string, ShapeValue> = {};
  for (const property of LOOK) {
    const value = propertyOf(shape, property);
    if (value !== undefined) values[property] = value;
  }
  return [{ type: "keep_style", style: { id: shape.id, ...values } }];
}

/** Only what each of them has, and does not have so already. */
export function styled(shapes: readonly Shape[], style: ShapeChange): ShapeChange[] {
  const { id: _, ...values } = style;
  return shapes.flatMap((shape) => {
    const fits = Object.entries(values).filter(([name, value]) => hasProperty(shape, name as ShapeProperty) && propertyOf(shape, name as ShapeProperty) !== value);
    return fits.length === 0 ? [] : [{ id: shape.id, ...(Object.fromEntries(fits) as Omit<ShapeChange, "id">) }];
  });
}

function toggled(shapes: readonly Shape[], property: "bold" | "italic", gesture: string): Effect[] {
  const able = shapes.filter((shape) => hasProperty(shape, "text"));
  const on = able.some((shape) => shape[property] !== true);
  return submitChanges(able.map(({ id }) => ({ id, [property]: on })), gesture);
}

function croppedOf(view: ToolView): ImageShape[] {
  return free(view).flatMap((placed) => {
    const image = imageOf(placed);
    return image && isCropped(image.body) ? [image] : [];
  });
}

/** Around all that is selected; empty if nothing is. */
export function selectionBounds(view: ToolView) {
  return view.scene.boundsOf(view.selection);
}

/** The shapes as the changes would leave them. */
export function draftOf(shapes: readonly Shape[], changes: readonly ShapeChange[]): Shape[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  return shapes.flatMap((shape) => {
    const change = byId.get(shape.id);
    return change ? [changedShape(shape, change)] : [];
  });
}
