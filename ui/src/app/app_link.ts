/**
 * The link by which the desktop app opens a session: a web link with another beginning. Pure.
 *
 * Promises: nothing of it is secret; what stands behind `#` in a web link stays behind.
 */

/** `lanvas://host:port/s/<id>`; null when `link` leads to no session, or to one that is encrypted, which this beginning does not tell. */
export function appLink(link: string): string | null {
  const [, place] = /^http:\/\/([^/?#]+\/s\/[^/?#]+)/u.exec(link) ?? [];
  return place === undefined ? null : `lanvas://${place}`;
}
