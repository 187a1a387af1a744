/**
 * Taking back what somebody did on the board: first what it would be, to be
 * looked at, then as ordinary operations of who takes it back.
 */
import { randomId } from "../lib/random";
import type { ParticipantId, Shape, ShapeId } from "../protocol/generated/messages";
import type { Surface } from "./surface";

/** What would be taken back. */
export interface Work {
  /** Things they added, which go. */
  readonly added: readonly ShapeId[];
}

/** What somebody added since then that is still there. */
export function workOf(shapes: Iterable<Shape>, who: ParticipantId, since_ms: number): Work {
  const added: ShapeId[] = [];
  for (const { id, author, added_ms } of shapes) if (author === who && (added_ms ?? 0) >= since_ms) added.push(id);
  return { added };
}

export function takeBack({ session, desk }: Surface, who: ParticipantId, since_ms: number, { added }: Work): void {
  if (added.length === 0) return;
  session.submit({ type: "note_undone", participant: who, since_ms, shapes: added.length });
  session.submit({ type: "remove_shapes", ids: [...added] }, randomId());
  desk.engine?.setSelection([]);
}
