/** The browser engines that are not Chromium: how each is started, and a person who uses one. */
import { strict as assert } from "node:assert";
import { Browser, KEYS } from "./webdriver.mjs";
import { until } from "./until.mjs";

export const SIZES = { laptop: [1280, 800], phone: [390, 844] };
const MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/** Each `{ dark, phone }` -> what `Browser.start` takes. */
export const ENGINES = {
  firefox: ({ dark, phone }) => ({
    program: process.env.GECKODRIVER ?? "geckodriver",
    capabilities: {
      browserName: "firefox",
      "moz:firefoxOptions": {
        args: ["-headless"],
        prefs: {
          "devtools.console.stdout.content": true,
          "ui.systemUsesDarkTheme": dark ? 1 : 0,
          "dom.w3c_touch_events.enabled": 1,
          // A window of Firefox is at least 450 pixels wide: a phone's pixels are smaller.
          "layout.css.devPixelsPerPx": phone ? "2.0" : "1.0",
        },
      },
    },
  }),
  webkit: ({ dark }) => ({
    program: "WebKitWebDriver",
    env: dark ? { GTK_THEME: "Adwaita:dark" } : {},
    capabilities: {
      "webkitgtk:browserOptions": { binary: process.env.MINI_BROWSER ?? MINI_BROWSER, args: ["--automation", "--enable-write-console-messages-to-stdout=true"] },
    },
  }),
};

/** Kept by the page once it is there. */
const LISTEN = `
  window.complaints = [];
  window.pointers = new Set();
  addEventListener("pointerdown", (event) => pointers.add(event.pointerType), true);
  const write = console.error;
  console.error = (...words) => (complaints.push("console: " + words.join(" ")), write(...words));
  addEventListener("error", (event) => complaints.push("error: " + event.message));
  addEventListener("unhandledrejection", (event) => complaints.push("rejection: " + event.reason));
  addEventListener("securitypolicyviolation", (event) => complaints.push("policy: " + event.violatedDirective + " " + event.blockedURI));`;

export class EnginePerson {
  static async arrive(engine, url, name, { dark = false, phone = false } = {}) {
    const browser = await Browser.start(ENGINES[engine]({ dark, phone }));
    const person = new EnginePerson(browser, name);
    await person.fit(phone ? SIZES.phone : SIZES.laptop);
    await browser.goTo(url);
    await browser.run(LISTEN);
    assert.equal(await browser.run("return isSecureContext"), false, "plain http, as guests have it");
    await until("the page asks for a name", () => browser.find("form input").catch(() => false));
    await browser.type("form input", name);
    await browser.click("form button.primary");
    await person.has({ status: "live" });
    return person;
  }

  constructor(browser, name) {
    this.browser = browser;
    this.name = name;
  }

  /** Makes the page, not the window, `width` by `height`, as near as the window can. */
  async fit([width, height]) {
    const [besides, above] = await this.browser.run("return [outerWidth - innerWidth, outerHeight - innerHeight]");
    await this.browser.resize(width + besides, height + above);
    this.size = await this.browser.run("return [innerWidth, innerHeight, devicePixelRatio]");
  }

  debug() {
    return this.browser.run("return window.lanvas?.debug() ?? {}");
  }

  async has(expected, limit_ms = 20_000) {
    let now = {};
    const fits = async () => {
      now = await this.debug();
      return Object.entries(expected).every(([key, value]) => now[key] === value);
    };
    await until(`${this.name} has ${JSON.stringify(expected)}`, fits, limit_ms).catch((late) => {
      throw new Error(`${late.message}; there is ${JSON.stringify(now)}`);
    });
  }

  /** Down at the first point and through all others; `up` ends it there. */
  penDown([[x, y], ...rest], kind = "mouse") {
    const move = ([x, y]) => ({ type: "pointerMove", duration: 8, x: Math.round(x), y: Math.round(y) });
    return this.browser.point(kind, [move([x, y]), { type: "pointerDown", button: 0 }, ...rest.map(move)]);
  }

  penUp(kind = "mouse") {
    return this.browser.point(kind, [{ type: "pointerUp", button: 0 }]);
  }

  /** A tool; on a narrow page some are behind the button for more. */
  async take(tool) {
    const isThere = (css) => this.browser.run("return [...document.querySelectorAll(arguments[0])].some((each) => each.offsetParent !== null)", css);
    if (await isThere(`.icon-button[data-tool="${tool}"]`)) return this.browser.click(`.icon-button[data-tool="${tool}"]`);
    await this.browser.click('button[aria-label="More tools"]');
    await until(`${tool} is offered`, () => isThere(`.entry[data-tool="${tool}"]`));
    await this.browser.click(`.entry[data-tool="${tool}"]`);
  }

  async draw(points, kind) {
    await this.penDown(points, kind);
    await this.penUp(kind);
  }

  async open(panel) {
    const button = `button[aria-label^="${panel}"][aria-pressed="false"]`;
    await this.browser.click(button).catch(() => undefined);
    await until(`${panel} opens`, () => this.browser.find(panel === "Notes" ? ".cm-content" : "textarea.field").catch(() => false));
  }

  /** Puts a panel away, where it is open. */
  async close(panel) {
    await this.browser.click(`button[aria-label^="${panel}"][aria-pressed="true"]`).catch(() => undefined);
  }

  /** Puts the caret at the start of the notes. */
  async toNotesStart() {
    await this.open("Notes");
    await this.browser.click(".cm-content");
    await this.browser.chord(KEYS.Control, KEYS.Home);
  }

  async say(text) {
    await this.open("Chat");
    await this.browser.type("textarea.field", text + KEYS.Enter);
  }

  /** What kinds of pointer the page has felt: a driver may send a mouse where a finger was asked for. */
  felt() {
    return this.browser.run("return [...pointers].join()");
  }

  /** What Firefox itself wrote about the page, from its first script on. */
  console() {
    return this.browser.log.join("").split("\n").filter((line) => /JavaScript (error|warning): http/.test(line));
  }

  /** The words of the page, for what a person would look for. */
  async shows(text) {
    await until(`${this.name} sees “${text}”`, async () => (await this.browser.run("return document.body.innerText")).includes(text));
  }

  async leave() {
    const complaints = await this.browser.run("return window.complaints").catch((gone) => [String(gone)]);
    await this.browser.quit();
    return complaints;
  }
}
