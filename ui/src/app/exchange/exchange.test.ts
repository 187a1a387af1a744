import { expect, test } from "vitest";
import { normalShape } from "../../document/shape";
import { Painter } from "../../engine/layers/painter";
import { Scene } from "../../engine/scene";
import { pictureToken, VectorPath, VectorPen, vectorDrawing } from "../../engine/vector/vector_pen";
import type { Shape } from "../../protocol/generated/messages";
import { boardOf, stroke } from "../../testing/ink";
import { SOME_BODIES, someShape } from "../../testing/some_shapes";
import { nameOf, nextShape, readingOrder } from "../announce";
import { copiedShapes, shapesFromJson, shapesInHtml, shapesToJson } from "../clipboard";
import { boardFrame, boardFromJson, shapeText } from "./board_json";
import { excalidrawText, FILE_HEAD, fileTail, fromExcalidraw } from "./excalidraw";
import { pagesOf, type Saved } from "./export";
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
  const back = await boardFromJson(text, () => Promise.resolve({ blob: "b6".repeat(32), width: 1, height: 1 }));
  expect(back).toEqual(withPicture ? expect.any(Array) : kept);
});

test("another text is no board", async () => {
  for (const text of ["", "{}", "[]", '{"format":"x","shapes":[]}']) expect(await boardFromJson(text, noPictures)).toBeNull();
});

test("to Excalidraw and back keeps what both have", async () => {
  const kept = all.filter(({ body }) => body.kind === "geo" || body.kind === "text" || body.kind === "stroke");
  const back = await fromExcalidraw(FILE_HEAD + kept.map(excalidrawText).join(",") + fileTail({}), noPictures);
  const kinds = (shapes: readonly Shape[] | null) => (shapes ?? []).map(({ body }) => body.kind).filter((kind) => kind === "text").length;
  expect(kinds(back)).toBe(kinds(kept));
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
  // Of the one that is cropped, the part.
  expect(text).toContain('viewBox="25000 0 75000 50000"');
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
  const saved: Saved = { file: writer.end(), extension: "svg" };
  expect(saved.file.type).toBe("image/svg+xml");
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
