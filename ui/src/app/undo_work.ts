/**
 * Taking back what somebody did on the board: first what it would be, to be
 * looked at, then as ordinary operations of who takes it back. What it would be
 * the hub works out from its log (R84); what its log has folded is left but for
 * what they added, which says itself whose it is and from when.
 */
import { decode } from "@msgpack/msgpack";
import { operationsOf, type Edit } from "../document/history";
import { sameShape } from "../document/shape";
import { randomId } from "../lib/random";
import type { ParticipantId, Shape, ShapeId } from "../protocol/generated/messages";
import type { Surface } from "./surface";

/** The board as it would be without their work, where that is not as it is. */
export interface Work {
  /** By the hub's clock. */
  readonly since_ms: number;
  /** What would not be there. */
  readonly gone: readonly ShapeId[];
  /** What would be there, or be otherwise: as it would be. */
  readonly shapes: readonly Shape[];
  /** Whether there is more of it, to be asked for when this is taken back. */
  readonly more: boolean;
  /** What was done before is no longer known one by one. */
  readonly kept_from_ms?: number;
}

/** What taking it back does. */
export interface Plan {
  readonly edits: ReadonlyMap<ShapeId, Edit>;
  readonly goes: number;
  readonly changesBack: number;
  readonly returns: number;
}

/** Null if it cannot be had. `ago_ms` 0 is from the beginning. For moderators and the host. */
export async function readWork({ session, address }: Surface, who: ParticipantId, ago_ms: number): Promise<Work | null> {
  const resume = session.place.resume()?.resume;
  if (resume === undefined) return null;
  try {
    const ago = ago_ms === 0 ? "" : `&ago_ms=${ago_ms}`;
    const url = `${session.place.now.base}/api/sessions/${encodeURIComponent(address.session)}/work?by=${who}${ago}`;
    const headers = { Authorization: `Bearer ${resume}`, Accept: "application/msgpack" };
    const answer = await fetch(url, { headers, cache: "no-store" });
    return answer.ok ? (decode(new Uint8Array(await answer.arrayBuffer())) as Work) : null;
  } catch {
    return null;
  }
}

/** What of `work` is still to be done on the board as it is. */
export function planOf(board: Iterable<Shape>, who: ParticipantId, work: Work): Plan {
  const now = new Map<ShapeId, Shape>();
  for (const shape of board) now.set(shape.id, shape);
  const edits = new Map<ShapeId, Edit>();
  const count = { goes: 0, changesBack: 0, returns: 0 };
  const goes = (before: Shape | undefined): void => {
    if (before === undefined || edits.has(before.id)) return;
    edits.set(before.id, { before, after: undefined });
    count.goes += 1;
  };
  for (const after of work.shapes) {
    const before = now.get(after.id);
    if (before !== undefined && sameShape(before, after)) continue;
    edits.set(after.id, { before, after });
    count[before === undefined ? "returns" : "changesBack"] += 1;
  }
  for (const id of work.gone) goes(now.get(id));
  if (work.kept_from_ms !== undefined) addedBy(now.values(), who, work.since_ms).forEach(goes);
  return { edits, ...count };
}

/** What somebody added since then that is still there. */
function addedBy(shapes: Iterable<Shape>, who: ParticipantId, since_ms: number): Shape[] {
  return [...shapes].filter(({ author, added_ms }) => author === who && (added_ms ?? 0) >= since_ms);
}

/** As one step of who takes it back. */
export function takeBack({ session, desk }: Surface, who: ParticipantId, { since_ms }: Work, { edits }: Plan): void {
  if (edits.size === 0) return;
  const step = randomId();
  session.submit({ type: "note_undone", participant: who, since_ms, shapes: edits.size });
  for (const operation of operationsOf(edits)) session.submit(operation, step);
  desk.engine?.setSelection([]);
}
