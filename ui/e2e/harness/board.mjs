/** What stories about the board do again and again. */
import { crc32, deflateSync } from "node:zlib";

/** Chooses a tool as `way` presses things: in the bar, or behind the three dots. */
export async function take({ page }, way, tool, form) {
  if (tool === "shape") {
    await way.press(page.getByRole("button", { name: "Shapes", exact: true }));
    return way.press(page.locator(`[data-form="${form}"]`));
  }
  const inBar = page.locator(`.icon-button[data-tool="${tool}"]`);
  if ((await inBar.count()) > 0) return way.press(inBar);
  await way.press(page.getByRole("button", { name: "More tools" }));
  return way.press(page.locator(`.entry[data-tool="${tool}"]`));
}

/** A picture of one colour, so wide and high, as a file that is chosen. */
export function pictureFile(name, width, height, [red, green, blue] = [60, 60, 60]) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.of(0), ...Array.from({ length: width }, () => Buffer.of(red, green, blue))]);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  const buffer = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
  return { name, mimeType: "image/png", buffer };
}
