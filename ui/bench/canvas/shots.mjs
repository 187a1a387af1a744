/**
 * Pictures of ink at several zooms, light and dark, in real Chromium, to look at.
 *
 *     node bench/canvas/shots.mjs DIR
 */
import { chromium } from "playwright-core";
import { createServer } from "vite";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

const server = await createServer({ root: import.meta.dirname + "/../..", server: { port: 0, host: "127.0.0.1", hmr: false, watch: null }, logLevel: "warn" });
await server.listen();
const { port } = server.httpServer.address();
const url = `http://127.0.0.1:${port}/bench/canvas/index.html`;
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error("page:", error));
  page.on("console", (message) => message.type() === "error" && console.error("console:", message.text()));
  await page.goto(url);
  await page.waitForFunction("window.bench !== undefined");
  return page;
}

const atRest = (page) => page.waitForFunction("window.bench.engine.isAtRest", null, { timeout: 60_000 });

/** Moves the mouse along points with the button down. */
async function drag(page, points) {
  const [first, ...rest] = points;
  await page.mouse.move(first[0], first[1]);
  await page.mouse.down();
  for (const [x, y] of rest) await page.mouse.move(x, y);
  await page.mouse.up();
}

/** A word-like scribble, a zigzag, a spiral, a dot, a fast arc. */
async function scribble(page) {
  const loops = Array.from({ length: 90 }, (_, i) => [80 + i * 5 + Math.cos(i / 2.2) * 22, 140 + Math.sin(i / 2.2) * 34]);
  const zigzag = [[620, 180], [650, 90], [680, 180], [710, 90], [740, 180], [770, 90], [800, 180]];
  const spiral = Array.from({ length: 80 }, (_, i) => [980 + Math.cos(i / 5) * i, 200 + Math.sin(i / 5) * i * 0.9]);
  const arc = Array.from({ length: 12 }, (_, i) => [120 + i * 42, 420 - Math.sin((i / 11) * Math.PI) * 110]);
  const tight = Array.from({ length: 40 }, (_, i) => [700 + (i % 2) * 9 + i * 4, 330 + (i % 4) * 3]);
  for (const line of [loops, zigzag, spiral, arc, tight]) await drag(page, line);
  await drag(page, [[560, 330], [560, 330]]);
  await drag(page, [[600, 330], [602, 331]]);
}

async function shots(directory) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await open({ colorScheme });
    await scribble(page);
    await page.evaluate(() => {
      const { bench } = window;
      const colors = ["#1e1f22", "#868e96", "#e03131", "#f08c00", "#2f9e44", "#1971c2", "#9c36b5", "#ffffff"];
      const shapes = colors.flatMap((color, i) => [1, 2, 4, 8, 16].map((width, k) => ({
        id: `palette-${i}-${k}`, author: 1, x: 60 + k * 120, y: 470 + i * 36, z: 10, color,
        body: { kind: "stroke", width, points: bench.pack(Array.from({ length: 30 }, (_, n) => ({ x: n * 3.4, y: Math.sin(n / 4) * 9, timeMs: n * 16 })), 4) },
      })));
      const pressed = Array.from({ length: 60 }, (_, n) => ({ x: n * 6, y: Math.sin(n / 9) * 30, pressure: 0.05 + 0.95 * Math.sin((n / 59) * Math.PI), timeMs: n * 16 }));
      shapes.push({ id: "pressed", author: 1, x: 740, y: 480, z: 10, color: "#1e1f22", body: { kind: "stroke", width: 14, points: bench.pack(pressed, 4) } });
      shapes.push({ id: "label", author: 1, x: 740, y: 560, z: 10, color: "#1e1f22", body: { kind: "text", text: "Shopping for Saturday\nbread, tea, a map", size: 28 } });
      bench.submit({ type: "add_shapes", shapes });
      bench.engine.setCursors([
        { key: 1, name: "Ada", color: "#e8590c", at: { x: 800, y: 690 } },
        { key: 2, name: "Grace Hopper", color: "#1971c2", at: { x: 930, y: 720 } },
      ]);
      bench.engine.setRemoteSelections([{ name: "Ada", color: "#e8590c", ids: ["label"] }]);
      bench.engine.setSelection(["pressed", "palette-2-3"]);
    });
    await atRest(page);
    await page.screenshot({ path: `${directory}/${colorScheme}-100.png` });
    for (const [name, camera] of [
      ["400", { x: 60, y: 90, zoom: 4 }],
      ["1600-zigzag", { x: 630, y: 70, zoom: 16 }],
      ["30", { x: -1200, y: -800, zoom: 0.3 }],
      ["6400-dot", { x: 552, y: 325, zoom: 64 }],
    ]) {
      await page.evaluate((to) => window.bench.engine.setCamera(to), camera);
      await atRest(page);
      await page.screenshot({ path: `${directory}/${colorScheme}-${name}.png` });
    }
    await page.context().close();
  }
}

try {
  await shots(process.argv[2] ?? ".");
} finally {
  await browser.close();
  await server.close();
}
