/**
 * Strokes that others are drawing. They live until the stroke is committed,
 * given up, or its author goes.
 *
 * The lane they come on may drop frames: a hole is drawn over and the commit
 * brings the true stroke; a frame that comes twice is there once.
 */
import { STROKE_POINTS_MAX } from "../protocol/generated/limits";
import type { Color, Dash, Ink, Nib, ParticipantId, ShapeId } from "../protocol/generated/messages";
import { unpackPoints, type Point } from "../protocol/points";
import { Subscribers, type Unsubscribe } from "../lib/subscribers";

/** Strokes kept at once: ten fingers each of a full session's most active people. The oldest goes. */
const STROKES_MAX = 400;

/** `points` only grows while the object stays the same. */
export interface WetStroke {
  readonly stroke: ShapeId;
  readonly author: ParticipantId;
  readonly color: Color;
  readonly width: number;
  readonly nib?: Nib;
  readonly opacity?: number;
  readonly dash?: Dash;
  /** Board units. */
  readonly points: readonly Point[];
}

interface Growing extends WetStroke {
  readonly points: Point[];
  /** Points told so far, those that were missed included. */
  told: number;
}

export class WetInk {
  readonly #strokes = new Map<ShapeId, Growing>();
  readonly #subscribers = new Subscribers<void>();

  get strokes(): ReadonlyMap<ShapeId, WetStroke> {
    return this.#strokes;
  }

  subscribe(hear: () => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  extend(ink: Ink): void {
    const wet = this.#strokes.get(ink.stroke) ?? this.#begin(ink);
    const told = unpackPoints(ink.points);
    const fresh = told.slice(Math.max(0, wet.told - ink.start));
    if (fresh.length === 0 || wet.points.length + fresh.length > STROKE_POINTS_MAX) return;
    wet.points.push(...fresh);
    wet.told = ink.start + told.length;
    this.#subscribers.emit();
  }

  end(stroke: ShapeId): void {
    if (this.#strokes.delete(stroke)) this.#subscribers.emit();
  }

  endOf(author: ParticipantId): void {
    for (const wet of [...this.#strokes.values()]) if (wet.author === author) this.end(wet.stroke);
  }

  clear(): void {
    if (this.#strokes.size === 0) return;
    this.#strokes.clear();
    this.#subscribers.emit();
  }

  #begin({ points: _, start: __, ...ink }: Ink): Growing {
    const oldest = this.#strokes.keys().next().value;
    if (oldest !== undefined && this.#strokes.size >= STROKES_MAX) this.#strokes.delete(oldest);
    const wet: Growing = { ...ink, points: [], told: 0 };
    this.#strokes.set(ink.stroke, wet);
    return wet;
  }
}
