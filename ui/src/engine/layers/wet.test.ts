import { expect, test } from "vitest";
import type { InkPoint } from "../outline";
import { spineOf, thin, traceOutline } from "../outline";
import type { WetInk } from "../picture";
import { RecordedDrawing, RecordedPath, type RecordedSurface } from "../../testing/recorded_drawing";
import { brushSpine } from "../kinds/stroke";
import { Painter } from "./painter";
import { InkTrack } from "./track";
import { viewOf } from "./view";
import { WetLayer } from "./wet";

const curve = (count: number): InkPoint[] =>
  Array.from({ length: count }, (_, i) => ({ x: i * 3, y: Math.sin(i / 5) * 30, timeMs: i * 8 }));
const ink = (points: readonly InkPoint[]): WetInk => ({ stroke: "s", color: "#1e1f22", width: 4, points });
const view = viewOf({ x: -50, y: -200, zoom: 1 }, { width: 1200, height: 600 }, 1);

test("a growing stroke costs its new end and looks like the finished one", () => {
  const points = curve(600);
  const drawing = new RecordedDrawing();
  const track = new InkTrack(drawing, ink(points.slice(0, 1)));
  let widest = 0;
  for (let n = 1; n <= points.length; n += 3) {
    const changed = track.extend(points.slice(0, n));
    widest = Math.max(widest, changed.maxX - changed.minX);
  }
  track.extend(points);
  // A chunk and the unsettled end at most, not the 1,800 units of the whole.
  expect(widest).toBeLessThan(420);
  const whole = new RecordedPath();
  traceOutline(whole, spineOf(thin(points, 4), 4));
  const near = (x: number, y: number) => whole.points.some((point) => Math.hypot(point.x - x, point.y - y) < 0.01);
  const drawn = track.pieces().flatMap((piece) => (piece.path as unknown as RecordedPath).points);
  const off = drawn.filter((point) => !near(point.x, point.y));
  // Only the round ends where two pieces overlap are not on the whole outline.
  expect(off.length).toBeLessThan(track.pieces().length * 10);
});

test("a frame without news draws nothing; a growth repaints its own place only", () => {
  const drawing = new RecordedDrawing();
  const wet = new WetLayer(drawing, new Painter(drawing));
  const surface = wet.surface as RecordedSurface;
  wet.show(ink(curve(300)));
  expect(wet.draw(view, "light")).toBe(true);
  expect(wet.draw(view, "light")).toBe(false);
  surface.forget();
  wet.show(ink(curve(302)));
  expect(wet.draw(view, "light")).toBe(true);
  const [, , width] = surface.calls.find((call) => call.name === "clearRect")?.args as number[];
  expect(width).toBeLessThan(400);
});

test("ink that is over is cleared away", () => {
  const drawing = new RecordedDrawing();
  const wet = new WetLayer(drawing, new Painter(drawing));
  wet.show(ink(curve(20)));
  wet.draw(view, "light");
  wet.dropWhere(() => false);
  expect(wet.isEmpty).toBe(false);
  wet.dropWhere((stroke) => stroke === "s");
  expect(wet.isEmpty).toBe(true);
  expect(wet.draw(view, "light")).toBe(true);
});

test("a guess where the pen goes is shown and leaves no trace", () => {
  const drawing = new RecordedDrawing();
  const points = curve(40);
  const [guessing, plain] = [new InkTrack(drawing, ink(points)), new InkTrack(drawing, ink(points))];
  guessing.extend(points.slice(0, 30), [{ x: 93, y: 0, timeMs: 240 }]);
  const ends = (track: InkTrack): number => Math.max(...track.pieces().map(({ bounds }) => bounds.maxX));
  plain.extend(points.slice(0, 30));
  expect(ends(guessing)).toBeGreaterThan(ends(plain));
  const changed = guessing.extend(points.slice(0, 30));
  expect(changed.maxX).toBeGreaterThan(93);
  guessing.extend(points);
  plain.extend(points);
  expect(guessing.pieces()).toEqual(plain.pieces());
});

test("a brush is pointed at its ends and nowhere between, however long it is", () => {
  const points = curve(400);
  const track = new InkTrack(new RecordedDrawing(), { ...ink(points), nib: "brush" });
  for (let n = 1; n <= points.length; n += 7) track.extend(points.slice(0, n));
  track.extend(points);
  const samples = thin(points, 4);
  const whole = brushSpine(spineOf(samples, 4), 4, samples.length - 1);
  const middle = whole.filter((vertex) => vertex.at > 20 && vertex.at < samples.length - 20);
  const least = Math.min(...middle.map((vertex) => vertex.radius));
  expect(whole[0]?.radius).toBeLessThan(least / 2);
  const path = new RecordedPath();
  traceOutline(path, whole);
  const near = (x: number, y: number): boolean => path.points.some((point) => Math.hypot(point.x - x, point.y - y) < 0.01);
  const off = track.pieces().flatMap((piece) => (piece.path as unknown as RecordedPath).points).filter((point) => !near(point.x, point.y));
  expect(off.length).toBeLessThan(track.pieces().length * 10);
});
