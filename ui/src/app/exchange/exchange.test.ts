import { describe, expect, test } from "vitest";
import { normalShape } from "../../document/shape";
import { Painter } from "../../engine/layers/painter";
import { Scene } from "../../engine/scene";
import { pictureToken, VectorPath, VectorPen, vectorDrawing } from "../../engine/vector/vector_pen";
import { BOARD_SHAPES_MAX, STROKE_POINTS_MAX } from "../../protocol/generated/limits";
import type { Shape } from "../../protocol/generated/messages";
import { countPoints } from "../../protocol/points";
import { boardOf, stroke } from "../../testing/ink";
import { SOME_BODIES, someShape } from "../../testing/some_shapes";
import { nameOf } from "../announce";
import { nextShape, readingOrder } from "../reading_order";
import { copiedShapes, shapesFromJson, shapesInHtml, shapesToJson } from "../clipboard";
import { boardFrame, boardFromJson, shapeText } from "./board_json";
import { excalidrawText, FILE_HEAD, fileTail, fromExcalidraw } from "./excalidraw";
import { pagesOf, type Saved } from "./export";
import { framed } from "./shown_pictures";
import { SvgWriter } from "./svg";

const all: Shape[] = SOME_BODIES.map((body, i) => normalShape(someShape(`s${i}`, body, { x: i * 50, y: i * 20, z: i })));
const noPictures = (): Promise<null> => Promise.resolve(null);

test("shapes come through the clipboard as they were, and nothing else does", () => {
  expect(shapesFromJson(shapesToJson(all))).toEqual(all);
  const luggage = { source: "/api/sessions/a", pictures: { ["a5".repeat(32)]: "data:image/png;base64,AA==" } };
  expect(shapesInHtml(`<meta><b>x</b>${copiedShapes(all, luggage).html}`)).toEqual({ shapes: all, ...luggage });
  expect(shapesInHtml("<p>words</p>")).toBeNull();
  expect(shapesInHtml('<span data-lanvas="%%%">')).toBeNull();
  for (const bad of [{ id: "a" }, { ...all[0], x: 9e9 }, { ...all[0], link: "javascript:alert(1)" }, { ...all[0], body: { kind: "evil" } }, 7, null]) {
    expect(shapesFromJson(JSON.stringify([bad]))).toEqual([]);
  }
});

test("a board file brings its shapes and its pictures back", async () => {
  const png = new Blob([Uint8Array.of(1, 2, 3)], { type: "image/png" });
  const withPicture = typeof FileReader !== "undefined";
  const kept = withPicture ? all : all.filter(({ body }) => body.kind !== "image");
  const { head, tail } = await boardFrame(kept, () => Promise.resolve(png));
  const text = head + kept.map(shapeText).join(",") + tail;
  const back = await boardFromJson(text, () => Promise.resolve({ blob: "b6".repeat(32) }));
  expect(back).toEqual(withPicture ? expect.any(Array) : kept);
});

test("another text is no board", async () => {
  for (const text of ["", "{}", "[]", '{"format":"x","shapes":[]}']) expect(await boardFromJson(text, noPictures)).toBeNull();
});

test("to Excalidraw and back keeps what both have", async () => {
  const kept = all.filter(({ body }) => body.kind === "geo" || body.kind === "text" || body.kind === "stroke");
  const back = await fromExcalidraw(FILE_HEAD + kept.map((shape) => excalidrawText(shape)).join(",") + fileTail({}), noPictures);
  const said = (shapes: readonly Shape[] | null) => (shapes ?? []).flatMap(({ body }) => ("text" in body && body.text !== "" ? [body.text] : [])).sort();
  expect(said(back)).toEqual(said(kept));
  expect(back?.some(({ body }) => body.kind === "stroke")).toBe(true);
  for (const bad of ["{", '{"type":"tldraw"}', '{"type":"excalidraw","elements":{}}']) expect(await fromExcalidraw(bad, noPictures)).toBeNull();
});

test("whatever an Excalidraw file says, only sound shapes come of it", async () => {
  const elements = [{ type: "rectangle", x: 1e12 }, { type: "freedraw", points: "no" }, { type: "arrow", points: [[0, 0]] }, { type: "image", fileId: "x" }, { type: "text", text: "ok", x: 1, y: 1, link: "javascript:x", strokeColor: "url(x)" }, null, 3];
  const shapes = await fromExcalidraw(JSON.stringify({ type: "excalidraw", elements }), noPictures);
  expect(shapes?.map(({ body, color, link }) => [body.kind, color, link])).toEqual([["text", "#1e1e1e", undefined]]);
});

test("every kind can be painted into SVG, with its words escaped", async () => {
  const shapes = [...all, someShape("w", { kind: "text", text: "<b>&\"", size: 20 })];
  const scene = new Scene(boardOf(...shapes), (line) => line.length * 50);
  const writer = new SvgWriter({ minX: -50, minY: -50, maxX: 900, maxY: 700 }, 2, true, new Map(["a5", "b6"].map((blob) => [blob.repeat(32), "data:image/png;base64,AA=="])));
  const painter = new Painter(vectorDrawing, { get: pictureToken });
  const target = { pen: new VectorPen(writer).pen, scale: 2, offsetX: 0, offsetY: 0, scheme: "light" } as const;
  for (const placed of scene.all()) painter.paint(target, placed);
  painter.flush();
  const text = await writer.end().text();
  expect(text).toContain("&lt;b&gt;&amp;&quot;");
  expect(text).toContain("<image href=");
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
  const saved: Saved = { file: writer.end(), extension: "svg" };
  expect(saved.file.type).toBe("image/svg+xml");
});

test("of a picture that is cropped a file shows the part alone, each part once", () => {
  const picture = (id: string, crop_left: number, w = 100) => someShape(id, { kind: "image", w, h: 50, blob: "b6".repeat(32), ...(crop_left > 0 ? { crop_left } : {}) });
  const scene = new Scene(boardOf(picture("a", 0.25), picture("b", 0.25, 400), picture("c", 0.5), picture("d", 0)), () => 0);
  const { placed, pictures } = framed([...scene.all()]);
  expect(pictures.map(({ part, w }) => [part.x, w])).toEqual([[0.25, 400], [0.5, 100], [0, 100]]);
  expect(new Set(pictures.map(({ key }) => key)).size).toBe(3);
  for (const { drawn } of placed) expect(drawn.body).not.toHaveProperty("crop_left");
  // What is on the board stays as it is.
  expect(scene.get("a")?.shape.body).toHaveProperty("crop_left", 0.25);
});

test("a crop and a turned-over picture go to Excalidraw and back", async () => {
  const blob = "b6".repeat(32);
  const shape = normalShape(someShape("a", { kind: "image", w: 300, h: 100, blob, crop_left: 0.25, crop_bottom: 0.5 }, { mirrored: true }));
  const text = excalidrawText(shape, new Map([[blob, { width: 400, height: 300 }]]));
  expect(JSON.parse(text)).toMatchObject({ crop: { x: 100, y: 0, width: 300, height: 150, naturalWidth: 400, naturalHeight: 300 }, scale: [-1, 1] });
  const file = FILE_HEAD + text + fileTail({ [blob]: "data:image/png;base64,AA==" });
  const [back] = (await fromExcalidraw(file, () => Promise.resolve({ blob }))) ?? [];
  expect(back).toMatchObject({ mirrored: true, body: shape.body });
});

describe("what a file or a clipboard claims to be a shape", () => {
  const [ink] = all.filter(({ body }) => body.kind === "stroke");
  const geo = all.find(({ body }) => body.kind === "geo");
  test.each([
    ["a switch that is a word", { ...geo, locked: "yes" }],
    ["a place that is no number", { ...geo, x: null }],
    ["a place that is a word", { ...geo, x: "1" }],
    ["a form that there is not", { ...geo, body: { ...geo?.body, form: "constructor" } }],
    ["words that are a list", { ...geo, body: { ...geo?.body, text: ["a"] } }],
    ["no size", { ...geo, body: { kind: "geo", form: "star" } }],
    ["a kind from a prototype", { ...geo, body: { ...geo?.body, kind: "constructor" } }],
    ["points that are no bytes", { ...ink, body: { ...ink?.body, points: [1, 2, 3] } }],
    ["points that break off", { ...ink, body: { ...ink?.body, points: { $bytes: "BAkAAA==" } } }],
    ["more points than a stroke has", { ...ink, body: { ...ink?.body, points: { $bytes: "BP///w8AAA==" } } }],
  ])("is left out: %s", (_what, bad) => {
    expect(shapesFromJson(JSON.stringify([bad, JSON.parse(shapesToJson(all.slice(0, 1)))[0]]))).toHaveLength(1);
  });

  test("lists longer than a board are refused", async () => {
    const many = `[${"{},".repeat(BOARD_SHAPES_MAX)}{}]`;
    await expect(boardFromJson(`{"format":"lanvas-board","shapes":${many}}`, noPictures)).rejects.toThrow("too_many_things");
    await expect(fromExcalidraw(`{"type":"excalidraw","elements":${many}}`, noPictures)).rejects.toThrow("too_many_things");
  });

  test("nesting without end brings nothing and ends nothing", async () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    const own = boardFromJson(`{"format":"lanvas-board","shapes":${deep}}`, noPictures).catch(() => []);
    expect(await own).toEqual([]);
    const theirs = fromExcalidraw(`{"type":"excalidraw","elements":[{"type":"line","points":${deep}}]}`, noPictures).catch(() => []);
    expect((await theirs) ?? []).toEqual([]);
  });

  test("a drawn line with more points than a stroke may have is thinned", async () => {
    const points = Array.from({ length: STROKE_POINTS_MAX * 2.5 }, (_, i) => [i / 10, i % 7]);
    const [shape] = (await fromExcalidraw(JSON.stringify({ type: "excalidraw", elements: [{ type: "freedraw", points }] }), noPictures)) ?? [];
    expect(shape?.body.kind === "stroke" && countPoints(shape.body.points)).toBeLessThanOrEqual(STROKE_POINTS_MAX);
  });
});

test("an arc ends where it should, whichever way round", () => {
  for (const [from, to, back] of [[0, Math.PI, false], [Math.PI / 2, -Math.PI / 2, true], [0, 2 * Math.PI, false]] as const) {
    const path = new VectorPath();
    path.arc(10, 10, 5, from, to, back);
    const last = path.steps.at(-1) ?? ["Z"];
    expect(last.at(-2)).toBeCloseTo(10 + Math.cos(to) * 5);
    expect(last.at(-1)).toBeCloseTo(10 + Math.sin(to) * 5);
  }
});

test("frames are pages in their order; without one all is a page", () => {
  const frame = (id: string, order: number) => someShape(id, { kind: "frame", w: 100, h: 50, text: id, order });
  const scene = new Scene(boardOf(frame("b", 1), frame("a", 2), stroke("s", [{ x: 0, y: 0 }])), (line) => line.length);
  expect(pagesOf([...scene.all()]).map(({ name }) => name)).toEqual(["Frame: b", "Frame: a"]);
  expect(pagesOf([...scene.all()].filter(({ shape }) => shape.id === "s"))).toHaveLength(1);
});

test("things are read row by row, and each has a name", () => {
  const at = (id: string, x: number, y: number) => someShape(id, { kind: "geo", form: "star", w: 50, h: 50, width: 2, text: id, size: 20 }, { x, y });
  const scene = new Scene(boardOf(at("c", 0, 100), at("b", 200, 8), at("a", 0, 0), stroke("s", [{ x: 0, y: 0 }])), (line) => line.length);
  expect(readingOrder([...scene.all()].filter(({ shape }) => shape.id !== "s")).map(({ shape }) => shape.id)).toEqual(["a", "b", "c"]);
  expect(nextShape(scene, [], 1)?.shape.id).toBe("a");
  expect(nextShape(scene, [], -1)?.shape.id).toBe("c");
  expect(nextShape(scene, ["c"], 1)).toBeNull();
  expect(nextShape(scene, ["a"], -1)).toBeNull();
  expect(all.map(nameOf)).toEqual(["Drawing", "Highlight", "Text: label", "Text: wraps", "Star: in it", "Arrow", "Arrow: so", "Sticky note: remember", "Picture", "Picture", "Frame: Page"]);
});
