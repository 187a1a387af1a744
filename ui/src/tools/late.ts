/**
 * The parts of tools that nobody needs in the first second: fetched beside the first
 * picture and kept here. Until they are there a tool does without: a held stroke
 * stays ink, the eraser by parts takes whole things only, nothing snaps, a picture
 * is not cropped, nothing is copied, lasso, laser and eyedropper rest, arrow keys move nothing.
 */
import type * as Parts from "./late_parts";

export const late: Partial<typeof Parts> = {};

export async function fetchLate(): Promise<void> {
  Object.assign(late, await import("./late_parts"));
}
