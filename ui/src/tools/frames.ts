/** Frames, the pages of the board: what lies in them, and what the next one is called. Pure. */
import { containsRect } from "../engine/geometry";
import type { Placed, Scene } from "../engine/scene";
import { said } from "../lib/language";
import type { Shape, ShapeBody } from "../protocol/generated/messages";
import type { ToolView } from "./tool";

/** What a new frame is called, for everybody. */
export const frameWords = said("frame", { page: (number: number): string => `Page ${number}` });

export type Frame = Shape & { readonly body: Extract<ShapeBody, { kind: "frame" }> };

export function isFrame(shape: Shape): shape is Frame {
  return shape.body.kind === "frame";
}

export function framesOf(scene: Scene): Frame[] {
  return [...scene.all()].map(({ shape }) => shape).filter(isFrame);
}

/** These, and behind them what lies in the frames among them: locked or not it goes along, but for what is sealed. */
export function withFrames(chosen: readonly Placed[], scene: Scene): Placed[] {
  const all = new Set(chosen);
  for (const { shape } of chosen) {
    if (!isFrame(shape)) continue;
    const { x, y, body } = shape;
    const box = { minX: x, minY: y, maxX: x + body.w, maxY: y + body.h };
    for (const inside of scene.query(box)) if (inside.shape.sealed !== true && containsRect(box, inside.bounds)) all.add(inside);
  }
  return [...all];
}

/** All that is selected, and what lies in the frames among it. */
export function selectedWithFrames({ selection, scene }: Pick<ToolView, "selection" | "scene">): Placed[] {
  return withFrames(selection.flatMap((id) => scene.get(id) ?? []), scene);
}

/** The first number from `least` on whose usual name is none of `names`. */
export function freeNumber(names: ReadonlySet<string>, least: number): number {
  let number = least;
  while (names.has(frameWords.page(number))) number++;
  return number;
}

export function lastOrder(pages: readonly Frame[]): number {
  return pages.reduce((most, { body }) => Math.max(most, body.order ?? 0), 0);
}
