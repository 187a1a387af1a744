/** What tools look at, for their tests. */
import type { Shape } from "../protocol/generated/messages";
import { Scene } from "../engine/scene";
import type { Effect } from "../tools/effect";
import { PLAIN_STYLE } from "../tools/style";
import type { Modifiers, Sample, ToolView } from "../tools/tool";
import { boardOf } from "./ink";

export const PLAIN: Modifiers = { shift: false, command: false, alt: false };
export const SHIFT: Modifiers = { ...PLAIN, shift: true };
export const COMMAND: Modifiers = { ...PLAIN, command: true };

export function viewOn(shapes: readonly Shape[], part: Partial<ToolView> = {}): ToolView {
  return {
    scene: new Scene(boardOf(...shapes), (line) => line.length * 50),
    camera: { x: 0, y: 0, zoom: 1 },
    size: { width: 1_000, height: 600 },
    selection: [],
    style: { ...PLAIN_STYLE, color: "#e03131", textSize: 20, snap: false },
    heading: part.camera ?? { x: 0, y: 0, zoom: 1 },
    ...part,
  };
}

export function sample(x: number, y: number, timeMs = 0): Sample {
  return { x, y, timeMs };
}

/** The effects of one type. */
export function only<T extends Effect["type"]>(effects: readonly Effect[], type: T): Extract<Effect, { type: T }>[] {
  return effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
}
