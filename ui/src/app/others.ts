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

/** Without oneself in another tab, and without those who have gone. */
function others(presences: Presences, people: People) {
  return [...presences.all].flatMap(([id, presence]) => {
    const person = people.get(id);
    return person === undefined || id === people.me?.id ? [] : [{ person, presence }];
  });
}
