/**
 * The link that brings others in. Pure.
 *
 * Promises: never a name that means "this machine" to whoever reads it, and never
 * a `.local` name, which many phones cannot resolve. Never a host's token.
 */
import { placeOf } from "../lib/place";
import type { HostedSession, SessionAddress } from "../platform/host";

/** Links for guests, best first; empty when nobody else could reach one. `base` is where the hub is now. */
export function inviteLinks({ session }: SessionAddress, hosted: HostedSession | null, base: string): readonly string[] {
  const links = hosted?.urls ?? [`${placeOf(base)}/s/${session}`];
  return links.filter(reachable);
}

/** An invitation as a link: where others reach the session, and the token where no server sees it. */
export function invitationLink(address: SessionAddress, links: readonly string[], token: string): string {
  return `${links[0] ?? `${placeOf(address.base)}/s/${address.session}`}#invite=${token}`;
}

function reachable(link: string): boolean {
  try {
    const { hostname } = new URL(link);
    return !(
      hostname === "localhost" ||
      hostname.endsWith(".localhost") ||
      hostname.endsWith(".local") ||
      hostname.startsWith("127.") ||
      hostname === "[::1]" ||
      hostname === "0.0.0.0"
    );
  } catch {
    return false;
  }
}
