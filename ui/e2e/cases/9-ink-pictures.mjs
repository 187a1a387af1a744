/**
 * How ink and forms look, against pictures that somebody looked at. To make them anew
 * after a change that is meant: LANVAS_GOLDEN_WRITE=1 npm run e2e -- ink-pictures
 */
import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "vite";

const ROOT = new URL("../..", import.meta.url).pathname;
/** Fonts and the smoothness of edges differ between machines; a stroke that is missing is hundreds of pixels. */
const PIXELS_OFF_MAX = 120;

/** The bench's page: the canvas and nothing else. */
async function canvas(world, colorScheme) {
  const server = await createServer({ root: ROOT, server: { port: 0, host: "127.0.0.1", hmr: false, watch: null }, logLevel: "error" });
  world.keep(server, (it) => it.close());
  await server.listen();
  const context = await world.browser.newContext({ viewport: { width: 640, height: 400 }, colorScheme });
  world.keep(context, (it) => it.close());
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.httpServer.address().port}/bench/canvas/index.html`);
  await page.waitForFunction("window.bench !== undefined");
  return page;
}

/** Every nib, dash and a few forms; `more` dots far away make the board large enough for the worker. */
function draw(page, more) {
  return page.evaluate((count) => {
    const { bench } = window;
    const wave = (length, height, pressed) => Array.from({ length: 40 }, (_, n) => ({ x: (n * length) / 40, y: Math.sin(n / 5) * height, timeMs: n * 16, ...(pressed && { pressure: 0.05 + 0.95 * Math.sin((n / 39) * Math.PI) }) }));
    const stroke = (id, x, y, color, width, points, rest = {}, look = {}) => ({ id, author: 1, x, y, z: Number(id), color, ...look, body: { kind: "stroke", width, points: bench.pack(points, 6), ...rest } });
    const form = (id, x, y, name, look = {}) => ({ id, author: 1, x, y, z: Number(id), color: "#1971c2", ...look, body: { kind: "geo", form: name, w: 110, h: 70, width: 3, text: "", size: 20 } });
    bench.submit({
      type: "add_shapes",
      shapes: [
        stroke("1", 30, 40, "#1e1f22", 1, wave(150, 12)),
        stroke("2", 30, 80, "#1e1f22", 4, wave(150, 12)),
        stroke("3", 30, 130, "#e03131", 14, wave(150, 12)),
        stroke("4", 230, 50, "#9c36b5", 16, wave(170, 14, true)),
        stroke("5", 230, 110, "#2f9e44", 12, wave(170, 14), { nib: "brush" }),
        stroke("6", 20, 70, "#f08c00", 22, wave(180, 4), { nib: "marker" }),
        stroke("7", 440, 50, "#1e1f22", 4, wave(160, 14), {}, { dash: "dashed" }),
        stroke("8", 440, 90, "#1e1f22", 4, wave(160, 14), {}, { dash: "dotted" }),
        stroke("9", 460, 130, "#1971c2", 3, [{ x: 0, y: 0 }, { x: 90, y: 5 }, { x: 60, y: 50 }, { x: 5, y: 40 }, { x: 0, y: 0 }], {}, { fill: "#ffec99" }),
        form("10", 40, 220, "rectangle", { fill: "#ffec99" }),
        form("11", 180, 220, "ellipse"),
        form("12", 320, 220, "diamond", { opacity: 0.5, fill: "#ffc9c9" }),
        form("13", 460, 220, "star", { rotation: 0.4 }),
        form("14", 40, 310, "cloud"),
        { id: "15", author: 1, x: 200, y: 330, z: 15, color: "#e03131", body: { kind: "connector", w: 150, h: 40, width: 3, route: "curved", bend: 0.25, head_start: "dot", head_end: "arrow", size: 18 } },
      ],
    });
    const dots = Array.from({ length: count }, (_, n) => stroke(`${100 + n}`, 50_000 + n * 9, 50_000, "#1e1f22", 4, [{ x: 0, y: 0 }]));
    if (dots.length > 0) bench.submit({ type: "add_shapes", shapes: dots });
  }, more);
}

const settled = (page) => page.waitForFunction("window.bench.engine.isAtRest && window.bench.engine.isVisible", null, { timeout: 20_000 });

/** How many pixels of two pictures are clearly not the same. */
async function difference(page, one, other) {
  return page.evaluate(async (pictures) => {
    const pixels = await Promise.all(pictures.map(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      pen.drawImage(bitmap, 0, 0);
      return pen.getImageData(0, 0, bitmap.width, bitmap.height).data;
    }));
    let off = 0;
    for (let i = 0; i < pixels[0].length; i += 4) {
      const most = Math.max(...[0, 1, 2].map((part) => Math.abs(pixels[0][i + part] - pixels[1][i + part])));
      if (most > 64) off += 1;
    }
    return off;
  }, [one.toString("base64"), other.toString("base64")]);
}

/** Once the worker is there it paints everything anew. */
async function repaintedByWorker(page, colorScheme) {
  await page.waitForFunction("window.bench.engine.paintsElsewhere", null, { timeout: 20_000 });
  for (const scheme of [colorScheme === "dark" ? "light" : "dark", colorScheme]) await page.evaluate((to) => window.bench.engine.setScheme(to), scheme);
  await settled(page);
}

async function compare(world, colorScheme) {
  const file = new URL(`../golden/ink-${colorScheme}.png`, import.meta.url);
  for (const more of [0, 400]) {
    const page = await canvas(world, colorScheme);
    await draw(page, more);
    await settled(page);
    if (more > 0) await repaintedByWorker(page, colorScheme);
    const shown = await page.screenshot();
    if (process.env.LANVAS_GOLDEN_WRITE && more === 0) writeFileSync(file, shown);
    const off = await difference(page, shown, readFileSync(file));
    assert.ok(off <= PIXELS_OFF_MAX, `${off} pixels of ink-${colorScheme}.png look otherwise, painted by the ${more > 0 ? "worker" : "page"}`);
  }
}

export const cases = {
  "ink and forms look as they did, painted by the page and by the worker": (world) => compare(world, "light"),
  "the same on dark paper": (world) => compare(world, "dark"),
};
