/** What the others point at and have selected, as the engine shows it. Pure. */
import type { Cursor, RemoteSelection } from "../engine/picture";
import type { People, Presences } from "../sync/session";

export function shownCursors(presences: Presences, people: People): Cursor[] {
  return others(presences, people).flatMap(({ person, presence }) =>
    presence.cursor === undefined ? [] : [{ key: person.id, name: person.name, color: person.color, at: presence.cursor }],
  );
}

export function shownSelections(presences: Presences, people: People): RemoteSelection[] {
  return others(presences, people).flatMap(({ person, presence }) =>
    presence.selection === undefined || presence.selection.length === 0
      ? []
      : [{ name: person.name, color: person.color, ids: presence.selection }],
  );
}

/** Calls `show` with what the others point at and have selected, but not for what is said of them beside: where they write, whether they type. */
export function showOthers({ presences, people }: { presences: Presences; people: People }, show: (cursors: Cursor[], selections: RemoteSelection[]) => void): () => void {
  let shown: unknown = null;
  return () => {
    const now = [shownCursors(presences, people), shownSelections(presences, people)] as const;
    if (same(now, shown)) return;
    shown = now;
    show(...now);
  };
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [these, those] = [Object.entries(a), Object.entries(b)];
  return these.length === those.length && these.every(([key, value], at) => key === those[at]?.[0] && same(value, those[at][1]));
}

/** Without oneself in another tab, and without those who have gone. */
function others(presences: Presences, people: People) {
  return [...presences.all].flatMap(([id, presence]) => {
    const person = people.get(id);
    return person === undefined || id === people.me?.id ? [] : [{ person, presence }];
  });
}
