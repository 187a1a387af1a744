/**
 * The parts of tools that nobody needs in the first second: fetched beside the first
 * picture and kept here. Until they are there a tool does without: a held stroke
 * stays ink, and the eraser by parts takes whole things only.
 */
import type { cutInk as CutInk } from "../engine/cut";
import type { recognise as Recognise } from "../engine/recognise";

export const late: { cutInk: typeof CutInk | null; recognise: typeof Recognise | null } = { cutInk: null, recognise: null };

export async function fetchLate(): Promise<void> {
  const [{ cutInk }, { recognise }] = await Promise.all([import("../engine/cut"), import("../engine/recognise")]);
  Object.assign(late, { cutInk, recognise });
}
