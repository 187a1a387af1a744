/** Places in a session that a message can point at: a spot on the board, a heading of the notes. Pure. */

import { FIRST_PAGE } from "../../document/contents";
import type { PageId } from "../../protocol/generated/messages";

export type Place =
  | { readonly kind: "board"; readonly x: number; readonly y: number; readonly zoom: number }
  /** Of the first page if none is named; the page's beginning if the text is blank. */
  | { readonly kind: "heading"; readonly page: PageId; readonly text: string };

const FAR = 1_000_000;
const ZOOM = { min: 0.01, max: 100 };

/** What a link's target says, if it is a place: as `targetOf` writes it, or with a session's address before it. */
export function placeOf(link: string): Place | null {
  const target = link.replace(/^https?:\/\/[^/\s]+\/s\/[\w-]+(?=#)/, "");
  const spot = /^#at=(-?[\d.]{1,12}),(-?[\d.]{1,12})(?:,([\d.]{1,8}))?$/.exec(target);
  if (spot !== null) {
    const [x, y, zoom] = [Number(spot[1]), Number(spot[2]), Number(spot[3] ?? 1)];
    const near = Math.abs(x) <= FAR && Math.abs(y) <= FAR && zoom >= ZOOM.min && zoom <= ZOOM.max;
    return near ? { kind: "board", x, y, zoom } : null;
  }
  const heading = /^#(?:page=([\w-]{1,32}))?&?(?:heading=(.{1,600}))?$/.exec(target);
  if (heading === null || (heading[1] ?? heading[2]) === undefined) return null;
  try {
    return { kind: "heading", page: heading[1] ?? FIRST_PAGE, text: decodeURIComponent(heading[2] ?? "") };
  } catch {
    return null;
  }
}

/** The other way round, as Markdown. */
export function linkTo(place: Place, label: string): string {
  const words = label.replaceAll(/[[\]\n]/g, " ").trim();
  return `[${words}](${targetOf(place)})`;
}

/** As the target of a link, in a message, in the notes or on a shape. */
export function targetOf(place: Place): string {
  if (place.kind === "heading") {
    const heading = place.text === "" ? "" : `heading=${encodeURIComponent(place.text).replaceAll("(", "%28").replaceAll(")", "%29")}`;
    return `#${[place.page === FIRST_PAGE ? "" : `page=${place.page}`, heading].filter((part) => part !== "").join("&") || `page=${FIRST_PAGE}`}`;
  }
  return `#at=${round(place.x, 1)},${round(place.y, 1)},${round(place.zoom, 3)}`;
}

function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** The headings of a text, first to last. */
export function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)].map((match) => match[1] ?? "");
}

/** The heading that a place in a text belongs to; blank if there is none above. */
export function headingAbove(text: string, position: number): string {
  const end = text.indexOf("\n", position);
  return headingsOf(text.slice(0, end === -1 ? text.length : end)).at(-1) ?? "";
}

/** Where a heading stands in a text; -1 if it is not there any more. */
export function headingAt(text: string, heading: string): number {
  for (const match of text.matchAll(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)) if (match[1] === heading) return match.index;
  return -1;
}
