/** What Excalidraw's elements become, what ours become of them, and what comes of the way there and back. */
import { describe, expect, test } from "vitest";
import { normalShape } from "../../document/shape";
import { samplesOf } from "../../engine/ink";
import type { Shape, ShapeBody } from "../../protocol/generated/messages";
import { line } from "../../testing/ink";
import { someShape } from "../../testing/some_shapes";
import { excalidrawText, FILE_HEAD, fileTail, fromExcalidraw } from "./excalidraw";

async function read(...elements: Record<string, unknown>[]): Promise<Shape[]> {
  return (await fromExcalidraw(JSON.stringify({ type: "excalidraw", elements }), () => Promise.resolve(null))) ?? [];
}

async function thereAndBack(shape: Shape): Promise<Shape | undefined> {
  return (await fromExcalidraw(FILE_HEAD + excalidrawText(normalShape(shape)) + fileTail({}), () => Promise.resolve(null)))?.[0];
}

/** Where its ink is, on the board. */
function inkOf(shape: Shape | undefined): { x: number; y: number }[] {
  if (shape?.body.kind !== "stroke") throw new Error("no ink");
  return samplesOf(shape.body.points).map(({ x, y }) => ({ x: Math.round(shape.x + x), y: Math.round(shape.y + y) }));
}

function written(shape: Shape): Record<string, unknown> {
  return JSON.parse(`[${excalidrawText(normalShape(shape))}]`)[0] as Record<string, unknown>;
}

const QUARTER = Math.PI / 2;
const LEVEL = { id: "a", x: 100, y: 200, points: [[0, 0], [100, 0]] };

describe("what goes along points is turned about its middle", () => {
  test("ink", async () => {
    const ink = inkOf((await read({ ...LEVEL, type: "freedraw", angle: QUARTER }))[0]);
    expect([ink[0], ink.at(-1)]).toEqual([{ x: 150, y: 150 }, { x: 150, y: 250 }]);
  });

  test.each(["line", "arrow"])("a %s", async (type) => {
    const [shape] = await read({ ...LEVEL, type, angle: QUARTER, endArrowhead: "arrow" });
    expect(shape?.rotation).toBeUndefined();
    expect(shape).toMatchObject({ x: 150, y: 150, body: { kind: "connector", head_end: "arrow" } });
    const { w, h } = shape?.body as Extract<ShapeBody, { kind: "connector" }>;
    expect([w, h].map(Math.round)).toEqual([0, 100]);
  });

  test("a line of many corners", async () => {
    const ink = inkOf((await read({ ...LEVEL, type: "line", angle: Math.PI, points: [[0, 0], [60, 0], [60, 40], [100, 40]] }))[0]);
    for (const corner of [{ x: 200, y: 240 }, { x: 140, y: 240 }, { x: 140, y: 200 }, { x: 100, y: 200 }]) expect(ink).toContainEqual(corner);
  });
});

test("a line that does not begin in its corner begins where it is seen", async () => {
  const [shape] = await read({ ...LEVEL, type: "line", points: [[10, 5], [60, 5]] });
  expect(shape).toMatchObject({ x: 110, y: 205, body: { w: 50, h: 0 } });
});

describe("an arrow of many corners", () => {
  const arrow = { id: "a", type: "arrow", x: 0, y: 0, strokeWidth: 2, points: [[0, 0], [100, 0], [100, 80], [200, 80]], endArrowhead: "arrow" };

  test("keeps them, and its head", async () => {
    const ink = inkOf((await read(arrow))[0]);
    for (const [x, y] of arrow.points) expect(ink).toContainEqual({ x, y });
    // Beside the line, before its end.
    expect(ink.some(({ x, y }) => x > 180 && x < 200 && y > 83)).toBe(true);
    expect(ink.some(({ x, y }) => x > 180 && x < 200 && y < 77)).toBe(true);
    expect(Math.min(...ink.map(({ x }) => x))).toBe(0);
  });

  test("keeps its words", async () => {
    const shapes = await read(arrow, { id: "t", type: "text", containerId: "a", x: 90, y: 30, text: "so", fontSize: 20 });
    expect(shapes.map(({ body }) => body.kind)).toEqual(["stroke", "text"]);
  });

  test("stays an arrow where it goes by right angles, with its words in it", async () => {
    const shapes = await read({ ...arrow, elbowed: true }, { id: "t", type: "text", containerId: "a", x: 90, y: 30, text: "so", fontSize: 20 });
    expect(shapes).toHaveLength(1);
    expect(shapes[0]?.body).toMatchObject({ kind: "connector", route: "elbow", w: 200, h: 80, text: "so" });
  });
});

test("frames are pages in the order of the file", async () => {
  const frames = await read(...["c", "a", "b"].map((name, i) => ({ id: name, type: "frame", x: i * 500, y: 0, width: 400, height: 300, name })));
  const order = ({ body }: Shape): number => (body.kind === "frame" ? (body.order ?? 0) : 0);
  expect([...frames].sort((a, b) => order(a) - order(b)).map(({ body }) => (body.kind === "frame" ? body.text : ""))).toEqual(["c", "a", "b"]);
  expect(new Set(frames.map(order)).size).toBe(3);
});

describe("there and back", () => {
  const ink = line("a", 100, 200, 60);
  const withNib = (nib: "marker" | "brush", opacity?: number): Shape => ({ ...ink, ...(opacity === undefined ? {} : { opacity }), body: { ...ink.body, nib } as ShapeBody });

  test.each([["marker", 1, 50], ["marker", 0.6, 30], ["brush", 1, 100]] as const)("a %s of opacity %s lets through what is below: %s %%", async (nib, opacity, theirs) => {
    const shape = withNib(nib, opacity);
    expect(written(shape)["opacity"]).toBe(theirs);
    const back = await thereAndBack(shape);
    expect(back?.body).toMatchObject({ kind: "stroke", nib });
    expect(back?.opacity ?? 1).toBeCloseTo(opacity, 5);
    expect(inkOf(back)).toEqual(inkOf(shape));
  });

  const connector = (rest: Partial<Extract<ShapeBody, { kind: "connector" }>>): Shape =>
    someShape("c", { kind: "connector", w: 120, h: 60, width: 4, route: "straight", head_start: "none", head_end: "arrow", size: 20, ...rest }, { x: 10, y: 20 });

  test.each([
    ["straight", {}, [[0, 0], [120, 60]]],
    ["elbow", { route: "elbow" }, [[0, 0], [60, 0], [60, 60], [120, 60]]],
    ["steep elbow", { route: "elbow", w: 60, h: 120 }, [[0, 0], [0, 60], [60, 60], [60, 120]]],
    ["elbow without heads", { route: "elbow", head_end: "none" }, [[0, 0], [60, 0], [60, 60], [120, 60]]],
  ] as const)("a %s", async (_name, rest, points) => {
    const shape = connector(rest);
    expect(written(shape)["points"]).toEqual(points);
    expect(written(shape)["elbowed"]).toBe("route" in rest);
    expect(await thereAndBack(shape)).toMatchObject({ x: 10, y: 20, body: shape.body });
  });

  test("an elbow's ends stay bound, to their places", async () => {
    const shape = connector({ route: "elbow", from: "b", from_x: 1, from_y: 0.5 });
    expect(written(shape)["startBinding"]).toMatchObject({ elementId: "b", fixedPoint: [1, 0.5] });
  });
});
