/**
 * Every screen in every state, on the stand-in session, at phone, laptop and large
 * size, light and dark: pictures to look at, into test-results/gallery/.
 *
 *     npm run gallery              all
 *     npm run gallery -- home      those whose name begins so
 *     npm run gallery -- home de   the same in German
 *     npm run gallery -- home de phone,laptop
 */
import { chromium } from "playwright-core";
import { createServer } from "vite";
import { sayingInGerman } from "./harness/in_german.mjs";

const SIZES = {
  phone: { width: 390, height: 844 },
  laptop: { width: 1280, height: 800 },
  large: { width: 1920, height: 1080 },
};
const ALL = Object.keys(SIZES);
const [wanted = "", language = "en", some = ""] = process.argv.slice(2);
const LOCALE = language === "de" ? "de-DE" : "en-US";
/** A busy machine takes its time. */
const PATIENCE_MS = 90_000;
/** The desktop's window as small as it is likely to be made, beside the usual ones. */
const WINDOWS = ["small", "laptop", "large"];

const PHYSICS = "More about “Physics, Friday”";
/** A name or a sentence in the language of the pictures. */
let say = (english) => english;

/** What to ask the preview for, at which sizes, and what to press then. */
const SCREENS = {
  home: { query: "screen=home&nearby", sizes: [...ALL, "small"] },
  "home-own": { query: "screen=home&nearby&own", sizes: [...ALL, "small"] },
  "home-trash": { query: "screen=home&own", sizes: WINDOWS, act: throwAway },
  "home-empty": { query: "screen=home", sizes: WINDOWS },
  "home-nobody": { query: "screen=home", sizes: [...ALL, "small"], act: (page) => page.getByRole("button", { name: say("Ask the whole network") }).waitFor() },
  "home-sweep": { query: "screen=home&sweep=running", sizes: [...ALL, "small"], act: (page) => page.getByRole("progressbar").waitFor() },
  "home-swept": { query: "screen=home&sweep=none", sizes: [...ALL, "small"], act: (page) => page.getByText(say("No Lanvas answered")).waitFor() },
  "home-found": { query: "screen=home&nearby&sweep=found", sizes: [...ALL, "small"] },
  "home-doctor": { query: "screen=home&nearby", sizes: [...ALL, "small"], press: ["Somebody cannot get in?"], act: (page) => page.getByText(say("Test from the other device")).waitFor() },
  "home-off": { query: "screen=home&off", sizes: [...ALL, "small"] },
  "home-name": { query: "screen=home&anonymous", sizes: WINDOWS },
  "home-problem": { query: "screen=home&nearby&problem", sizes: WINDOWS, act: joinByAddress },
  "home-unreadable": { query: "screen=home&own&unreadable&nearby", sizes: [...ALL, "small"], press: ["More about “4kq7x2m9.lanvas”"] },
  "home-visits": { query: "screen=home&own&visits&nearby", sizes: [...ALL, "small"] },
  "home-link": { query: "screen=home&link", sizes: [...ALL, "small"] },
  "home-bad-link": { query: "screen=home&bad_link", sizes: WINDOWS },
  "home-dead": { query: "screen=home&nearby&dead", sizes: [...ALL, "small"] },
  "home-dead-says": { query: "screen=home&nearby&dead", sizes: [...ALL, "small"], act: (page) => page.getByRole("button", { name: "Choir practice" }).click() },
  "home-version-says": { query: "screen=home&nearby", sizes: [...ALL, "small"], act: (page) => page.getByRole("button", { name: "Old workshop board" }).click() },
  "home-rename": { query: "screen=home&own", sizes: WINDOWS, press: [PHYSICS, "Rename"] },
  "home-actions": { query: "screen=home&own", sizes: WINDOWS, press: ["More about “Seating plan for the wedding of Chiara and a very long list of cousins”"] },
  "home-drop": { query: "screen=home&own&nearby", sizes: ["small"], act: dragOver },
  "home-rescued": { query: "screen=home&note=rescued", sizes: WINDOWS, press: ["Start a session"], act: (page) => page.getByRole("dialog").waitFor() },
  "home-copied": { query: "screen=home&note=copied", sizes: ["small"], press: ["Start a session"], act: (page) => page.getByRole("dialog").waitFor() },
  "app-diagnostics": { query: "screen=home&menu=copy_diagnostics", sizes: ["small"], act: (page) => page.getByRole("dialog").waitFor() },
  "app-settings-port": { query: "screen=home", sizes: ["small", "laptop"], press: ["Settings"], act: badPort },
  "app-settings-update": { query: "screen=home&updates", sizes: ["small"], press: ["Settings", "Look now"], act: (page) => page.getByRole("button", { name: say("Install it") }).scrollIntoViewIfNeeded() },
  "app-doctor-many": { query: "screen=home&doctor=many", sizes: [...ALL, "small"], press: ["Somebody cannot get in?"], act: (page) => page.getByText(say("Test from the other device")).waitFor() },
  "app-doctor-end": { query: "screen=home&doctor=many", sizes: ["small"], press: ["Somebody cannot get in?"], act: (page) => page.getByText("acorn-alley-acorn", { exact: true }).scrollIntoViewIfNeeded() },
  "app-doctor-nothing": { query: "screen=home&doctor=nothing", sizes: WINDOWS, press: ["Somebody cannot get in?"] },
  "app-doctor-failed": { query: "screen=home&doctor=failed", sizes: ["small"], press: ["Somebody cannot get in?"], act: (page) => page.getByText(say("tries again by itself")).waitFor() },
  "app-hosting-end": { query: "screen=host", sizes: ["small"], press: ["Menu", "Hosting …"], act: (page) => page.getByRole("button", { name: say("End for everybody") }).scrollIntoViewIfNeeded() },
  "app-hosting-alone": { query: "screen=host&alone", sizes: ["small", "laptop"], press: ["Menu", "Hosting …"] },
  "app-hosting-tls": { query: "screen=host&tls", sizes: [...ALL, "small"], press: ["Menu", "Hosting …"], act: (page) => page.getByText("4f2a 91c0 77de 0b18 e6a3").waitFor() },
  "app-hosting-nowhere": { query: "screen=host&alone&nowhere", sizes: ["small", "laptop"], press: ["Menu", "Hosting …"] },
  "app-hosting-knock": { query: "screen=host&board&door=knock&knocks", sizes: ["small"], press: ["Menu", "Hosting …"] },
  "app-ending": { query: "screen=host&board", sizes: WINDOWS, press: ["Menu", "End the session", "In 30 seconds"] },
  "hub-new": { query: "screen=home&hub=hub_new", sizes: [...ALL, "small"], act: askedAboutHub },
  "hub-changed": { query: "screen=home&hub=hub_changed", sizes: [...ALL, "small"], act: askedAboutHub },
  "hub-announced": { query: "screen=home&hub=hub_unlike_announced", sizes: WINDOWS, act: askedAboutHub },
  "hub-bare": { query: "screen=home&hub=hub_bare", sizes: WINDOWS, act: askedAboutHub },
  "app-settings": { query: "screen=home&updates", sizes: [...ALL, "small"], press: ["Settings"] },
  "app-settings-host": { query: "screen=home", sizes: [...ALL, "small"], press: ["Settings"], act: (page) => page.getByText(say("How much of the past is kept")).scrollIntoViewIfNeeded() },
  "app-settings-end": { query: "screen=home", sizes: [...ALL, "small"], press: ["Settings"], act: settingsEnd },
  "app-doctor": { query: "screen=home", sizes: [...ALL, "small"], press: ["Somebody cannot get in?"] },
  "app-hosting": { query: "screen=host", sizes: [...ALL, "small"], press: ["Menu", "Hosting …"] },
  "app-projected": { query: "screen=host", sizes: WINDOWS, press: ["Menu", "Hosting …", "Show the code large"] },
  "app-stop": { query: "screen=host", sizes: [...ALL, "small"], press: ["Menu", "End the session"] },
  closing: { query: "screen=home&nearby&closing", sizes: WINDOWS },
  "closing-tray": { query: "screen=home&nearby&closing&tray", sizes: [...ALL, "small"] },
  name: { query: "screen=name&anonymous", sizes: ["phone", "laptop"] },
  choose: { query: "screen=choose&nearby", sizes: ["phone"] },
  password: { query: "status=asking&reason=password_wrong", sizes: ["phone"] },
  missing: { query: "status=ended&reason=session_not_found", sizes: ["phone"] },
  full: { query: "status=ended&reason=session_full", sizes: ["phone"] },
  old: { query: "status=ended&reason=unsupported_version", sizes: ["phone"] },
  session: { query: "board", sizes: ALL },
  connecting: { query: "status=connecting&alone", sizes: ["phone"] },
  host: { query: "screen=host&alone", sizes: ["phone", "laptop"] },
  offline: { query: "board&status=offline", sizes: ["phone", "laptop"] },
  disk: { query: "board&disk=disk_full", sizes: ["laptop", "phone"] },
  "disk-refuses": { query: "board&disk=disk_full&refuses", sizes: ["phone"] },
  "disk-host": { query: "screen=host&board&disk=disk_full", sizes: ["laptop", "phone"] },
  "disk-slow": { query: "board&disk=slow", sizes: ["phone"] },
  returned: { query: "board&returned", sizes: ["laptop", "phone"] },
  notes: { query: "board", sizes: ALL, press: ["Notes"], act: (page) => page.locator(".cm-content").waitFor() },
  "notes-read": { query: "board", sizes: ["phone", "laptop"], press: ["Notes", "Read"] },
  "notes-beside": { query: "board", sizes: ["laptop", "large"], press: ["Notes", "Read beside"] },
  "notes-offline": { query: "board&status=offline", sizes: ["phone", "large"], press: ["Notes"], act: (page) => page.locator(".cm-content").waitFor() },
  "notes-authors": { query: "board", sizes: ALL, press: ["Notes", "Who wrote what"] },
  "notes-find": { query: "board", sizes: ["phone", "laptop"], press: ["Notes", "Find and replace"] },
  "notes-history": { query: "board", sizes: ["phone", "laptop"], press: ["Notes", "Look back"], act: lookBack },
  "notes-more": { query: "board", sizes: ["phone", "laptop"], press: ["Notes", "More for the notes"] },
  chat: { query: "board&pending&refused", sizes: ["phone", "laptop"], press: ["Chat"] },
  "chat-offline": { query: "talk&status=offline", sizes: ["phone", "large"], press: ["Chat"] },
  "chat-nothing": { query: "talk", sizes: ["phone", "laptop"], press: ["Chat", "Search the chat"], act: (page) => page.getByRole("searchbox").fill("zebra") },
  "chat-talk": { query: "talk", sizes: ALL, press: ["Chat"] },
  "chat-actions": { query: "talk", sizes: ["phone", "laptop"], press: ["Chat"], act: (page) => onMessage(page) },
  "chat-delete": { query: "talk", sizes: ["phone", "laptop"], press: ["Chat"], act: (page) => onMessage(page, "Delete") },
  "chat-edit": { query: "talk", sizes: ["phone", "laptop"], press: ["Chat"], act: (page) => onMessage(page, "Edit") },
  "chat-reply": { query: "talk", sizes: ["phone", "laptop"], press: ["Chat"], act: (page) => onMessage(page, "Reply") },
  "chat-mention": { query: "talk", sizes: ["phone", "laptop"], press: ["Chat"], act: (page) => page.getByLabel(say("Message", true), { exact: true }).pressSequentially("Hello @") },
  "chat-search": { query: "talk", sizes: ["phone", "laptop"], press: ["Chat", "Search the chat"], act: search },
  "chat-settings": { query: "screen=host&talk", sizes: ["phone", "laptop"], press: ["Chat", "Chat settings"] },
  "chat-slow": { query: "talk&slow", sizes: ["phone", "laptop"], press: ["Chat"], act: (page) => page.getByLabel(say("Message", true), { exact: true }).fill("I have to wait") },
  both: { query: "board&pending", sizes: ["laptop", "large"], press: ["Notes", "Chat"] },
  ink: { query: "board", sizes: ["phone"], press: ["Colour and width"] },
  menu: { query: "screen=host&board", sizes: ["laptop", "phone"], press: ["Menu"] },
  people: { query: "board", sizes: ["laptop", "phone"], press: ["5 people here"] },
  share: { query: "board", sizes: ["laptop", "phone"], press: ["Share"] },
  help: { query: "board", sizes: ["laptop", "phone"], key: "?" },
  things: { query: "things", sizes: ALL },
  "things-form": { query: "things", sizes: ["laptop"], act: (page) => choose(page, 660, 262) },
  "things-arrow": { query: "things", sizes: ["laptop"], act: (page) => choose(page, 430, 512) },
  "things-menu": { query: "things", sizes: ["laptop", "phone"], act: menu },
  "things-shapes": { query: "things", sizes: ["laptop", "phone"], press: ["Shapes"] },
  "things-more": { query: "things", sizes: ["laptop", "phone"], press: ["More tools"] },
  "things-look": { query: "things", sizes: ["phone"], act: look },
  "things-palette": { query: "things", sizes: ["laptop", "phone"], key: "Control+/" },
  "things-find": { query: "things", sizes: ["laptop"], key: "Control+f", act: (page) => page.getByRole("combobox").fill("sun") },
  "things-map": { query: "things", sizes: ["laptop"], act: (page) => command(page, "small map") },
  "things-export": { query: "things", sizes: ["laptop", "phone"], key: "Control+Shift+e" },
  "things-link": { query: "things", sizes: ["laptop"], act: async (page) => (await choose(page, 660, 262), await page.keyboard.press("Control+k")) },
  "door-open": { query: "screen=host&board&door=open&invites", sizes: ["laptop", "phone"], press: ["Share", "How people come in"] },
  "door-password": { query: "screen=host&board&door=password", sizes: ["phone", "laptop", "large"], press: ["Share", "How people come in"] },
  "door-share": { query: "screen=host&board&door=invited", sizes: ["laptop", "phone"], press: ["Share"] },
  "door-knocks": { query: "screen=host&board&door=knock&knocks", sizes: ALL },
  "door-waiting": { query: "status=knocking", sizes: ["phone", "laptop"] },
  "door-turned": { query: "status=ended&reason=not_let_in", sizes: ["phone"] },
  "door-renewed": { query: "status=ended&reason=codes_renewed", sizes: ["phone", "laptop"] },
  "door-slow": { query: "status=asking&reason=too_many_tries", sizes: ["phone"] },
  landscape: { query: "board", sizes: ["landscape"], press: ["Chat"] },
};
SIZES.landscape = { width: 844, height: 390 };
SIZES.small = { width: 900, height: 600 };

async function lookBack(page) {
  await page.getByLabel(say("When")).fill("4");
  await page.getByLabel(say("Show what is different now")).check();
}

async function joinByAddress(page) {
  await page.getByRole("textbox").fill("192.168.1.77");
  await page.getByRole("button", { name: say("Join", true), exact: true }).click();
  await page.getByRole("alert").first().waitFor();
}

async function askedAboutHub(page) {
  await page.getByRole("textbox").fill("192.168.1.9");
  await page.getByRole("button", { name: say("Join", true), exact: true }).click();
  await page.getByRole("dialog").waitFor();
}

async function onMessage(page, action) {
  const message = page.locator("[role=log] li", { hasText: "g = 4" });
  await message.getByRole("button", { name: say("Actions for") }).click();
  if (action !== undefined) await message.getByRole("button", { name: say(action, true), exact: true }).click();
}

async function search(page) {
  await page.getByRole("searchbox").fill("sheet");
  await page.getByRole("list", { name: say("Found messages") }).waitFor();
}

async function choose(page, x, y) {
  await page.keyboard.press("v");
  await page.mouse.click(x, y);
}

async function menu(page) {
  await page.keyboard.press("Control+a");
  await page.mouse.click(page.viewportSize().width / 2, 300, { button: "right" });
}

async function look(page) {
  await page.getByRole("button", { name: say("Shapes") }).click();
  await page.locator('[data-form="cloud"]').click();
  await page.getByRole("button", { name: say("Colour and width") }).click();
}

async function command(page, words) {
  await page.keyboard.press("Control+/");
  await page.getByRole("combobox").fill(words);
  await page.keyboard.press("Enter");
}

/** A file is over the window; what it is shows only once it is let go. */
async function dragOver(page) {
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["x"], "Physics.lanvas"));
    document.body.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer }));
  });
}

async function badPort(page) {
  const port = page.getByLabel(say("Port for guests"));
  await port.fill("80");
  await port.blur();
  await page.getByRole("dialog").getByRole("alert").waitFor();
}

async function settingsEnd(page) {
  await page.getByText(say("Safe graphics")).scrollIntoViewIfNeeded();
}

async function throwAway(page) {
  await page.getByRole("button", { name: say(PHYSICS) }).click();
  await page.getByRole("button", { name: say("Move to trash") }).click();
  await page.getByRole("button", { name: say("Undo") }).waitFor();
}

async function shoot(browser, base, name, screen, size, scheme) {
  const context = await browser.newContext({
    viewport: SIZES[size],
    colorScheme: scheme,
    locale: LOCALE,
    hasTouch: size === "phone",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("pageerror", (error) => console.log(`${name}: ${error.stack}`));
  await page.goto(`${base}/src/testing/preview.html?${screen.query}`);
  await page.waitForFunction(() => window.lanvas !== undefined && document.querySelector("#app > *") !== null);
  await page.evaluate(() => (window.begun = true));
  for (const label of screen.press ?? []) await page.getByRole("button", { name: say(label) }).first().click();
  if (screen.key !== undefined) await page.keyboard.press(screen.key);
  await screen.act?.(page);
  // What the page still fetches is shown a moment later.
  await page.waitForLoadState("networkidle");
  // Two frames after the last change everything is painted.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 250)))));
  if (!(await page.evaluate(() => window.begun))) throw new Error("the page was loaded anew");
  const path = new URL(`../test-results/gallery/${name}-${size}-${scheme}${LOCALE === "de-DE" ? "-de" : ""}.png`, import.meta.url).pathname;
  await page.screenshot({ path });
  await context.close();
}

const server = await createServer({ root: new URL("..", import.meta.url).pathname, server: { host: "127.0.0.1" }, logLevel: "error" });
await server.listen();
if (language === "de") say = await sayingInGerman(server);
const base = server.resolvedUrls.local[0].replace(/\/$/, "");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
let count = 0;
for (const [name, screen] of Object.entries(SCREENS).filter(([name]) => name.startsWith(wanted))) {
  for (const size of screen.sizes.filter((one) => some === "" || some.split(",").includes(one))) {
    for (const scheme of ["light", "dark"]) {
      // Vite loads the page anew when it first meets a library, in the middle of what one does there.
      await shoot(browser, base, name, screen, size, scheme).catch(() => shoot(browser, base, name, screen, size, scheme));
      count += 1;
    }
  }
}
await browser.close();
await server.close();
console.log(`${count} pictures in test-results/gallery/`);
