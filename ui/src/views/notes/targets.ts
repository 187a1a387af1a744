/** Where a link in the notes may lead: to http, https or mail, or to a place of a session. Pure. */

/** A place of a session, of this one or with its address. */
export const PLACE = /^(?:https?:\/\/[^/\s]+\/s\/[\w-]+)?#(?:at|page|heading)=/;

/** The address of a page or of mail; null for everything else. */
export function safe(address: string): string | null {
  const words = address.replace(/^<|>$/g, "");
  try {
    const url = new URL(/^www\./i.test(words) ? `https://${words}` : /^[^\s:/]+@[^\s:/]+$/.test(words) ? `mailto:${words}` : words);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
