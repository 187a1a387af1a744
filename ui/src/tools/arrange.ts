/**
 * What is done to a selection at once: alignment, distribution, stacking, mirroring.
 * Each says which changes it takes. Pure.
 */
import { EMPTY_RECT, union, type Rect } from "../engine/geometry";
import { compareStacking, type Placed, type Scene } from "../engine/scene";
import type { ShapeChange } from "../protocol/generated/messages";
import { groupsOf } from "./groups";
import { flippedOver, movedBy, turnedBy } from "./transform";

export type Edge = "left" | "center" | "right" | "top" | "middle" | "bottom";
export type Level = "front" | "back" | "forward" | "backward";

/** Turned by this in one step, in radians. */
export const TURN_STEP = Math.PI / 12;
/** What is so near to a step has made it, as a part of one. */
const STEP_NEAR = 1e-3;

function around(all: readonly Placed[]): Rect {
  return all.reduce((rect, { bounds }) => union(rect, bounds), EMPTY_RECT);
}

/** Members of a group move as one. */
function blocks(selected: readonly Placed[]): (readonly Placed[])[] {
  const byGroup = new Map<string, Placed[]>();
  for (const placed of selected) {
    const key = groupsOf(placed.shape)[0] ?? `/${placed.shape.id}`;
    const block = byGroup.get(key);
    if (block) block.push(placed);
    else byGroup.set(key, [placed]);
  }
  return [...byGroup.values()];
}

function shifted(block: readonly Placed[], dx: number, dy: number): ShapeChange[] {
  return dx === 0 && dy === 0 ? [] : block.map(({ shape }) => movedBy(shape, dx, dy));
}

export function aligned(selected: readonly Placed[], edge: Edge): ShapeChange[] {
  const all = around(selected);
  return blocks(selected).flatMap((block) => {
    const own = around(block);
    switch (edge) {
      case "left":
        return shifted(block, all.minX - own.minX, 0);
      case "center":
        return shifted(block, (all.minX + all.maxX - own.minX - own.maxX) / 2, 0);
      case "right":
        return shifted(block, all.maxX - own.maxX, 0);
      case "top":
        return shifted(block, 0, all.minY - own.minY);
      case "middle":
        return shifted(block, 0, (all.minY + all.maxY - own.minY - own.maxY) / 2);
      case "bottom":
        return shifted(block, 0, all.maxY - own.maxY);
    }
  });
}

/** The outermost stay, and the gaps between all become the same. */
export function distributed(selected: readonly Placed[], axis: "x" | "y"): ShapeChange[] {
  const low = (rect: Rect): number => (axis === "x" ? rect.minX : rect.minY);
  const high = (rect: Rect): number => (axis === "x" ? rect.maxX : rect.maxY);
  const row = blocks(selected).map((block) => ({ block, rect: around(block) })).sort((a, b) => low(a.rect) + high(a.rect) - low(b.rect) - high(b.rect));
  if (row.length < 3) return [];
  const all = around(selected);
  const filled = row.reduce((sum, { rect }) => sum + high(rect) - low(rect), 0);
  const gap = (high(all) - low(all) - filled) / (row.length - 1);
  let at = low(all);
  return row.flatMap(({ block, rect }) => {
    const by = at - low(rect);
    at += high(rect) - low(rect) + gap;
    return axis === "x" ? shifted(block, by, 0) : shifted(block, 0, by);
  });
}

export function flipped(selected: readonly Placed[], axis: "x" | "y"): ShapeChange[] {
  const all = around(selected);
  const at = axis === "x" ? (all.minX + all.maxX) / 2 : (all.minY + all.maxY) / 2;
  return selected.map(({ shape }) => flippedOver(shape, axis, at));
}

/** Clockwise by `angle` about the middle of all. */
export function turnedTogether(selected: readonly Placed[], angle: number): ShapeChange[] {
  const all = around(selected);
  const pivot = { x: (all.minX + all.maxX) / 2, y: (all.minY + all.maxY) / 2 };
  return selected.map(({ shape }) => turnedBy(shape, pivot, angle));
}

/** How the selection is turned: one thing as it is, several are upright. */
export function turnOf(selected: readonly Placed[]): number {
  return selected.length === 1 ? (selected[0]?.shape.rotation ?? 0) : 0;
}

/** To the next step, clockwise or against it. */
export function turnedOn(selected: readonly Placed[], clockwise: boolean): ShapeChange[] {
  const before = turnOf(selected);
  const steps = before / TURN_STEP;
  const next = clockwise ? Math.floor(steps + STEP_NEAR) + 1 : Math.ceil(steps - STEP_NEAR) - 1;
  return turnedTogether(selected, next * TURN_STEP - before);
}

/** Nearer or farther. Among themselves they keep their order. */
export function restacked(scene: Scene, selected: readonly Placed[], level: Level): ShapeChange[] {
  const chosen = [...selected].sort(compareStacking);
  const ids = new Set(chosen.map(({ shape }) => shape.id));
  const [lowest, highest] = [chosen[0], chosen.at(-1)];
  if (!lowest || !highest) return [];
  const raise = (from: number, step: number): ShapeChange[] => chosen.map(({ shape }, i) => ({ id: shape.id, z: from + step * (i + 1) }));
  if (level === "front") return raise(scene.topZ, 1);
  if (level === "back") return raise(bottomOf(scene) - chosen.length - 1, 1);
  // One step: past the next of those that lie over or under it.
  const touching = scene.query(around(chosen)).filter(({ shape }) => !ids.has(shape.id));
  if (level === "forward") {
    const next = touching.find((other) => compareStacking(other, highest) > 0);
    return next ? between(next.shape.z, touching.find(({ shape }) => shape.z > next.shape.z)?.shape.z ?? next.shape.z + 1, chosen) : raise(scene.topZ, 1);
  }
  const next = touching.findLast((other) => compareStacking(other, lowest) < 0);
  return next ? between(touching.findLast(({ shape }) => shape.z < next.shape.z)?.shape.z ?? next.shape.z - 1, next.shape.z, chosen) : [];
}

function bottomOf(scene: Scene): number {
  let least = 0;
  for (const { shape } of scene.all()) least = Math.min(least, shape.z);
  return least;
}

function between(low: number, high: number, chosen: readonly Placed[]): ShapeChange[] {
  const step = (high - low) / (chosen.length + 1);
  return chosen.map(({ shape }, i) => ({ id: shape.id, z: low + step * (i + 1) }));
}
