/** The board in words, and in an order to walk through it: for who does not see it. Pure. */
import type { Placed, Scene } from "../engine/scene";
import type { Shape, ShapeId } from "../protocol/generated/messages";

const WORDS_MAX = 80;

const FORM_NAMES: Readonly<Record<string, string>> = { arrow_right: "arrow form", rounded: "rounded rectangle", speech: "speech bubble" };

/** What a thing is, and what it says. */
export function nameOf(shape: Shape): string {
  const { body } = shape;
  const said = shape.name !== undefined && shape.name !== "" ? shape.name : "text" in body && body.text !== undefined ? body.text.replace(/\s+/g, " ").trim() : "";
  const short = said.length > WORDS_MAX ? `${said.slice(0, WORDS_MAX)}…` : said;
  const kind = kindName(body);
  return short === "" ? kind : `${kind}: ${short}`;
}

function kindName(body: Shape["body"]): string {
  switch (body.kind) {
    case "stroke":
      return body.nib === "marker" ? "Highlight" : "Drawing";
    case "text":
      return "Text";
    case "geo":
      return capital((FORM_NAMES[body.form] ?? body.form).replace("_", " "));
    case "connector":
      return body.head_end === "none" && body.head_start === "none" ? "Line" : "Arrow";
    case "note":
      return body.by === undefined || body.by === "" ? "Sticky note" : `Sticky note by ${body.by}`;
    case "image":
      return "Picture";
    case "frame":
      return "Frame";
    default:
      return "Thing of a newer Lanvas";
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function announcementOf(shapes: readonly Shape[]): string {
  const [only, ...more] = shapes;
  if (!only) return "";
  if (more.length > 0) return `${shapes.length} things selected`;
  const locked = only.locked === true ? ", locked" : "";
  return `${nameOf(only)}, selected${locked}`;
}

/** Rows from above to below, each from left to right: things that overlap in height share a row. */
export function readingOrder(all: readonly Placed[]): Placed[] {
  const sorted = [...all].sort((a, b) => a.bounds.minY - b.bounds.minY || a.bounds.minX - b.bounds.minX);
  const rows: { readonly bottom: number; readonly items: Placed[] }[] = [];
  for (const placed of sorted) {
    const row = rows.at(-1);
    const middle = (placed.bounds.minY + placed.bounds.maxY) / 2;
    if (row && middle < row.bottom) row.items.push(placed);
    else rows.push({ bottom: placed.bounds.maxY, items: [placed] });
  }
  return rows.flatMap(({ items }) => items.sort((a, b) => a.bounds.minX - b.bounds.minX || a.bounds.minY - b.bounds.minY));
}

/** More than these are walked through by place alone. */
const ORDERED_MAX = 20_000;

/** What comes after (or before) what is selected, null past the end; drawings only where there is nothing else. */
export function nextShape(scene: Scene, selected: readonly ShapeId[], step: 1 | -1): Placed | null {
  const all = [...scene.all()].slice(0, ORDERED_MAX);
  const telling = all.filter(({ shape }) => shape.body.kind !== "stroke");
  const order = readingOrder(telling.length > 0 ? telling : all);
  if (order.length === 0) return null;
  const at = order.findIndex(({ shape }) => shape.id === selected[0]);
  const next = at === -1 && step === -1 ? order.length - 1 : at + step;
  return order[next] ?? null;
}

/** Frames in the order of pages. */
export function pageOrder(scene: Scene): Placed[] {
  const order = ({ shape: { body } }: Placed): number => (body.kind === "frame" ? (body.order ?? 0) : 0);
  return [...scene.all()].filter(({ shape }) => shape.body.kind === "frame").sort((a, b) => order(a) - order(b) || (a.shape.id < b.shape.id ? -1 : 1));
}
