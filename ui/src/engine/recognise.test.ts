import { expect, test } from "vitest";
import { Random } from "../testing/random";
import type { Point } from "./geometry";
import { recognise } from "./recognise";

const turn = ({ x, y }: Point, by: number): Point => ({ x: x * Math.cos(by) - y * Math.sin(by), y: x * Math.sin(by) + y * Math.cos(by) });

/** A hand that follows corners at 6 units a sample, off by up to `shake`. */
function byHand(corners: readonly Point[], shake = 2, seed = 1): Point[] {
  const random = new Random(seed);
  let [driftX, driftY] = [0, 0];
  return corners.flatMap((to, i) => {
    const from = corners[i - 1] ?? to;
    const count = Math.max(1, Math.round(Math.hypot(to.x - from.x, to.y - from.y) / 6));
    return Array.from({ length: count }, (_, k) => {
      driftX = driftX * 0.8 + (random.next() - 0.5) * shake;
      driftY = driftY * 0.8 + (random.next() - 0.5) * shake;
      const t = (k + 1) / count;
      return { x: from.x + (to.x - from.x) * t + driftX, y: from.y + (to.y - from.y) * t + driftY };
    });
  });
}

const round = (w: number, h: number, by = 0, from = 0, to = 2 * Math.PI): Point[] =>
  Array.from({ length: 60 }, (_, i) => {
    const angle = from + ((to - from) * i) / 59;
    return turn({ x: Math.cos(angle) * w, y: Math.sin(angle) * h }, by);
  });

const box: Point[] = [{ x: 0, y: 0 }, { x: 200, y: 2 }, { x: 203, y: 118 }, { x: -2, y: 121 }, { x: 2, y: 6 }];
const tilted = box.map((corner) => turn(corner, 0.5));
const tip = { x: 180, y: 90 };

const MEANT: readonly (readonly [string, readonly Point[], string])[] = [
  ["a line", byHand([{ x: 0, y: 0 }, { x: 220, y: 60 }]), "line"],
  ["a short upright line", byHand([{ x: 0, y: 0 }, { x: 3, y: 40 }], 1), "line"],
  ["a box", byHand(box), "rectangle"],
  ["a box begun in the middle of a side", byHand([{ x: 100, y: 0 }, { x: 200, y: 0 }, { x: 200, y: 120 }, { x: 0, y: 120 }, { x: 0, y: 0 }, { x: 96, y: 3 }]), "rectangle"],
  ["a tilted box", byHand(tilted), "rectangle"],
  ["a square", byHand([{ x: 0, y: 0 }, { x: 90, y: 0 }, { x: 90, y: 90 }, { x: 0, y: 90 }, { x: 0, y: 0 }]), "rectangle"],
  ["a circle", byHand(round(70, 70)), "ellipse"],
  ["a circle whose ends pass each other", byHand(round(70, 66, 0, 0.2, 2 * Math.PI + 0.4)), "ellipse"],
  ["a flat ellipse", byHand(round(130, 45)), "ellipse"],
  ["a leaning ellipse", byHand(round(130, 50, 0.7)), "ellipse"],
  ["a triangle", byHand([{ x: 80, y: 0 }, { x: 165, y: 140 }, { x: 0, y: 138 }, { x: 79, y: 4 }]), "triangle"],
  ["a triangle on its tip", byHand([{ x: 0, y: 0 }, { x: 160, y: 0 }, { x: 80, y: 130 }, { x: 0, y: 0 }]), "triangle"],
  ["a diamond", byHand([{ x: 80, y: 0 }, { x: 160, y: 50 }, { x: 80, y: 100 }, { x: 0, y: 50 }, { x: 80, y: 0 }]), "diamond"],
  ["an arrow", byHand([{ x: 0, y: 0 }, tip, { x: 140, y: 88 }, tip, { x: 160, y: 52 }]), "arrow"],
  ["an arrow with one barb", byHand([{ x: 0, y: 0 }, tip, { x: 142, y: 86 }]), "arrow"],
  ["an arrow whose head is one bend", byHand([{ x: 0, y: 0 }, { x: 200, y: 0 }, { x: 165, y: -28 }, { x: 200, y: 0 }, { x: 165, y: 28 }]), "arrow"],
];

for (const [name, points, type] of MEANT) {
  test(`${name} is recognised, at any size and place`, () => {
    expect(recognise(points)?.type).toBe(type);
    const elsewhere = points.map(({ x, y }) => ({ x: x * 7 - 4_000, y: y * 7 + 900 }));
    expect(recognise(elsewhere)?.type).toBe(type);
  });
}

const LEFT_ALONE: readonly (readonly [string, readonly Point[]])[] = [
  ["nothing", []],
  ["a dot", [{ x: 3, y: 3 }, { x: 3, y: 3 }]],
  ["a C", byHand(round(60, 60, 0, 0.9, 5.4))],
  ["a wave", byHand(Array.from({ length: 40 }, (_, i) => ({ x: i * 8, y: Math.sin(i / 4) * 40 })))],
  ["a spiral", byHand(Array.from({ length: 90 }, (_, i) => turn({ x: i, y: 0 }, i / 8)))],
  ["a zigzag", byHand([{ x: 0, y: 0 }, { x: 40, y: 80 }, { x: 80, y: 0 }, { x: 120, y: 80 }, { x: 160, y: 0 }])],
  ["a figure of eight", byHand(Array.from({ length: 60 }, (_, i) => ({ x: Math.sin(i / 9.4) * 60, y: Math.sin(i / 4.7) * 40 })))],
  ["a V", byHand([{ x: 0, y: 0 }, { x: 60, y: 120 }, { x: 120, y: 0 }])],
  ["a word", byHand(Array.from({ length: 80 }, (_, i) => ({ x: i * 5 + Math.cos(i / 2.2) * 22, y: Math.sin(i / 2.2) * 34 })))],
];

for (const [name, points] of LEFT_ALONE) {
  test(`${name} is left as it is`, () => {
    expect(recognise(points)).toBeNull();
  });
}

test("a form is where it was drawn, and straight when it nearly was", () => {
  const form = recognise(byHand(box));
  expect(form).toMatchObject({ type: "rectangle", rotation: 0 });
  if (form?.type !== "rectangle") return;
  expect(form.x).toBeCloseTo(0, -1);
  expect(form.w).toBeCloseTo(205, -1);
  expect(form.h).toBeCloseTo(121, -1);
});

test("a tilted box keeps its tilt", () => {
  const form = recognise(byHand(tilted));
  expect(form?.type === "rectangle" && form.rotation).toBeCloseTo(0.5, 1);
});

test("an arrow points where the shaft ended", () => {
  const arrow = recognise(byHand([{ x: 0, y: 0 }, tip, { x: 140, y: 88 }, tip, { x: 160, y: 52 }]));
  expect(arrow?.type === "arrow" && Math.hypot(arrow.to.x - tip.x, arrow.to.y - tip.y)).toBeLessThan(12);
});
