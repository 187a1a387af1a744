/**
 * The parts of tools that nobody needs in the first second: fetched beside the first
 * picture and kept here. Until they are there a tool does without: a held stroke
 * stays ink, the eraser by parts takes whole things only, a picture is not cropped,
 * arrow keys move nothing.
 */
import type { cutInk as CutInk, inkTaken as InkTaken } from "../engine/cut";
import type { recognise as Recognise } from "../engine/recognise";
import type * as Crop from "./crop";
import type { stepKeyPointer as StepKeyPointer } from "./key_pointer";

interface Late {
  cutInk: typeof CutInk | null;
  inkTaken: typeof InkTaken | null;
  recognise: typeof Recognise | null;
  crop: typeof Crop | null;
  stepKeyPointer: typeof StepKeyPointer | null;
}

export const late: Late = { cutInk: null, inkTaken: null, recognise: null, crop: null, stepKeyPointer: null };

export async function fetchLate(): Promise<void> {
  const [{ cutInk, inkTaken }, { recognise }, crop, { stepKeyPointer }] = await Promise.all([
    import("../engine/cut"), import("../engine/recognise"), import("./crop"), import("./key_pointer"),
  ]);
  Object.assign(late, { cutInk, inkTaken, recognise, crop, stepKeyPointer });
}
