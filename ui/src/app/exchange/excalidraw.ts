/**
 * Excalidraw's files and clipboard, in and out. What it has and we have not (hand
 * drawn roughness, its own fonts) becomes the nearest thing; what we have and it
 * has not becomes plain shapes with words.
 */
import { normalShape } from "../../document/shape";
import { boxOf } from "../../engine/boxes";
import { endsOf, headSize, wayOf, type ConnectorBody } from "../../engine/connectors";
import { isCropped, shownPart } from "../../engine/crop";
import { cornersOf, outlineOf } from "../../engine/forms";
import type { Point } from "../../engine/geometry";
import { samplesOf } from "../../engine/ink";
import { headOf } from "../../engine/kinds/connector";
import { MARKER_ALPHA } from "../../engine/kinds/stroke";
import { sentence as inLanguage } from "../../lib/language";
import { randomId } from "../../lib/random";
import { BOARD_SHAPES_MAX, STROKE_POINTS_MAX, TEXT_LENGTH_MAX } from "../../protocol/generated/limits";
import type { Color, Dash, Form, Head, Shape, ShapeBody } from "../../protocol/generated/messages";
import { packPoints } from "../../protocol/points";
import { asColor } from "../palette";
import type { Brought } from "../picture_shelf";
import { fromDataUrl } from "./board_json";
import { NotTaken } from "./not_taken";
import { isWellFormed } from "./well_formed";

type Values = Readonly<Record<string, unknown>>;

const number = (value: unknown, usual = 0): number => (typeof value === "number" && Number.isFinite(value) ? value : usual);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
/** As the board takes words. */
const sentence = (value: unknown): string => [...text(value).replace(/\r\n?/g, "\n")].slice(0, TEXT_LENGTH_MAX).join("");
const record = (value: unknown): Values => (typeof value === "object" && value !== null ? (value as Values) : {});

const PRECISION = 6;
const FONTS: Readonly<Record<number, "hand" | "sans" | "mono">> = { 1: "hand", 2: "sans", 3: "mono", 5: "hand", 6: "sans", 7: "sans", 8: "mono" };
const HEADS: Readonly<Record<string, Head>> = { arrow: "arrow", triangle: "triangle", triangle_outline: "triangle", dot: "dot", circle: "dot", circle_outline: "dot", bar: "bar", diamond: "diamond", diamond_outline: "diamond" };

/** The shapes of a file or a clipboard; null for another text. */
export async function fromExcalidraw(json: string, bring: (file: Blob) => Promise<Brought | null>): Promise<Shape[] | null> {
  let read: Values;
  try {
    read = record(JSON.parse(json));
  } catch {
    return null;
  }
  if (!text(read["type"]).startsWith("excalidraw") || !Array.isArray(read["elements"])) return null;
  if (read["elements"].length > BOARD_SHAPES_MAX) throw new NotTaken("too_many_things");
  const elements = freed((read["elements"] as unknown[]).map(record).filter((element) => element["isDeleted"] !== true)).map(upright);
  const names = new Map<string, string>(elements.map((element, i) => [text(element["id"]), `x${randomId(8)}-${i}`]));
  const pictures = await broughtPictures(record(read["files"]), bring);
  const words = wordsInside(elements);
  const shapes = elements.flatMap((element, i) => {
    const shape = shapeOf(element, i, names, pictures, words);
    return shape && isWellFormed(shape) ? [shape] : [];
  });
  return shapes;
}

async function broughtPictures(files: Values, bring: (file: Blob) => Promise<Brought | null>): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const [id, value] of Object.entries(files)) {
    const file = fromDataUrl(text(record(value)["dataURL"]));
    const kept = file && (await bring(file));
    if (kept) names.set(id, kept.blob);
  }
  return names;
}

/** Words stand for themselves if what they were in is not there, or becomes ink, which has none. */
function freed(elements: readonly Values[]): Values[] {
  const holders = new Set(elements.flatMap((element) => (becomesInk(element) ? [] : [text(element["id"])])));
  return elements.map((element) => (element["type"] === "text" && !holders.has(text(element["containerId"])) ? { ...element, containerId: null } : element));
}

/** Of more corners than a connector has. */
function becomesInk({ type, points, elbowed }: Values): boolean {
  return type === "freedraw" || ((type === "line" || type === "arrow") && Array.isArray(points) && points.length > 3 && elbowed !== true);
}

/** What goes along points, as it is once it is turned: about its middle, and from its first point. */
function upright(element: Values): Values {
  const points = pointsOf(element);
  if (points.length === 0) return element;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [midX, midY] = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
  const angle = number(element["angle"]);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const turned = points.map(({ x, y }): Point => ({ x: midX + (x - midX) * cos - (y - midY) * sin, y: midY + (x - midX) * sin + (y - midY) * cos }));
  const first = turned[0] ?? { x: 0, y: 0 };
  return { ...element, angle: 0, x: number(element["x"]) + first.x, y: number(element["y"]) + first.y, points: turned.map(({ x, y }) => [x - first.x, y - first.y]) };
}

/** Words that belong to a form or an arrow, by its id. */
function wordsInside(elements: readonly Values[]): Map<string, Values> {
  const inside = new Map<string, Values>();
  for (const element of elements) if (element["type"] === "text" && text(element["containerId"]) !== "") inside.set(text(element["containerId"]), element);
  return inside;
}

function shapeOf(element: Values, index: number, names: ReadonlyMap<string, string>, pictures: ReadonlyMap<string, string>, words: ReadonlyMap<string, Values>): Shape | null {
  const body = bodyOf(element, names, pictures, words.get(text(element["id"])));
  if (!body) return null;
  const fill = asColor(text(element["backgroundColor"]));
  const link = text(element["link"]);
  const isLinked = /^(?:https?:\/\/|mailto:)\S+$/.test(link);
  const [across = 1, down = 1] = Array.isArray(element["scale"]) ? element["scale"].map((side) => number(side, 1)) : [];
  // Upside down is left for right, and half a turn.
  const rotation = number(element["angle"]) + (down < 0 ? Math.PI : 0);
  const thins = body.kind === "stroke" && body.nib === "marker" ? MARKER_ALPHA : 1;
  const inside = element["type"] === "text" ? element : (words.get(text(element["id"])) ?? {});
  return normalShape({
    id: names.get(text(element["id"])) ?? randomId(), author: 0, x: number(element["x"]), y: number(element["y"]), z: index,
    color: asColor(text(element["strokeColor"])) ?? "#1e1e1e", rotation,
    // They have no order of pages: it is that of the file.
    body: body.kind === "frame" ? { ...body, order: index + 1 } : body,
    opacity: Math.min(1, Math.max(0, number(element["opacity"], 100) / 100 / thins)),
    locked: element["locked"] === true, mirrored: body.kind === "image" && across * down < 0,
    group: Array.isArray(element["groupIds"]) ? [...element["groupIds"]].reverse().map((id) => text(id).replace(/[^\w-]/g, "").slice(0, 24)).filter((id) => id !== "").slice(0, 4).join("/") : "",
    link: isLinked ? link : "",
    fill: body.kind === "geo" || body.kind === "stroke" ? (fill ?? "none") : "none",
    dash: dashOf(element["strokeStyle"]),
    font: FONTS[number(inside["fontFamily"], 2)] ?? "sans",
    align: inside["textAlign"] === "left" || inside["textAlign"] === "center" || inside["textAlign"] === "right" ? inside["textAlign"] : "auto",
  });
}

function dashOf(style: unknown): Dash {
  return style === "dashed" || style === "dotted" ? style : "solid";
}

function bodyOf(element: Values, names: ReadonlyMap<string, string>, pictures: ReadonlyMap<string, string>, words: Values | undefined): ShapeBody | null {
  const [w, h] = [Math.max(Math.abs(number(element["width"])), 1), Math.max(Math.abs(number(element["height"])), 1)];
  const width = Math.fround(Math.min(512, Math.max(0.5, number(element["strokeWidth"], 2))));
  const size = Math.fround(Math.min(2048, Math.max(1, number(words?.["fontSize"], 20))));
  const said = sentence(words?.["originalText"] ?? words?.["text"]);
  switch (element["type"]) {
    case "rectangle":
      return { kind: "geo", form: element["roundness"] === null || element["roundness"] === undefined ? "rectangle" : "rounded", w, h, width, text: said, size };
    case "ellipse":
    case "diamond":
      return { kind: "geo", form: element["type"], w, h, width, text: said, size };
    case "text":
      if (text(element["containerId"]) !== "") return null;
      return { kind: "text", text: sentence(element["originalText"] ?? element["text"]), size: Math.fround(number(element["fontSize"], 20)), ...(element["autoResize"] === false ? { w } : {}) };
    case "freedraw":
      return inkOf(element, width);
    case "line":
    case "arrow":
      return lineOf(element, names, width, said, size);
    case "image": {
      const blob = pictures.get(text(element["fileId"]));
      return blob === undefined ? null : { kind: "image", w, h, blob, ...cropOf(element) };
    }
    case "frame":
    case "magicframe":
      return { kind: "frame", w, h, text: sentence(element["name"]) || inLanguage("Frame") };
    default:
      return null;
  }
}

function pointsOf(element: Values): { x: number; y: number }[] {
  const points: unknown[] = Array.isArray(element["points"]) ? element["points"] : [];
  // Of more than a stroke may have every second, third … is left.
  const every = Math.ceil(points.length / STROKE_POINTS_MAX);
  return (every > 1 ? points.filter((_, i) => i % every === 0) : points).flatMap((point: unknown) => (Array.isArray(point) ? [{ x: number(point[0]), y: number(point[1]) }] : []));
}

function inkOf(element: Values, width: number): ShapeBody | null {
  const points = pointsOf(element);
  if (points.length === 0) return null;
  const pressures = element["simulatePressure"] === false && Array.isArray(element["pressures"]) ? element["pressures"] : null;
  const own = points.map((point, i) => (pressures ? { ...point, pressure: number(pressures[i], 0.5) } : point));
  const { nib } = record(element["customData"]);
  // Its pen of width 1 draws some four units wide.
  return { kind: "stroke", width: Math.fround(width * 4.25), points: packPoints(own, PRECISION), ...(nib === "marker" || nib === "brush" ? { nib } : {}) };
}

/** Theirs says in pixels of the picture what is shown of it. */
function cropOf(element: Values) {
  const crop = element["crop"];
  if (typeof crop !== "object" || crop === null) return {};
  const { x, y, width, height, naturalWidth, naturalHeight } = crop as Record<string, unknown>;
  const [wide, high] = [number(naturalWidth, 0), number(naturalHeight, 0)];
  if (!(wide > 0 && high > 0)) return {};
  const cut = (value: number): number => Math.fround(Math.min(Math.max(value, 0), 0.99));
  return {
    crop_left: cut(number(x, 0) / wide), crop_top: cut(number(y, 0) / high),
    crop_right: cut(1 - (number(x, 0) + number(width, wide)) / wide), crop_bottom: cut(1 - (number(y, 0) + number(height, high)) / high),
  };
}

/** Two points are a line; more of them are ink, which keeps every corner, with its heads drawn. */
function lineOf(element: Values, names: ReadonlyMap<string, string>, width: number, said: string, size: number): ShapeBody | null {
  const points = pointsOf(element);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return null;
  const [start, end] = [HEADS[text(element["startArrowhead"])] ?? "none", HEADS[text(element["endArrowhead"])] ?? "none"];
  if (becomesInk(element)) {
    const [out, into] = endsOf(points);
    const size = headSize(width);
    const all = [...drawnHead(headOf(start, out, size)).reverse(), ...points, ...drawnHead(headOf(end, into, size))];
    return { kind: "stroke", width, points: packPoints(all.flatMap((point, i) => between(all[i - 1], point)), PRECISION) };
  }
  const from = names.get(text(record(element["startBinding"])["elementId"])) ?? "";
  const to = names.get(text(record(element["endBinding"])["elementId"])) ?? "";
  const [w, h] = [last.x - first.x, last.y - first.y];
  const middle = points.length === 3 ? points[1] : undefined;
  const bend = middle ? Math.min(2, Math.max(-2, ((middle.x - w / 2) * -h + (middle.y - h / 2) * w) / Math.max(w * w + h * h, 1))) : 0;
  const route = element["elbowed"] === true ? "elbow" : bend === 0 ? "straight" : "curved";
  return {
    kind: "connector", w, h, width, route, bend: route === "curved" ? bend : 0, head_start: start,
    head_end: end, from, to, text: said, size,
  };
}

/** Along its edge and back to the end of the line. */
function drawnHead(head: ReturnType<typeof headOf>): Point[] {
  return head ? [...head.points, ...head.points.slice(0, head.closed ? 1 : 0)] : [];
}

/** Straight stretches stay straight when ink is smoothed if there are points on them. */
function between(from: { x: number; y: number } | undefined, to: { x: number; y: number }): { x: number; y: number }[] {
  if (!from) return [to];
  const count = Math.min(40, Math.max(1, Math.round(Math.hypot(to.x - from.x, to.y - from.y) / 12)));
  return Array.from({ length: count }, (_, i) => ({ x: from.x + ((to.x - from.x) * (i + 1)) / count, y: from.y + ((to.y - from.y) * (i + 1)) / count }));
}

// --- out ---

/** What a file that Excalidraw opens begins with; then elements, lowest first. */
export const FILE_HEAD = '{"type":"excalidraw","version":2,"source":"lanvas","elements":[';

/** Of pictures that are seen in part: how many pixels they have, by name. */
export type PictureSizes = ReadonlyMap<string, { readonly width: number; readonly height: number }>;

/** A shape's elements, with commas between. */
export function excalidrawText(shape: Shape, sizes: PictureSizes = new Map()): string {
  return JSON.stringify(elementsOf(shape, sizes)).slice(1, -1);
}

/** What follows the elements. `pictures` are data URLs by name. */
export function fileTail(pictures: Readonly<Record<string, string>>): string {
  const files = Object.fromEntries(Object.entries(pictures).map(([id, dataURL]) => [id, { id, dataURL, mimeType: /^data:([^;]+)/.exec(dataURL)?.[1] ?? "image/png", created: 1 }]));
  return `],"appState":{"viewBackgroundColor":"#ffffff"},"files":${JSON.stringify(files)}}`;
}

function base(shape: Shape, type: string, box: { w: number; h: number }) {
  return {
    id: shape.id, type, x: shape.x, y: shape.y, width: box.w, height: box.h, angle: shape.rotation ?? 0, strokeColor: shape.color as Color,
    backgroundColor: shape.fill === undefined || shape.fill === "none" ? "transparent" : shape.fill, fillStyle: "solid", strokeWidth: 2,
    strokeStyle: shape.dash ?? "solid", roughness: 0, opacity: Math.round((shape.opacity ?? 1) * 100), groupIds: (shape.group ?? "").split("/").filter((id) => id !== "").reverse(),
    frameId: null, roundness: null, seed: 1, version: 1, versionNonce: 1, isDeleted: false, boundElements: null as { id: string; type: string }[] | null, updated: 1,
    link: shape.link !== undefined && /^https?:/.test(shape.link) ? shape.link : null, locked: shape.locked ?? false,
  };
}

const EXCALIDRAW_FONT: Readonly<Record<string, number>> = { hand: 5, sans: 2, serif: 2, mono: 3 };

function wordsElement(shape: Shape, said: string, size: number, id: string, containerId: string | null, box: { w: number; h: number }) {
  return {
    ...base(shape, "text", box), id, backgroundColor: "transparent", text: said, originalText: said, fontSize: size, fontFamily: EXCALIDRAW_FONT[shape.font ?? "sans"] ?? 2,
    textAlign: shape.align === "left" || shape.align === "right" ? shape.align : containerId === null ? "left" : "center", verticalAlign: containerId === null ? "top" : "middle",
    containerId, lineHeight: 1.3, autoResize: true,
  };
}

function elementsOf(shape: Shape, sizes: PictureSizes): Values[] {
  const { body } = shape;
  const box = boxOf(shape) ?? { w: 1, h: 1 };
  switch (body.kind) {
    case "stroke": {
      const samples = samplesOf(body.points);
      const pressures = samples.map(({ pressure }) => pressure ?? 0.5);
      const simulate = samples.every(({ pressure }) => pressure === undefined);
      const points = samples.map(({ x, y }) => [x, y]);
      // Theirs is one pen: what shows through is its opacity, and the rest is kept for the way back.
      const ink = body.nib === "marker" ? { ...shape, opacity: (shape.opacity ?? 1) * MARKER_ALPHA } : shape;
      return [{ ...base(ink, "freedraw", sizeOf(samples)), ...(body.nib === undefined ? {} : { customData: { nib: body.nib } }), strokeWidth: body.width / 4.25, points, pressures: simulate ? [] : pressures, simulatePressure: simulate, lastCommittedPoint: null }];
    }
    case "text":
      return [wordsElement(shape, body.text, body.size, shape.id, null, box)];
    case "geo":
      return labelled(formElement(shape, body.form, body.w, body.h, body.width), shape, body.text, body.size, box);
    case "note":
      return labelled({ ...base(shape, "rectangle", box), backgroundColor: shape.color, strokeColor: "#1e1e1e", strokeWidth: 1 }, { ...shape, color: "#1e1e1e" }, body.text, body.size, box);
    case "connector":
      return labelled(arrowElement(shape, body), shape, body.text ?? "", body.size, { w: 100, h: body.size * 1.3 });
    case "image":
      return [{ ...base(shape, "image", box), fileId: body.blob, status: "saved", scale: [shape.mirrored === true ? -1 : 1, 1], crop: cropFor(body, sizes.get(body.blob)) }];
    case "frame":
      return [{ ...base(shape, "frame", box), name: body.text }];
    default:
      return [];
  }
}

function arrowElement(shape: Shape, body: ConnectorBody): Values {
  const isElbow = body.route === "elbow";
  // An elbow's end keeps to a place in the box, another's to its middle.
  const binding = (id: string | undefined, x = 0.5, y = 0.5) => (id === undefined || id === "" ? null : { elementId: id, focus: 0, gap: 4, ...(isElbow ? { fixedPoint: [x, y] } : {}) });
  const corners = isElbow ? wayOf(body).slice(1, -1).map(({ x, y }) => [x, y]) : [];
  const bend = body.route === "curved" ? [[body.w / 2 - body.h * (body.bend ?? 0), body.h / 2 + body.w * (body.bend ?? 0)]] : [];
  const head = (name: Head): string | null => (name === "none" ? null : name);
  const isArrow = isElbow || body.head_end !== "none" || body.head_start !== "none";
  return {
    ...base(shape, isArrow ? "arrow" : "line", { w: Math.abs(body.w), h: Math.abs(body.h) }), strokeWidth: body.width,
    points: [[0, 0], ...bend, ...corners, [body.w, body.h]], startArrowhead: head(body.head_start), endArrowhead: head(body.head_end),
    startBinding: binding(body.from, body.from_x, body.from_y), endBinding: binding(body.to, body.to_x, body.to_y), lastCommittedPoint: null, roundness: body.route === "curved" ? { type: 2 } : null,
    elbowed: isElbow, ...(isElbow ? { fixedSegments: null, startIsSpecial: null, endIsSpecial: null } : {}),
  };
}

/** In pixels of the picture, as theirs are. */
function cropFor(body: Extract<ShapeBody, { kind: "image" }>, size: { readonly width: number; readonly height: number } | undefined): Values | null {
  if (!isCropped(body) || !size) return null;
  const { x, y, w, h } = shownPart(body);
  return { x: x * size.width, y: y * size.height, width: w * size.width, height: h * size.height, naturalWidth: size.width, naturalHeight: size.height };
}

function sizeOf(points: readonly { x: number; y: number }[]): { w: number; h: number } {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return { w: Math.max(...xs, 0) - Math.min(...xs, 0), h: Math.max(...ys, 0) - Math.min(...ys, 0) };
}

/** Forms that it has not are lines along their outline. */
function formElement(shape: Shape, form: Form, w: number, h: number, width: number): Values {
  if (form === "rectangle" || form === "rounded") return { ...base(shape, "rectangle", { w, h }), strokeWidth: width, roundness: form === "rounded" ? { type: 3 } : null };
  if (form === "ellipse" || form === "diamond") return { ...base(shape, form, { w, h }), strokeWidth: width };
  const corners = cornersOf(outlineOf(form, w, h));
  const [first] = corners;
  const points = [...corners, ...(first ? [first] : [])].map(({ x, y }) => [x - (first?.x ?? 0), y - (first?.y ?? 0)]);
  const moved = { ...shape, x: shape.x + (first?.x ?? 0), y: shape.y + (first?.y ?? 0) };
  return { ...base(moved, "line", { w, h }), strokeWidth: width, points, startArrowhead: null, endArrowhead: null, startBinding: null, endBinding: null, lastCommittedPoint: null, polygon: true };
}

function labelled(element: Values, shape: Shape, said: string, size: number, box: { w: number; h: number }): Values[] {
  if (said === "") return [element];
  const id = `${shape.id}-text`;
  return [{ ...element, boundElements: [{ id, type: "text" }] }, wordsElement(shape, said, size, id, shape.id, box)];
}
