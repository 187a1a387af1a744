import { expect, test } from "vitest";
import { RecordedDrawing, RecordedSurface } from "../../testing/recorded_drawing";
import type { PaperKind } from "../picture";
import { dotsAt, Paper } from "./paper";
import { viewOf } from "./view";

function drawn(kind: PaperKind, zoom = 1): RecordedSurface {
  const surface = new RecordedSurface(800, 600);
  const view = viewOf({ x: -13, y: -7, zoom }, { width: 800, height: 600 }, 1);
  new Paper(new RecordedDrawing()).draw(surface.pen, view, "light", kind);
  return surface;
}

test("plain paper is one fill", () => {
  expect(drawn("plain").calls.filter(({ name }) => name === "fillRect")).toHaveLength(1);
});

test("ruled paper has lines across, a grid also down, at any zoom neither more nor fewer than can be told apart", () => {
  for (const zoom of [0.02, 0.31, 1, 7, 64]) {
    const { pitch } = dotsAt(zoom, 1);
    const across = drawn("ruled", zoom).calls.filter(({ name, args }) => name === "fillRect" && args[2] === 800 && args[3] !== 600);
    expect(Math.abs(across.length - 600 / pitch)).toBeLessThan(2);
    const down = drawn("grid", zoom).calls.filter(({ name, args }) => name === "fillRect" && args[3] === 600 && args[2] !== 800);
    expect(Math.abs(down.length - 800 / pitch)).toBeLessThan(2);
    expect(across.length).toBeGreaterThan(15);
    expect(down.length).toBeLessThan(55);
  }
});

test("paper lies still while the board is panned", () => {
  const at = (x: number): unknown[] => {
    const surface = new RecordedSurface(800, 600);
    new Paper(new RecordedDrawing()).draw(surface.pen, viewOf({ x, y: 0, zoom: 1 }, { width: 800, height: 600 }, 1), "light", "grid");
    return surface.calls.filter(({ name, args }) => name === "fillRect" && args[3] === 600 && args[2] !== 800).map(({ args }) => args[0]);
  };
  expect(at(10)).toEqual(at(38));
});
