/** Somebody with a browser: comes by the link, draws, writes and talks as people do, and counts what their page has. */
import { strict as assert } from "node:assert";
import { slow } from "./lag.mjs";
import { watchTraffic } from "./traffic.mjs";
import { HANGS_MS } from "./until.mjs";

export const LAPTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
export const TABLET = { width: 1180, height: 820 };

export class Person {
  /** Comes by `url` for the first time and is in when this resolves. */
  static async arrive(browser, url, name, options = {}) {
    const person = await Person.open(browser, url, options);
    await person.introduce(name);
    await person.isLive();
    return person;
  }

  static async open(browser, url, { phone = false, tablet = false, dark = false, trusting = false, scripts = true, locale = "en-US" } = {}) {
    const context = await browser.newContext({
      viewport: phone ? PHONE : tablet ? TABLET : LAPTOP,
      hasTouch: phone || tablet,
      isMobile: phone || tablet,
      // Goes past the warning of a certificate that nobody signed.
      ignoreHTTPSErrors: trusting,
      javaScriptEnabled: scripts,
      colorScheme: dark ? "dark" : "light",
      // The page speaks the language of whoever opens it.
      locale,
    });
    const person = new Person(context, await context.newPage());
    await slow(context, person.page);
    await person.page.goto(url);
    return person;
  }

  /** The same person's next tab, in the same browser. */
  async again(url) {
    const tab = new Person(this.context, await this.context.newPage());
    await slow(this.context, tab.page);
    await tab.page.goto(url);
    tab.name = this.name; // the browser knows it
    await tab.isLive();
    return tab;
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
    this.complaints = [];
    page.setDefaultTimeout(HANGS_MS);
    watchTraffic(page);
    page.on("pageerror", (error) => this.complaints.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !isAboutTheNetwork(message.text())) this.complaints.push(message.text());
    });
  }

  async introduce(name) {
    this.name = name;
    await this.page.getByLabel("Your name").fill(name);
    await this.page.getByRole("button", { name: "Join" }).click();
  }

  /** Leaves; a page that complained about anything fails the case. */
  async leave() {
    await this.context.close();
    assert.deepEqual(this.complaints, [], `${this.name ?? "the page"} has nothing to complain about`);
  }

  // --- What the page has ---

  debug() {
    return this.page.evaluate(() => window.lanvas.debug());
  }

  /** Waits until what the page counts is `expected`, by property. */
  async has(expected, limit_ms = HANGS_MS) {
    const fits = (wanted) => {
      const now = window.lanvas?.debug();
      return now !== undefined && Object.entries(wanted).every(([key, value]) => now[key] === value);
    };
    try {
      await this.page.waitForFunction(fits, expected, { timeout: limit_ms, polling: 20 });
    } catch {
      assert.fail(`${this.name} has ${JSON.stringify(expected)}, waited ${limit_ms} ms; there is ${JSON.stringify(await this.debug())}`);
    }
    if ("notesLength" in expected) await this.seesNotes();
  }

  /** Waits until the board is not `hash` any more, and says what it is. */
  async boardOtherThan(hash) {
    await this.page.waitForFunction((had) => window.lanvas.debug().boardHash !== had, hash, { polling: 20 });
    return (await this.debug()).boardHash;
  }

  /** Waits until the view is exactly `camera`. */
  looksFrom(camera) {
    const there = (wanted) => {
      const { camera } = window.lanvas.debug();
      return ["x", "y", "zoom"].every((key) => camera[key] === wanted[key]);
    };
    return this.page.waitForFunction(there, camera, { polling: 20 });
  }

  isLive() {
    return this.has({ status: "live" });
  }

  /** Everything this person did is on the hub's disk. */
  isStored() {
    return this.has({ status: "live", unsent: 0, unstored: 0 });
  }

  /** Something this person did that the hub has not is in the browser's database. */
  isKept() {
    const kept = () =>
      new Promise((resolve) => {
        indexedDB.open("lanvas").onsuccess = ({ target: { result: database } }) => {
          const count = database.transaction("entries").objectStore("entries").count();
          count.onsuccess = () => {
            database.close();
            resolve(count.result > 0);
          };
        };
      });
    return this.page.waitForFunction(kept, undefined, { polling: 20 });
  }

  /**
   * As when a browser puts the tab to sleep: it neither answers other tabs nor connects, until what
   * this gives is called. (A tab that is really stopped may stop others of its process.)
   */
  async fallAsleep() {
    await this.page.evaluate(() => {
      const { WebSocket } = window;
      const { postMessage } = BroadcastChannel.prototype;
      BroadcastChannel.prototype.postMessage = () => undefined;
      window.WebSocket = function Unreachable() {
        setTimeout(() => this.onclose?.({ code: 1006 }));
        this.close = () => undefined;
      };
      window.wakeUp = () => {
        Object.assign(window, { WebSocket });
        Object.assign(BroadcastChannel.prototype, { postMessage });
        window.dispatchEvent(new Event("online"));
      };
    });
    return () => this.page.evaluate(() => window.wakeUp());
  }

  shows(text, limit_ms = HANGS_MS) {
    return this.page.getByText(text).first().waitFor({ timeout: limit_ms });
  }

  /** How many pixels within the box (of the page) are ink rather than paper. */
  ink(box) {
    return this.page.evaluate(({ x, y, width, height }) => {
      const flat = document.createElement("canvas");
      [flat.width, flat.height] = [width, height];
      const pen = flat.getContext("2d");
      for (const layer of document.querySelectorAll(".board canvas")) {
        const at = layer.getBoundingClientRect();
        const ratio = layer.width / at.width;
        if (getComputedStyle(layer).display === "none" || layer.width === 0) continue;
        pen.drawImage(layer, (x - at.left) * ratio, (y - at.top) * ratio, width * ratio, height * ratio, 0, 0, width, height);
      }
      const { data } = pen.getImageData(0, 0, width, height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        const dark = data[i + 3] > 128 && data[i] + data[i + 1] + data[i + 2] < 330;
        if (dark) count += 1;
      }
      return count;
    }, box);
  }

  async sees(what, box) {
    const find = async () => (await this.ink(box)) > 30;
    const end = performance.now() + 10_000;
    while (!(await find())) assert.ok(performance.now() < end, `${this.name} sees ${what}`);
  }

  // --- What a person does ---

  async take(tool) {
    await this.page.locator(`[data-tool="${tool}"]`).click();
  }

  async penDown(points) {
    const [first, ...rest] = points;
    await this.page.mouse.move(...first);
    await this.page.mouse.down();
    for (const point of rest) await this.page.mouse.move(...point);
  }

  penUp() {
    return this.page.mouse.up();
  }

  async draw(points) {
    await this.penDown(points);
    await this.penUp();
  }

  async open(panel) {
    const button = this.page.getByRole("button", { name: new RegExp(`^${panel}`) }).first();
    if ((await button.getAttribute("aria-pressed")) !== "true") await button.click();
    if (panel === "Notes") await this.page.locator(".cm-content").waitFor();
  }

  async write(text) {
    await this.open("Notes");
    await this.page.locator(".cm-content").focus();
    await this.page.keyboard.insertText(text);
  }

  /** The words in the editor, without the others' carets: what has come is shown with the next frame. */
  async notes() {
    await this.seesNotes();
    return this.page.locator(".cm-content").evaluate((content) =>
      [...content.querySelectorAll(".cm-line")]
        .map((line) => {
          const words = line.cloneNode(true);
          for (const other of words.querySelectorAll(".lanvas-caret, .cm-placeholder")) other.remove();
          return words.textContent;
        })
        .join("\n"),
    );
  }

  /** Waits until the editor shows what has come. */
  seesNotes() {
    return this.page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))));
  }

  async say(text) {
    await this.open("Chat");
    const field = this.page.getByLabel("Message", { exact: true });
    await field.fill(text);
    await field.press("Enter");
  }
}

/** What Chromium itself writes when a hub is gone; the page deals with it. */
function isAboutTheNetwork(text) {
  return /WebSocket connection to|Access to fetch at|net::ERR_(CONNECTION|EMPTY|INTERNET|SOCKET)|Failed to load resource/.test(text);
}

/** Points of a wave from (x, y), `steps` of `stride` pixels. */
export function wave(x, y, steps = 30, stride = 8) {
  return Array.from({ length: steps }, (_, step) => [x + step * stride, y + 40 * Math.sin(step / 4)]);
}
