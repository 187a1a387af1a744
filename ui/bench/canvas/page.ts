/**
 * A page with the canvas and nothing else, to look at and to measure: no hub, no
 * framework. Driven by `bench/canvas.mjs`; not part of what is shipped.
 */
import { Board } from "../../src/document/board";
import { Engine } from "../../src/engine/engine";
import { randomId } from "../../src/lib/random";
import type { Operation, Shape } from "../../src/protocol/generated/messages";
import { packPoints, type Point } from "../../src/protocol/points";
import type { AppEffect } from "../../src/tools/effect";
import { CanvasInput } from "../../src/tools/pointer";

const COLORS = ["#1e1f22", "#e03131", "#2f6fed", "#2f9e44", "#f08c00", "#9c36b5"];

/** Numbers that look random and are the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** A freehand stroke: a walk whose direction turns smoothly. */
function freehand(next: () => number, count: number): Point[] {
  let [x, y, heading, bend] = [0, 0, next() * Math.PI * 2, 0];
  return Array.from({ length: count }, (_, i) => {
    bend = bend * 0.8 + (next() - 0.5) * 0.5;
    heading += bend;
    x += Math.cos(heading) * 6;
    y += Math.sin(heading) * 6;
    return { x, y, timeMs: i * 16 };
  });
}

function strokes(count: number, points: number, extent: number): Shape[] {
  const next = numbers(7);
  return Array.from({ length: count }, (_, i) => ({
    id: `seed-${i}`,
    author: 1,
    x: Math.round(next() * extent),
    y: Math.round(next() * extent),
    z: i + 1,
    color: COLORS[Math.floor(next() * COLORS.length)] ?? "#000000",
    body: { kind: "stroke", width: 2 + Math.floor(next() * 4), points: packPoints(freehand(next, points), 4) },
  }));
}

const host = document.querySelector<HTMLElement>("#host");
if (!host) throw new Error("the page has a host");
const board = new Board();
const engine = new Engine(host, board);
const effects: AppEffect[] = [];
let pending = 0;

function onEffect(effect: AppEffect): void {
  effects.push(effect);
  if (effect.type === "submit") board.addPending((pending += 1), effect.operation);
}

const input = new CanvasInput(host, engine, {
  tool: "pen",
  style: { color: "#1e1f22", width: 4, textSize: 24 },
  freshId: randomId,
  onEffect,
});

const bench = {
  board,
  engine,
  input,
  effects,
  /** Returns the milliseconds that the board and the scene took to take them in. */
  seed: (count: number, points = 50, extent = 10_000): number => {
    const shapes = strokes(count, points, extent);
    const started = performance.now();
    board.reset(shapes, []);
    return performance.now() - started;
  },
  submit: (operation: Operation) => board.addPending((pending += 1), operation),
  pack: packPoints,
  freehand: (seed: number, count: number) => freehand(numbers(seed), count),
};
declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;
