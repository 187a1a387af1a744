/**
 * From a page whose address is gone to one at the hub's new address: another
 * origin, so with nothing that this page keeps. What makes the person the same
 * one goes along behind the `#` of the link, which no server sees; the page that
 * opens takes it out of the address bar at once (`platform/browser.ts`).
 */
import type { Surface } from "./surface";

/** Null before the first welcome. */
export function linkAsMyself({ address, session }: Surface): string | null {
  const secrets = session.place.resume();
  if (secrets === null) return null;
  const me = new URLSearchParams({ as: `${secrets.replica} ${secrets.resume}` });
  const name = session.people.me?.name;
  if (name !== undefined) me.set("name", name);
  if (address.hostToken !== undefined) me.set("host", address.hostToken);
  return `${session.place.now.base}/s/${encodeURIComponent(address.session)}#${me}`;
}
