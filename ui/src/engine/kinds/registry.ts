/**
 * The kinds of shapes, by name. A kind of the wire that is missing here does not
 * compile; one that comes from a newer hub is shown as a box (protocol R48).
 */
import type { Shape, ShapeBody } from "../../protocol/generated/messages";
import type { Rect } from "../geometry";
import type { BodyOf, Kind } from "./kind";
import { boxKind } from "./box";
import { connectorKind } from "./connector";
import { frameKind } from "./frame";
import { geoKind } from "./geo";
import { imageKind } from "./image";
import { noteKind } from "./note";
import { strokeKind } from "./stroke";
import { textKind } from "./text";

const KINDS: { readonly [K in ShapeBody["kind"]]: Kind<BodyOf<K>> } = {
  stroke: strokeKind,
  text: textKind,
  geo: geoKind,
  connector: connectorKind,
  note: noteKind,
  image: imageKind,
  frame: frameKind,
};

/** A speck at its place keeps every rectangle finite. */
export const SPECK_EXTENT: Rect = { minX: 0, minY: 0, maxX: 0, maxY: 0 };


/** What the engine knows of shapes of this one's kind. */
export function kindOf({ body }: Shape): Kind<ShapeBody> {
  // The registry pairs every name with the kind of that name.
  const kind = (KINDS as unknown as Readonly<Record<string, Kind<ShapeBody> | undefined>>)[body.kind];
  return kind ?? boxKind;
}

/** Whether `rect` is one that can be worked with. */
export function isFiniteRect(rect: Rect): boolean {
  return Number.isFinite(rect.minX + rect.minY + rect.maxX + rect.maxY);
}
