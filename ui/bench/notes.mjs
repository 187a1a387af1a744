/**
 * How long a letter takes to be seen in the notes, in real Chromium against a real
 * hub: from the key's own time to the frame after it.
 *
 *     node bench/notes.mjs [--runs N] [--letters N] [--units N] [--typists N]
 *
 * A key is held for 30 ms, as a finger does: a browser puts off what it has to do
 * when a key is let go before the frame, and that would be counted. The pointer rests
 * on the page. Each run takes three pages: a bare CodeMirror with as much text (what the editor
 * itself needs on this machine), our notes alone, and our notes while others type.
 * Then 100,000 lines are pasted into blank notes. Needs lanvas-server (see e2e).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chromium } from "playwright-core";
import { createServer } from "vite";
import { Hub } from "../e2e/harness/hub.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const options = { runs: 1, letters: 200, units: 1_000_000, typists: 20, rate: 3 };
process.argv.slice(2).forEach((word, at, all) => word.startsWith("--") && (options[word.slice(2)] = Number(all[at + 1])));

const server = await createServer({ root: new URL("..", import.meta.url).pathname, server: { port: 0, host: "127.0.0.1" }, logLevel: "warn" });
await server.listen();
const rows = [];
try {
  for (let run = 0; run < options.runs; run += 1) {
    rows.push(["bare editor", await bare()], ["notes, alone", await shared(1)], [`notes, ${options.typists} others typing`, await shared(options.typists)]);
  }
  console.log(`${options.units} units, ${options.letters} letters; milliseconds from key to frame\n\n| page | p50 | p95 | worst |\n|---|---|---|---|`);
  for (const [name, { p50, p95, worst }] of rows) console.log(`| ${name} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${worst.toFixed(1)} |`);
  console.log(`\n100,000 lines (700,000 units) pasted: ${(await pasting()).map((ms) => ms.toFixed(0)).join(", ")} ms to the next frame`);
} finally {
  await server.close();
}

async function bare() {
  const page = await freshPage();
  await page.goto(`${server.resolvedUrls.local[0]}bench/notes/bare.html?units=${options.units}`);
  await page.waitForFunction(() => document.querySelector(".cm-content") !== null, null, { polling: 100 });
  await page.evaluate(() => document.querySelector(".cm-content").focus());
  const result = await typed(page);
  await away(page);
  return result;
}

/** With one typist who only brings the text, or with so many who go on typing. */
async function shared(people) {
  const hub = await Hub.start("127.0.0.1");
  const url = `ws://127.0.0.1:${hub.port}/ws/${hub.session}`;
  const script = new URL("notes/typists.py", import.meta.url).pathname;
  const typists = spawn("/usr/bin/python3", [script, url, String(people), String(people === 1 ? 0.001 : options.rate), String(options.units)], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(typists.stdout, "data");
    const page = await notesOf(hub);
    const result = await typed(page);
    await away(page);
    return result;
  } finally {
    typists.kill();
    await hub.stop();
  }
}

/** In a browser of its own: a page that follows another in one does not get its frames in time. */
async function freshPage() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  return browser.newPage();
}

function away(page) {
  return page.context().browser().close();
}

async function notesOf(hub) {
  const page = await freshPage();
  await page.goto(hub.url);
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForFunction(() => window.lanvas?.debug().status === "live");
  await page.getByRole("button", { name: /^Notes/ }).first().click();
  await page.waitForFunction(() => document.querySelector(".cm-content") !== null, null, { polling: 100 });
  await page.evaluate(() => document.querySelector(".cm-content").focus());
  return page;
}

async function typed(page) {
  await page.evaluate(() => {
    window.taken = [];
    const channel = new MessageChannel();
    let key = 0;
    channel.port1.onmessage = () => window.taken.push(performance.now() - key);
    addEventListener("keydown", (event) => {
      key = event.timeStamp;
      // The task after the frame's own: it has been painted.
      requestAnimationFrame(() => channel.port2.postMessage(null));
    }, { capture: true });
  });
  await page.mouse.move(1_100, 400);
  for (let letter = 0; letter < options.letters; letter += 1) {
    const key = "abcdefgh"[letter % 8];
    await page.keyboard.down(key);
    await page.waitForTimeout(30);
    await page.keyboard.up(key);
    // Not in step with the screen.
    await page.waitForTimeout(20 + (letter % 17));
  }
  const taken = (await page.evaluate(() => window.taken)).sort((a, b) => a - b);
  const at = (share) => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))];
  return { p50: at(0.5), p95: at(0.95), worst: taken.at(-1) };
}

async function pasting() {
  const times = [];
  for (let run = 0; run < 3; run += 1) {
    const hub = await Hub.start("127.0.0.1");
    const page = await notesOf(hub);
    times.push(await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData("text/plain", "line 9\n".repeat(100_000));
      const start = performance.now();
      document.querySelector(".cm-content").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      return new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now() - start))));
    }));
    await page.waitForFunction(() => window.lanvas.debug().unsent === 0, null, { timeout: 60_000 });
    await away(page);
    await hub.stop();
  }
  return times;
}
