/** What somebody brings to a session's door: an invitation in their link, and the kind of their device. */
import type { Device } from "../protocol/generated/messages";

/** As long as the tokens of hubs are, and room to spare. */
const INVITE = /[#&]invite=([0-9a-f]{16,64})(?:&|$)/;
/** The shorter side of the largest telephones, in CSS pixels. */
const PHONE_SIDE_MAX = 540;

/** The token in a link's fragment; servers never see that part. */
export function inviteIn(link: string): string | null {
  return INVITE.exec(link)?.[1] ?? null;
}

/** For who decides whether to let this person in. */
export function device(): Device {
  if (typeof matchMedia === "undefined") return "other";
  if (!matchMedia("(pointer: coarse)").matches) return "computer";
  return Math.min(screen.width, screen.height) <= PHONE_SIDE_MAX ? "phone" : "tablet";
}
