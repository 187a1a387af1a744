/** A leaning stylus: broader ink in the samples themselves, so that all see it. */
import { expect, test } from "vitest";
import { unpackPoints } from "../protocol/points";
import { only, PLAIN, viewOn } from "../testing/tool_view";
import type { Effect } from "./effect";
import { PEN_IDLE, stepPen, type PenState } from "./pen";
import { PLAIN_STYLE } from "./style";
import { leaned, styleFor } from "./tilt";
import type { Nib } from "../protocol/generated/messages";
import type { Sample } from "./tool";

const at = (pressure: number | undefined, tilt: number, x = 0): Sample => ({ x, y: 0, timeMs: x, tilt, ...(pressure === undefined ? {} : { pressure }) });
const UPRIGHT = 0;
const WRITING = 0.6;
const LAID = 1.4;

test.each([
  ["pen", UPRIGHT, 0.5], ["pen", WRITING, 0.5], ["pen", LAID, 0.675],
  ["brush", WRITING, 0.5], ["brush", LAID, 0.95],
  ["marker", LAID, 0.5],
] as const)("a %s that leans by %d presses as %d", (nib, tilt, pressure) => {
  expect(leaned(at(0.5, tilt), nib).pressure).toBeCloseTo(pressure);
});

test("between writing and laid down it goes evenly, and never past full pressure", () => {
  const pressures = Array.from({ length: 15 }, (_, n) => leaned(at(0.9, n / 10), "brush").pressure ?? 0);
  expect(pressures).toEqual([...pressures].sort((a, b) => a - b));
  expect(Math.max(...pressures)).toBeLessThanOrEqual(1);
});

test("what measures no pressure is left as it is, and no tilt is kept", () => {
  expect(leaned(at(undefined, LAID), "brush")).toEqual({ x: 0, y: 0, timeMs: 0 });
  expect(leaned(at(0.4, UPRIGHT), "pen")).toEqual({ x: 0, y: 0, timeMs: 0, pressure: 0.4 });
});

test("a marker's line is as broad as it was put down", () => {
  const style = { ...PLAIN_STYLE, nib: "marker", width: 18 } as const;
  expect(styleFor(at(0.5, WRITING), style).width).toBe(18);
  expect(styleFor(at(0.5, LAID), style).width).toBe(36);
  expect(styleFor(at(0.5, LAID), { ...style, width: 500 }).width).toBe(512);
  expect(styleFor(at(0.5, LAID), { ...style, nib: "pen" }).width).toBe(18);
});

/** A stroke of a few samples: what is put on the board and what the others were sent. */
function drawn(nib: Nib, tilt: number) {
  let state: PenState = PEN_IDLE;
  const view = viewOn([], { style: { ...PLAIN_STYLE, nib } });
  const effects: Effect[] = [];
  const events = [
    { type: "down", at: at(0.5, tilt), fresh: "s", reach: 6, modifiers: PLAIN } as const,
    { type: "move", samples: [at(0.5, tilt, 20), at(0.5, tilt, 40)], modifiers: PLAIN } as const,
    { type: "frame", now: 50 } as const,
    { type: "up", at: at(0.5, tilt, 60), modifiers: PLAIN } as const,
  ];
  for (const event of events) {
    const step = stepPen(state, event, view);
    state = step.state;
    effects.push(...step.effects);
  }
  const operation = only(effects, "submit")[0]?.operation;
  const body = operation?.type === "add_shapes" ? operation.shapes[0]?.body : undefined;
  if (body?.kind !== "stroke") throw new Error("no stroke");
  return { width: body.width, dry: unpackPoints(body.points), wet: only(effects, "extend_ink")[0]?.ink.points ?? [] };
}

test("wet ink and dry lean alike", () => {
  const { wet, dry } = drawn("brush", LAID);
  for (const point of [...wet, ...dry]) expect(point.pressure).toBeCloseTo(0.95, 2);
  expect(dry.some((point) => "tilt" in point)).toBe(false);
  expect(drawn("brush", UPRIGHT).dry[0]?.pressure).toBeCloseTo(0.5, 2);
  expect(drawn("marker", LAID).width).toBe(8);
});
