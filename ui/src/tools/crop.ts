/**
 * Cropping a picture: its handles cut it and bring back what was cut, a drag in it
 * moves it behind its frame, arrows cut at their side. All of it is shown faintly
 * meanwhile. Enter, Escape or a press elsewhere ends it; each change is a step of
 * its own.
 */
import { handlesOf, type GripName, type Handles } from "../engine/handles";
import { toOwn } from "../engine/placement";
import type { Shape, ShapeChange } from "../protocol/generated/messages";
import { draftOf, submitChanges } from "./commands";
import type { Effect } from "./effect";
import { cutBy, imageOf, selectedImage, shiftedBy, uncropped, type Cropping, type CropDrag, type ImageShape } from "./framing";
import { gripAt, sidesOf } from "./grips";
import type { ToolEvent, ToolView } from "./tool";

/** Not cut smaller than this, CSS pixels. */
const SIDE_LEAST_PX = 12;
const NUDGE_PX = 8;
const GHOST_OPACITY = 0.3;

export function beginCrop({ id }: ImageShape, view: ToolView): { state: Cropping; effects: readonly Effect[] } {
  const state: Cropping = { type: "cropping", id, drag: null };
  return { state, effects: [{ type: "show_hint", hint: "crop" }, ...show(state, view)] };
}

/** Null when the event ends it and means to the tool what it always means; `done` when it only ends it. */
export function stepCrop(state: Cropping, event: ToolEvent, view: ToolView): { state: Cropping | "done"; effects: readonly Effect[] } | null {
  const image = imageOf(view.scene.get(state.id));
  if (!image || selectedImage(view)?.id !== image.id) return null;
  switch (event.type) {
    case "down":
      return press(state, image, event, view);
    case "move":
    case "up":
      return drag(state, image, event, view);
    case "cancel":
      return { state: { ...state, drag: null }, effects: show({ ...state, drag: null }, view) };
    case "double":
      return { state: "done", effects: [] };
    case "key":
      return key(state, image, event, view);
    case "frame":
      return { state, effects: [] };
  }
}

/** The frame's own handles, without the knob. */
function handles(shape: Shape, view: ToolView): Handles | null {
  const all = handlesOf([view.scene.place(shape)]);
  return all && { ...all, grips: all.grips.filter(({ name }) => name !== "turn"), solid: true };
}

function show(state: Cropping, view: ToolView, change: ShapeChange | null = null): Effect[] {
  const image = imageOf(view.scene.get(state.id));
  if (!image) return [];
  const now = change ? ((draftOf([image], [change])[0] ?? image) as ImageShape) : image;
  const ghost = draftOf([now], [uncropped(now)]).map((whole) => ({ ...whole, id: "crop-whole", opacity: GHOST_OPACITY }));
  const crop = handles(now, view);
  return [{ type: "set_preview", preview: { draft: [...ghost, now], ...(crop ? { crop } : {}) } }];
}

function press(state: Cropping, image: ImageShape, event: Extract<ToolEvent, { type: "down" }>, view: ToolView) {
  const from = { x: event.at.x, y: event.at.y };
  const grip = gripAt(handles(image, view), from, event.reach, view.camera);
  const { x, y } = toOwn({ ...image, mirrored: false }, from);
  const isInside = x >= 0 && y >= 0 && x <= image.body.w && y <= image.body.h;
  if (!grip && !isInside) return null;
  return { state: { ...state, drag: { grip, from, to: from, gesture: event.fresh } }, effects: [] };
}

function drag(state: Cropping, image: ImageShape, event: Extract<ToolEvent, { type: "move" | "up" }>, view: ToolView) {
  if (!state.drag) return { state, effects: [] };
  const { x, y } = event.type === "up" ? event.at : (event.samples.at(-1) ?? state.drag.to);
  const next: Cropping = { ...state, drag: { ...state.drag, to: { x, y } } };
  const change = dragged(image, { ...state.drag, to: { x, y } }, view);
  if (event.type === "move") return { state: next, effects: show(next, view, change) };
  const isClick = Math.hypot(x - state.drag.from.x, y - state.drag.from.y) * view.camera.zoom < 1;
  return submitted({ ...state, drag: null }, isClick ? null : change, state.drag.gesture, view);
}

function submitted(state: Cropping, change: ShapeChange | null, gesture: string, view: ToolView) {
  return { state, effects: [...(change ? submitChanges([change], gesture) : []), ...show(state, view, change)] };
}

/** By a way on the board, as the picture sees it. */
function dragged(image: ImageShape, { grip, from, to }: CropDrag, view: ToolView): ShapeChange {
  const upright = { ...image, mirrored: false };
  const [a, b] = [toOwn(upright, from), toOwn(upright, to)];
  const by = { x: b.x - a.x, y: b.y - a.y };
  return grip ? cutBy(image, grip.name, by, SIDE_LEAST_PX / view.camera.zoom) : shiftedBy(image, by);
}

const SIDE_OF: Readonly<Record<string, GripName>> = { ArrowLeft: "w", ArrowRight: "e", ArrowUp: "n", ArrowDown: "s" };

/** An arrow cuts at its side, with Shift it gives back. */
function key(state: Cropping, image: ImageShape, { key: name, fresh, modifiers }: Extract<ToolEvent, { type: "key" }>, view: ToolView) {
  const side = SIDE_OF[name];
  if (name === "Enter" || name === "Escape") return { state: "done" as const, effects: [] };
  if (!side) return null;
  const { x, y } = sidesOf(side);
  const step = ((modifiers.shift ? 1 : -1) * NUDGE_PX) / view.camera.zoom;
  // The picture's own axes, however it is turned.
  return submitted(state, cutBy(image, side, { x: x * step, y: y * step }, SIDE_LEAST_PX / view.camera.zoom), fresh, view);
}
