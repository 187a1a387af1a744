/**
 * A copy of the selection, or of all of the board, for other programs: as a picture,
 * as a drawing, as words. Where a page may not put pictures on the clipboard (by
 * plain http) the picture goes inside HTML, which writing programs take.
 */
import { canCopyPictures, copyPicture, copyTexts } from "../../platform/clipboard";
import { selectedWithFrames } from "../../tools/frames";
import { readingOrder } from "../reading_order";
import { wordsOf } from "../clipboard";
import type { Desk, Hint } from "../desk";
import { dataUrl } from "./board_json";
import { exported, type FileKind } from "./export";

/** Painting that takes longer loses the right to write to the clipboard. */
const LIMIT_MS = 4_000;

export async function copyAs(desk: Desk, what: "copy_png" | "copy_svg" | "copy_text"): Promise<Hint> {
  if (what === "copy_text") return copyWords(desk);
  try {
    const picture = await made(desk, what === "copy_png" ? "png" : "svg");
    if (what === "copy_svg") return copyTexts({ "text/plain": await picture.text() }) ? "copied" : "not_copied";
    if (canCopyPictures()) return (await copyPicture(picture)) ? "copied" : "not_copied";
    const html = `<img src="${await dataUrl(picture)}" alt="">`;
    return copyTexts({ "text/html": html, "text/plain": "" }) ? "copied_in_html" : "not_copied";
  } catch {
    return "not_copied";
  }
}

async function made(desk: Desk, kind: FileKind): Promise<Blob> {
  const selected = desk.selection.now.length > 0;
  const { file } = await exported(desk, { kind, selected, paper: kind === "png" }, { onPart: () => undefined, signal: AbortSignal.timeout(LIMIT_MS) });
  return file;
}

/** In reading order. */
function copyWords(desk: Desk): Hint {
  const view = desk.view();
  const chosen = view && view.selection.length > 0 ? selectedWithFrames(view) : (view?.scene.all() ?? []);
  const placed = readingOrder([...chosen]);
  const words = wordsOf(placed.map(({ shape }) => shape));
  if (words === "") return "no_words";
  return copyTexts({ "text/plain": words }) ? "copied" : "not_copied";
}
