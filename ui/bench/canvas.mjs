/**
 * The canvas's figures, in real Chromium, by the compositor's trace.
 *
 *     node bench/canvas.mjs [--runs N] [--write DIR] [STROKES|mixed ...]
 *
 * Every run opens a fresh browser for each page and takes the bare canvas first,
 * so that each figure has what the machine itself needed beside it.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { build, createServer, preview } from "vite";
import { inkLatencies, intervals, traced } from "./canvas/trace.mjs";
import { report } from "./canvas/report.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-precise-memory-info"];
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ROOT = join(import.meta.dirname, "..");
const SETTLED_MS = 60_000;
const MIXED_SHAPES = 5_000;
/** The board that is saved as files too. */
const SAVED_BOARD = "50000";
const FILE_KINDS = ["png", "svg", "pdf", "json", "excalidraw", "print"];

const options = read(process.argv.slice(2));
const made = mkdtempSync(join(tmpdir(), "lanvas-bench-"));
try {
  await makePages();
  await makeBoards(options.boards);
  const server = await preview({ root: ROOT, build: { outDir: made }, preview: { port: 0, host: "127.0.0.1" }, logLevel: "warn" });
  const base = server.resolvedUrls.local[0];
  const results = [];
  for (let run = 0; run < options.runs; run++) {
    results.push(await measureBare(base));
    for (const board of options.boards) results.push(await measureBoard(base, board));
  }
  const saved = options.boards.includes(SAVED_BOARD) ? await measureFiles(base) : [];
  await server.close();
  const text = report(results, saved);
  console.log(text.table);
  if (options.write) {
    mkdirSync(options.write, { recursive: true });
    writeFileSync(join(options.write, "canvas.md"), text.table);
    writeFileSync(join(options.write, "canvas.svg"), text.plot);
  }
} finally {
  rmSync(made, { recursive: true, force: true });
}

function read(words) {
  const chosen = { runs: 1, write: null, boards: [] };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "--runs") chosen.runs = Number(words.shift());
    else if (word === "--write") chosen.write = words.shift();
    else chosen.boards.push(word);
  }
  if (chosen.boards.length === 0) chosen.boards = ["0", "5000", "50000", "200000", "mixed"];
  return chosen;
}

/** As they are shipped: bundled and minified. */
async function makePages() {
  const pages = ["bench/canvas/index.html", "bench/canvas/bare.html"].map((page) => join(ROOT, page));
  await build({ root: ROOT, logLevel: "warn", build: { outDir: made, emptyOutDir: true, rolldownOptions: { input: pages } } });
}

/** The frames that a hub would send, each after its length. */
async function makeBoards(boards) {
  const server = await createServer({ root: ROOT, server: { middlewareMode: true, hmr: false, watch: null }, logLevel: "warn", appType: "custom" });
  const { mixed, snapshotFrames, strokes } = await server.ssrLoadModule("/bench/canvas/boards.ts");
  for (const board of boards) {
    const count = Number(board);
    // 50,000 strokes on 10,000 x 10,000; others as close together.
    const extent = 10_000 * Math.max(1, Math.sqrt(count / 50_000));
    const shapes = board === "mixed" ? mixed(MIXED_SHAPES, 10_000) : strokes(count, 50, extent);
    const parts = snapshotFrames(shapes).flatMap((frame) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(frame.length);
      return [length, frame];
    });
    writeFileSync(join(made, `board-${board}.bin`), Buffer.concat(parts));
  }
  await server.close();
}

async function measureBare(base) {
  return within(async (browser, cdp) => {
    const page = await open(browser, `${base}bench/canvas/bare.html`, "window.bare !== undefined");
    await page.evaluate("window.bare.pan(30)");
    const frames = { pan: intervals(await traced(cdp, () => page.evaluate("window.bare.pan(240)"))) };
    const ink = inkLatencies(await traced(cdp, () => scribble(page)));
    return { name: "bare canvas", frames, ink };
  });
}

async function measureBoard(base, board) {
  return within(async (browser, cdp) => {
    const emptyMb = await residentOf(browser, cdp, "about:blank");
    const page = await open(browser, `${base}bench/canvas/index.html`, "window.bench !== undefined");
    await atRest(page);
    const opened = await page.evaluate((url) => window.bench.load(url), `${base}board-${board}.bin`);
    const memory = await memoryOf(page, browser, cdp, emptyMb);
    const frames = {};
    for (const name of await page.evaluate((of) => window.bench.scenesFor(of), board)) {
      await page.evaluate((scene) => window.bench.engine.setCamera(window.bench.scenes[scene].camera), name);
      await atRest(page);
      frames[name] = intervals(await traced(cdp, () => page.evaluate((scene) => window.bench.scenes[scene].run(), name)));
      await atRest(page);
    }
    await page.evaluate(() => window.bench.markInk());
    const ink = inkLatencies(await traced(cdp, () => scribble(page)));
    const after = await memoryOf(page, browser, cdp, emptyMb);
    const name = board === "mixed" ? `${MIXED_SHAPES.toLocaleString("en")} things` : `${Number(board).toLocaleString("en")} strokes`;
    return { name, opened, memory, after, frames, ink };
  });
}

/** Each kind of file once, in a browser of its own. */
async function measureFiles(base) {
  const saved = [];
  for (const kind of FILE_KINDS) {
    saved.push(
      await within(async (browser, cdp) => {
        const page = await open(browser, `${base}bench/canvas/index.html`, "window.bench !== undefined");
        await page.evaluate((url) => window.bench.load(url), `${base}board-${SAVED_BOARD}.bin`);
        await atRest(page);
        let peak = 0;
        const look = setInterval(async () => {
          const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
          peak = Math.max(peak, ...renderers(processInfo));
        }, 100);
        try {
          const { ms, blocked, bytes } = await page.evaluate((name) => window.bench.save(name).then(({ files: _, ...figures }) => figures), kind);
          return { kind, ms, blocked, bytes, peak };
        } finally {
          clearInterval(look);
        }
      }),
    );
  }
  return saved;
}

async function within(measure) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    return await measure(browser, await browser.newBrowserCDPSession());
  } finally {
    await browser.close();
  }
}

async function open(browser, url, ready) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.on("pageerror", (error) => console.error("page:", error));
  await page.goto(url);
  await page.waitForFunction(ready);
  return page;
}

function atRest(page) {
  return page.waitForFunction("window.bench.engine.isAtRest", null, { timeout: SETTLED_MS });
}

/** A mouse that draws for two seconds, 60 samples a second whatever the page does. */
async function scribble(page) {
  await page.mouse.move(300, 300);
  await page.mouse.down();
  const moves = [];
  for (let i = 0; i < 120; i++) {
    moves.push(page.mouse.move(300 + i * 5, 400 + Math.sin(i / 6) * 120));
    await new Promise((done) => setTimeout(done, 16));
  }
  await Promise.all(moves);
  await page.mouse.up();
}

/** Megabytes of the renderer processes that are there. */
function renderers(processes) {
  return processes
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => Number(/Rss:\s+(\d+)/.exec(rollup(id))?.[1] ?? 0) / 1024);
}

/** Empty if the process went between being listed and being asked. */
function rollup(id) {
  try {
    return readFileSync(`/proc/${id}/smaps_rollup`, "utf8");
  } catch {
    return "";
  }
}

async function residentOf(browser, cdp, url) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  const resident = Math.max(...renderers(processInfo));
  await page.close();
  return resident;
}

/** After a collection: the heaps of the page and its workers, and what its process takes above an empty page's. */
async function memoryOf(page, browser, cdp, emptyMb) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const heap = (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  const resident = Math.max(...renderers(processInfo)) - emptyMb;
  await session.detach();
  return { heap, resident };
}
