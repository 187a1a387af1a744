/**
 * The canvas with real pointers, fingers and pixels, in Chromium, without a hub.
 *
 *     node e2e/canvas.mjs        ends with "N passed, N failed"
 */
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { createServer } from "vite";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const tests = [];
const test = (name, run, options = {}) => tests.push({ name, run, options });

const atRest = (page) => page.waitForFunction("window.bench.engine.isAtRest", null, { timeout: 20_000 });
const submits = (page) => page.evaluate(() => window.bench.effects.filter((effect) => effect.type === "submit").map((effect) => effect.operation));
const camera = (page) => page.evaluate(() => window.bench.engine.camera);
const chooseTool = (page, tool) => page.evaluate((name) => window.bench.input.chooseTool(name), tool);

async function drag(page, ...points) {
  await page.mouse.move(...points[0]);
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...point, { steps: 6 });
  await page.mouse.up();
}

/** Fingers on the glass: each is [id, x, y]. */
async function touch(page, type, ...fingers) {
  const session = (page.cdp ??= await page.context().newCDPSession(page));
  await session.send("Input.dispatchTouchEvent", { type, touchPoints: fingers.map(([id, x, y]) => ({ id, x, y })) });
}

test("a stroke drawn by mouse and released outside the window is on the board once", async (page) => {
  await drag(page, [200, 200], [400, 300], [1_500, 900]);
  const operations = await submits(page);
  assert.equal(operations.length, 1);
  assert.equal(operations[0].type, "add_shapes");
  await page.mouse.move(300, 500);
  assert.equal((await submits(page)).length, 1);
});

test("ink looks the same before and after it dries", async (page) => {
  await page.mouse.move(200, 200);
  await page.mouse.down();
  for (let i = 0; i < 150; i++) await page.mouse.move(200 + i * 5, 300 + Math.sin(i / 6) * 80);
  await atRest(page);
  const wet = await page.screenshot();
  await page.mouse.up();
  await atRest(page);
  const dry = await page.screenshot();
  const off = await page.evaluate(async ([a, b]) => {
    const pixels = async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height).data;
    };
    const [one, two] = [await pixels(a), await pixels(b)];
    return one.reduce((count, value, i) => count + (Math.abs(value - two[i]) > 48 ? 1 : 0), 0);
  }, [wet.toString("base64"), dry.toString("base64")]);
  assert.ok(off < 60, `${off} values differ`);
});

test("the wheel pans, Shift makes it sideways, Ctrl zooms where the pointer is", async (page) => {
  await page.mouse.move(400, 300);
  await page.mouse.wheel(0, 120);
  assert.deepEqual(await camera(page), { x: 0, y: 120, zoom: 1 });
  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, 50);
  await page.keyboard.up("Shift");
  assert.equal((await camera(page)).x, 50);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  const { x, zoom } = await camera(page);
  assert.ok(zoom > 1.1);
  assert.ok(Math.abs(x + 400 / zoom - 450) < 1e-6);
});

test("Space and the middle button drag the canvas with the pen in hand", async (page) => {
  await page.mouse.move(400, 300);
  await page.keyboard.down(" ");
  await drag(page, [400, 300], [450, 340]);
  await page.keyboard.up(" ");
  assert.deepEqual(await camera(page), { x: -50, y: -40, zoom: 1 });
  await page.mouse.move(400, 300);
  await page.mouse.down({ button: "middle" });
  await page.mouse.move(380, 300);
  await page.mouse.up({ button: "middle" });
  assert.deepEqual(await camera(page), { x: -30, y: -40, zoom: 1 });
  assert.deepEqual(await submits(page), []);
});

test("one finger draws; a second one soon after moves and zooms instead", async (page) => {
  await touch(page, "touchStart", [1, 100, 300]);
  await touch(page, "touchMove", [1, 160, 320]);
  await touch(page, "touchMove", [1, 260, 330]);
  await touch(page, "touchEnd");
  assert.equal((await submits(page)).length, 1);
  await touch(page, "touchStart", [1, 100, 300]);
  await touch(page, "touchMove", [1, 106, 300]);
  await touch(page, "touchStart", [1, 106, 300], [2, 206, 300]);
  await touch(page, "touchMove", [1, 106, 300], [2, 306, 300]);
  await touch(page, "touchEnd");
  assert.equal((await submits(page)).length, 1);
  assert.ok((await camera(page)).zoom > 1.7);
}, { hasTouch: true, viewport: { width: 390, height: 844 } });

test("the eraser takes what lies between two samples, in one operation", async (page) => {
  for (const x of [300, 500, 700]) await drag(page, [x, 200], [x, 400]);
  await chooseTool(page, "eraser");
  await page.mouse.move(200, 300);
  await page.mouse.down();
  await page.mouse.move(900, 310);
  await page.mouse.up();
  const operations = await submits(page);
  assert.equal(operations.length, 4);
  assert.equal(operations[3].type, "remove_shapes");
  assert.equal(operations[3].ids.length, 3);
});

test("V, a click, a drag, arrows and Delete work on the selection", async (page) => {
  await drag(page, [300, 200], [400, 200], [500, 200]);
  await page.keyboard.press("v");
  await drag(page, [400, 200], [450, 260]);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Delete");
  const operations = await submits(page);
  assert.deepEqual(operations.map((operation) => operation.type), ["add_shapes", "update_shapes", "update_shapes", "remove_shapes"]);
  const [moved, nudged] = [operations[1].changes[0], operations[2].changes[0]];
  assert.equal(nudged.x - moved.x, 1);
});

test("a double click with the selection asks for a text field there", async (page) => {
  await chooseTool(page, "select");
  await page.mouse.dblclick(500, 400);
  const edits = await page.evaluate(() => window.bench.effects.filter((effect) => effect.type === "edit_text"));
  assert.equal(edits.length, 1);
  assert.equal(edits[0].edit.x, 500);
});

test("keys in a text field are the field's", async (page) => {
  await page.evaluate(() => document.body.append(Object.assign(document.createElement("input"), { id: "field", style: "position:absolute" })));
  await page.focus("#field");
  await page.keyboard.type("vhe t");
  await page.keyboard.press("Control+a");
  assert.equal(await page.evaluate(() => window.bench.input.tool), "pen");
  assert.equal(await page.inputValue("#field"), "vhe t");
});

test("nothing is drawn while nothing happens", async (page) => {
  await drag(page, [300, 200], [500, 300]);
  await atRest(page);
  const frames = () => page.evaluate(() => window.bench.engine.counters.frames);
  const before = await frames();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  assert.equal(await frames(), before);
});

test("follows the size of the window, and the system's dark mode", async (page) => {
  await page.setViewportSize({ width: 700, height: 500 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => {
    const canvas = document.querySelector("canvas");
    return window.bench.engine.scheme === "dark" && canvas.width === 700 && canvas.style.width === "700px";
  });
});

test("draws in the device's own pixels", async (page) => {
  await atRest(page);
  const size = await page.evaluate(() => [document.querySelector("canvas").width, document.querySelector("canvas").style.width]);
  assert.deepEqual(size, [1_600, "800px"]);
}, { deviceScaleFactor: 2, viewport: { width: 800, height: 600 } });

test("after destroy nothing is left", async (page) => {
  await drag(page, [300, 200], [500, 300]);
  await page.evaluate(() => {
    window.bench.input.destroy();
    window.bench.engine.destroy();
  });
  await drag(page, [300, 400], [500, 500]);
  await page.keyboard.press("v");
  assert.equal(await page.locator("canvas").count(), 0);
  assert.equal((await submits(page)).length, 1);
  assert.ok(await page.evaluate(() => window.bench.engine.isAtRest));
});

/** Runs all tests in `browser`; returns how many passed and failed. */
export async function canvasTests(browser) {
  const root = new URL("..", import.meta.url).pathname;
  const server = await createServer({ root, server: { port: 0, host: "127.0.0.1", hmr: false, watch: null }, logLevel: "error" });
  await server.listen();
  const url = `http://127.0.0.1:${server.httpServer.address().port}/bench/canvas/index.html`;
  let [passed, failed] = [0, 0];
  for (const { name, run, options } of tests) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    try {
      const page = await context.newPage();
      await page.goto(url);
      await page.waitForFunction("window.bench !== undefined");
      await run(page);
      passed += 1;
    } catch (error) {
      failed += 1;
      console.error(`canvas: ${name}\n${error.stack}`);
    } finally {
      await context.close();
    }
  }
  await server.close();
  return { passed, failed };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  const { passed, failed } = await canvasTests(browser);
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
