/**
 * The outlines of forms, as a way of straight and curved steps in the form's own
 * box from (0, 0) to (w, h). Painting, finding, binding and export all use these.
 */
import type { Form } from "../protocol/generated/messages";
import type { Point } from "./geometry";
import type { PathSink } from "./outline";

/** To `x`, `y`; on a quadratic curve if there is a control point. */
export interface Step extends Point {
  readonly cx?: number;
  readonly cy?: number;
}

/** Closed: its first step says where it begins. */
export type Outline = readonly Step[];

type Draw = (w: number, h: number) => Outline;

/** Straight steps through parts of the box. */
function polygon(...parts: readonly (readonly [number, number])[]): Draw {
  return (w, h) => parts.map(([x, y]) => ({ x: x * w, y: y * h }));
}

/** Along an ellipse about (cx, cy), from angle `from` by `sweep`; the first step is where it begins. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, sweep: number): Step[] {
  const count = Math.max(1, Math.ceil(Math.abs(sweep) / (Math.PI / 8)));
  const step = sweep / count;
  // A quadratic curve that touches the ellipse at both ends has its control point this much farther out.
  const out = 1 / Math.cos(step / 2);
  const at = (angle: number, far = 1): Point => ({ x: cx + Math.cos(angle) * rx * far, y: cy + Math.sin(angle) * ry * far });
  const steps: Step[] = [at(from)];
  for (let i = 1; i <= count; i++) {
    const control = at(from + step * (i - 0.5), out);
    steps.push({ ...at(from + step * i), cx: control.x, cy: control.y });
  }
  return steps;
}

function regular(corners: number, turn: number): Draw {
  const at = (i: number): Point => {
    const angle = turn + (i * 2 * Math.PI) / corners;
    return { x: Math.cos(angle), y: Math.sin(angle) };
  };
  return filled(Array.from({ length: corners }, (_, i) => at(i)));
}

/** Stretched so that it touches all four sides of the box. */
function filled(points: readonly Point[]): Draw {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [Math.max(...xs) - left, Math.max(...ys) - top];
  return (w, h) => points.map(({ x, y }) => ({ x: ((x - left) / wide) * w, y: ((y - top) / high) * h }));
}

function star(): Draw {
  const points = Array.from({ length: 10 }, (_, i) => {
    const far = i % 2 === 0 ? 1 : 0.42;
    const angle = -Math.PI / 2 + (i * Math.PI) / 5;
    return { x: Math.cos(angle) * far, y: Math.sin(angle) * far };
  });
  return filled(points);
}

function rounded(w: number, h: number): Outline {
  const r = Math.min(w, h) * 0.2;
  return [
    ...arc(w - r, r, r, r, -Math.PI / 2, Math.PI / 2),
    ...arc(w - r, h - r, r, r, 0, Math.PI / 2),
    ...arc(r, h - r, r, r, Math.PI / 2, Math.PI / 2),
    ...arc(r, r, r, r, Math.PI, Math.PI / 2),
  ];
}

/** Bulges along an ellipse. */
function cloud(w: number, h: number): Outline {
  const bulges = 9;
  const [cx, cy, rx, ry] = [w / 2, h / 2, w * 0.41, h * 0.38];
  const at = (i: number, far: number): Point => {
    const angle = (i * 2 * Math.PI) / bulges;
    return { x: cx + Math.cos(angle) * rx * far, y: cy + Math.sin(angle) * ry * far };
  };
  const steps: Step[] = [at(0, 1)];
  for (let i = 0; i < bulges; i++) {
    const [a, top, b] = [at(i + 0.12, 1.34), at(i + 0.5, 1.26), at(i + 0.88, 1.34)];
    steps.push({ ...top, cx: a.x, cy: a.y }, { ...at(i + 1, 1), cx: b.x, cy: b.y });
  }
  return steps.map((step) => inside(step, w, h));
}

function inside(step: Step, w: number, h: number): Step {
  const x = Math.min(w, Math.max(0, step.x));
  const y = Math.min(h, Math.max(0, step.y));
  if (step.cx === undefined || step.cy === undefined) return { x, y };
  return { x, y, cx: Math.min(w, Math.max(0, step.cx)), cy: Math.min(h, Math.max(0, step.cy)) };
}

function heart(w: number, h: number): Outline {
  const at = (x: number, y: number, cx?: number, cy?: number): Step =>
    cx === undefined || cy === undefined ? { x: x * w, y: y * h } : { x: x * w, y: y * h, cx: cx * w, cy: cy * h };
  return [at(0.5, 0.22), at(0.75, 0, 0.55, 0), at(1, 0.3, 1, 0), at(0.78, 0.68, 1, 0.48), at(0.5, 1), at(0.22, 0.68), at(0, 0.3, 0, 0.48), at(0.25, 0, 0, 0), at(0.5, 0.22, 0.45, 0)];
}

function speech(w: number, h: number): Outline {
  const foot = h * 0.78;
  const r = Math.min(w, foot) * 0.2;
  return [
    ...arc(w - r, r, r, r, -Math.PI / 2, Math.PI / 2),
    ...arc(w - r, foot - r, r, r, 0, Math.PI / 2),
    { x: w * 0.42, y: foot },
    { x: w * 0.16, y: h },
    { x: w * 0.2, y: foot },
    ...arc(r, foot - r, r, r, Math.PI / 2, Math.PI / 2),
    ...arc(r, r, r, r, Math.PI, Math.PI / 2),
  ];
}

function cylinder(w: number, h: number): Outline {
  const r = Math.min(h * 0.15, w * 0.25);
  return [...arc(w / 2, r, w / 2, r, Math.PI, Math.PI), ...arc(w / 2, h - r, w / 2, r, 0, Math.PI)];
}

const round: Draw = (w, h) => arc(w / 2, h / 2, w / 2, h / 2, -Math.PI / 2, 2 * Math.PI);

const FORMS: Readonly<Record<Form, Draw>> = {
  rectangle: polygon([0, 0], [1, 0], [1, 1], [0, 1]),
  rounded,
  ellipse: round,
  diamond: polygon([0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5]),
  triangle: polygon([0.5, 0], [1, 1], [0, 1]),
  parallelogram: polygon([0.22, 0], [1, 0], [0.78, 1], [0, 1]),
  trapezoid: polygon([0.2, 0], [0.8, 0], [1, 1], [0, 1]),
  pentagon: regular(5, -Math.PI / 2),
  hexagon: polygon([0.25, 0], [0.75, 0], [1, 0.5], [0.75, 1], [0.25, 1], [0, 0.5]),
  octagon: regular(8, Math.PI / 8),
  star: star(),
  cloud,
  heart,
  arrow_right: polygon([0, 0.25], [0.6, 0.25], [0.6, 0], [1, 0.5], [0.6, 1], [0.6, 0.75], [0, 0.75]),
  cross: polygon([0.33, 0], [0.67, 0], [0.67, 0.33], [1, 0.33], [1, 0.67], [0.67, 0.67], [0.67, 1], [0.33, 1], [0.33, 0.67], [0, 0.67], [0, 0.33], [0.33, 0.33]),
  speech,
  cylinder,
  stamp_yes: round, stamp_no: round, stamp_question: round, stamp_important: round, stamp_smile: round, stamp_frown: round, stamp_thumb: round,
  stamp_spark: round, stamp_flag: round,
};

/** x, y; or the control point of a curve before them. */
type Mark = readonly (readonly [number, number] | readonly [number, number, number, number])[];

const EYES: readonly Mark[] = [[[0.36, 0.36], [0.36, 0.42]], [[0.64, 0.36], [0.64, 0.42]]];

export function formNames(): Form[] {
  return Object.keys(FORMS) as Form[];
}

/** What is drawn on stamps, in parts of their box. */
const MARKS: Readonly<Partial<Record<Form, readonly Mark[]>>> = {
  stamp_yes: [[[0.28, 0.52], [0.44, 0.68], [0.73, 0.34]]],
  stamp_no: [[[0.34, 0.34], [0.66, 0.66]], [[0.66, 0.34], [0.34, 0.66]]],
  stamp_question: [[[0.37, 0.39], [0.37, 0.25, 0.5, 0.25], [0.64, 0.25, 0.64, 0.38], [0.64, 0.47, 0.5, 0.53], [0.5, 0.6]], [[0.5, 0.74], [0.5, 0.745]]],
  stamp_important: [[[0.5, 0.25], [0.5, 0.58]], [[0.5, 0.74], [0.5, 0.745]]],
  stamp_smile: [...EYES, [[0.29, 0.56], [0.5, 0.86, 0.71, 0.56]]],
  stamp_frown: [...EYES, [[0.31, 0.72], [0.5, 0.46, 0.69, 0.72]]],
  stamp_thumb: [[[0.27, 0.46], [0.27, 0.74], [0.62, 0.74], [0.7, 0.74, 0.72, 0.66], [0.75, 0.5], [0.76, 0.44, 0.7, 0.44], [0.55, 0.44], [0.6, 0.24, 0.5, 0.22], [0.48, 0.38, 0.4, 0.46], [0.27, 0.46]], [[0.4, 0.46], [0.4, 0.74]]],
  stamp_spark: [[[0.56, 0.2], [0.34, 0.55], [0.49, 0.55], [0.44, 0.8], [0.66, 0.45], [0.51, 0.45], [0.56, 0.2]]],
  stamp_flag: [[[0.36, 0.22], [0.36, 0.78]], [[0.36, 0.25], [0.71, 0.36], [0.36, 0.5]]],
};

export function isStamp(form: Form): boolean {
  return form in MARKS;
}

/** The form's outline in a box of these sides; a newer hub's form is a rectangle. */
export function outlineOf(form: Form, w: number, h: number): Outline {
  return ((FORMS as Readonly<Record<string, Draw | undefined>>)[form] ?? FORMS.rectangle)(w, h);
}

/** Lines in a form that are not its edge, in the same steps. */
export function innerLinesOf(form: Form, w: number, h: number): readonly Outline[] {
  if (form !== "cylinder") return MARKS[form]?.map((mark) => mark.map((step) => placed(step, w, h))) ?? [];
  const r = Math.min(h * 0.15, w * 0.25);
  return [arc(w / 2, r, w / 2, r, Math.PI, -Math.PI)];
}

function placed([a, b, c, d]: Mark[number], w: number, h: number): Step {
  return c === undefined || d === undefined ? { x: a * w, y: b * h } : { cx: a * w, cy: b * h, x: c * w, y: d * h };
}

/** Where words fit, in parts of the box. */
export function roomIn(form: Form): { readonly x: number; readonly y: number; readonly w: number; readonly h: number } {
  switch (form) {
    case "ellipse":
    case "cloud":
    case "octagon":
    case "pentagon":
    case "hexagon":
      return { x: 0.15, y: 0.15, w: 0.7, h: 0.7 };
    case "diamond":
    case "heart":
      return { x: 0.22, y: 0.22, w: 0.56, h: 0.5 };
    case "star":
      return { x: 0.28, y: 0.32, w: 0.44, h: 0.4 };
    case "triangle":
      return { x: 0.25, y: 0.45, w: 0.5, h: 0.5 };
    case "speech":
      return { x: 0.05, y: 0.04, w: 0.9, h: 0.7 };
    case "arrow_right":
      return { x: 0.02, y: 0.27, w: 0.8, h: 0.46 };
    case "cylinder":
      return { x: 0.05, y: 0.3, w: 0.9, h: 0.6 };
    default:
      return { x: 0.04, y: 0.04, w: 0.92, h: 0.92 };
  }
}

export function traceSteps(sink: PathSink, steps: readonly Step[], closed: boolean): void {
  steps.forEach(({ x, y, cx, cy }, i) => {
    if (i === 0) sink.moveTo(x, y);
    else if (cx !== undefined && cy !== undefined) sink.quadraticCurveTo(cx, cy, x, y);
    else sink.lineTo(x, y);
  });
  if (closed) sink.closePath();
}

/** The outline as corners of a polygon, curves in `PIECES` pieces each. */
export function cornersOf(steps: readonly Step[]): Point[] {
  const corners: Point[] = [];
  let last: Point | null = null;
  for (const step of steps) {
    if (last && step.cx !== undefined && step.cy !== undefined) corners.push(...curve(last, { x: step.cx, y: step.cy }, step));
    else corners.push({ x: step.x, y: step.y });
    last = step;
  }
  return corners;
}

const PIECES = 4;

function curve(from: Point, control: Point, to: Point): Point[] {
  return Array.from({ length: PIECES }, (_, i) => {
    const t = (i + 1) / PIECES;
    const s = 1 - t;
    return { x: s * s * from.x + 2 * s * t * control.x + t * t * to.x, y: s * s * from.y + 2 * s * t * control.y + t * t * to.y };
  });
}

/** Whether `at` is in the polygon, by the even-odd rule. */
export function isInside(corners: readonly Point[], at: Point): boolean {
  let inside = false;
  let last = corners.at(-1);
  for (const corner of corners) {
    if (last && corner.y > at.y !== last.y > at.y) {
      const x = corner.x + ((at.y - corner.y) / (last.y - corner.y)) * (last.x - corner.x);
      if (at.x < x) inside = !inside;
    }
    last = corner;
  }
  return inside;
}
