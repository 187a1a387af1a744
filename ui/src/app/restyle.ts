/** What a chosen style changes of what is selected. Pure. */
import { hasProperty } from "../document/shape";
import type { Shape, ShapeChange } from "../protocol/generated/messages";
import { styled } from "../tools/commands";
import type { Style } from "../tools/style";

/** A choice in the style panel as properties of shapes. */
export function changesFor(shapes: readonly Shape[], choice: Partial<Style>): ShapeChange[] {
  return shapes.flatMap((shape) => styled([shape], { id: shape.id, ...valuesFor(shape, choice) }));
}

function valuesFor(shape: Shape, choice: Partial<Style>): Omit<ShapeChange, "id"> {
  const { color, paper, width, textSize, opacity, fill, dash, font, align, form, route, headStart, headEnd } = choice;
  const isNote = shape.body.kind === "note";
  return {
    ...(color === undefined || isNote ? {} : { color }),
    ...(paper === undefined || !isNote ? {} : { color: paper }),
    ...(width === undefined ? {} : { width }),
    ...(textSize === undefined || !hasProperty(shape, "size") ? {} : { size: textSize }),
    ...(opacity === undefined ? {} : { opacity }),
    ...(fill === undefined || !canBeFilled(shape) ? {} : { fill }),
    ...(dash === undefined || !hasProperty(shape, "width") ? {} : { dash }),
    ...(font === undefined || !hasProperty(shape, "text") ? {} : { font }),
    ...(align === undefined || !hasProperty(shape, "text") ? {} : { align }),
    ...(form === undefined ? {} : { form }),
    ...(route === undefined ? {} : { route, ...(route === "curved" ? { bend: 0.18 } : { bend: 0 }) }),
    ...(headStart === undefined ? {} : { head_start: headStart }),
    ...(headEnd === undefined ? {} : { head_end: headEnd }),
  };
}

function canBeFilled({ body }: Shape): boolean {
  return body.kind === "geo" || body.kind === "stroke" || body.kind === "frame";
}

/** What of the panel is of use for the tool in hand or the selection. */
export interface Useful {
  readonly ink: boolean;
  readonly paper: boolean;
  readonly width: boolean;
  readonly fill: boolean;
  readonly dash: boolean;
  readonly words: boolean;
  readonly form: boolean;
  readonly ends: boolean;
  readonly eraser: boolean;
  readonly stamp: boolean;
  readonly opacity: boolean;
}

export function usefulFor(tool: string, shapes: readonly Shape[]): Useful {
  const kinds = new Set(shapes.length > 0 ? shapes.map(({ body }) => body.kind) : (KINDS_OF_TOOL[tool] ?? []));
  const any = (...names: string[]): boolean => names.some((name) => (kinds as Set<string>).has(name));
  return {
    ink: any("stroke", "text", "geo", "connector", "frame"),
    paper: any("note"),
    width: any("stroke", "geo", "connector"),
    fill: any("geo") || (shapes.length > 0 && any("stroke", "frame")),
    dash: any("stroke", "geo", "connector"),
    words: any("text", "note") || (any("geo", "connector") && shapes.some(({ body }) => "text" in body && body.text !== "")),
    form: any("geo"),
    ends: any("connector"),
    eraser: tool === "eraser" && shapes.length === 0,
    stamp: tool === "stamp" && shapes.length === 0,
    opacity: kinds.size > 0,
  };
}

const KINDS_OF_TOOL: Readonly<Record<string, readonly Shape["body"]["kind"][]>> = {
  pen: ["stroke"], marker: ["stroke"], brush: ["stroke"], text: ["text"], shape: ["geo"], line: ["connector"], arrow: ["connector"], note: ["note"],
};
