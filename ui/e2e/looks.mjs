/**
 * Every tool, panel, sheet and state of the canvas on a real hub by plain http, as a
 * person sees it: to be looked at after a change to how anything looks.
 *
 *     node e2e/looks.mjs FOLDER                  all, each as SIZE-LIGHT/NAME.png
 *     node e2e/looks.mjs FOLDER phone-dark       one size and light
 *     node e2e/looks.mjs FOLDER laptop-light menu   those whose name has this in it
 *
 * `chosen` is dark chosen in Lanvas on a device that is light. Beside each set a
 * `sheet-N.png` has all of it small. Says what overlaps the edge, is smaller than a
 * finger needs or has too little contrast.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { pictureFile } from "./harness/board.mjs";
import { LIGHTS, SIZES, painted, sheets, wrong } from "./harness/looking.mjs";
import { address, enter } from "./harness/network.mjs";
import { Person } from "./harness/person.mjs";
import { World } from "./harness/world.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const press = (name) => ({ page }) => page.getByRole("button", { name }).first().click();
const keys = (...all) => async ({ page }) => {
  for (const key of all) await page.keyboard.press(key);
};
const command = (words) => async ({ page }) => {
  await page.keyboard.press("Control+/");
  await page.getByRole("combobox").fill(words);
  await page.keyboard.press("Enter");
};
const look = async (person) => {
  const button = person.page.getByRole("button", { name: "Colour and width" });
  if (await button.isVisible()) await button.click();
};
const withTool = (key) => async (person) => {
  await person.page.keyboard.press(key);
  await look(person);
};
/** Selects what is named so, by finding it. */
const choose = (words) => async (person) => {
  await person.page.keyboard.press("Control+f");
  await person.page.getByRole("combobox").fill(words);
  await person.page.keyboard.press("Enter");
  await person.page.getByRole("dialog").waitFor({ state: "detached" });
};
const menuOn = (words) => async (person) => {
  await choose(words)(person);
  await openMenu(person);
};
const openMenu = async ({ page }) => {
  const { width, height } = page.viewportSize();
  await page.mouse.click(width / 2, height / 2, { button: "right" });
  await page.getByRole("menu").waitFor();
};
const exportWhile = async (person) => {
  await person.page.keyboard.press("Control+Shift+e");
  await person.page.evaluate(() => (HTMLCanvasElement.prototype.toBlob = () => undefined));
  await person.page.getByRole("button", { name: "Save", exact: true }).click();
  await person.page.getByRole("progressbar").waitFor();
};

/** As the board was, for the scenes that follow. */
const takeBack = async (person) => {
  await person.page.keyboard.press("Control+z");
  await person.has({ shapes: 12 });
  await person.isStored();
};

/** By name: what to do until there is something to see; gives what is to be done when it was seen. */
const SCENES = {
  board: () => undefined,
  "pen look": withTool("p"),
  "marker look": withTool("m"),
  "eraser look": withTool("e"),
  "shape look": withTool("r"),
  "arrow look": withTool("a"),
  "text look": withTool("t"),
  "note look": withTool("n"),
  "stamp look": withTool("u"),
  shapes: press("Shapes"),
  "more tools": press("More tools"),
  "own tools and paper": command("paper and tools"),
  "main menu": press("Menu"),
  people: press(/people? here|person here|here$/),
  share: press("Share"),
  help: keys("?"),
  palette: keys("Control+/"),
  find: async (person) => {
    await keys("Control+f")(person);
    await person.page.getByRole("combobox").fill("plan");
  },
  "find nothing": async (person) => {
    await keys("Control+f")(person);
    await person.page.getByRole("combobox").fill("xyzzy");
  },
  "form chosen": choose("Plan"),
  "form chosen look": async (person) => (await choose("Plan")(person), await look(person)),
  "arrow chosen": choose("leads to"),
  "words chosen look": async (person) => (await choose("What we know")(person), await look(person)),
  "menu on a form": menuOn("Plan"),
  "menu on the board": async (person) => (await person.page.keyboard.press("Escape"), await openMenu(person)),
  "all chosen": keys("v", "Control+a"),
  "menu on several": async (person) => (await keys("v", "Control+a")(person), await openMenu(person)),
  link: async (person) => (await choose("Plan")(person), await keys("Control+k")(person)),
  export: keys("Control+Shift+e"),
  exporting: exportWhile,
  crop: async (person) => (await choose("mountain")(person), await keys("Enter")(person), await person.shows("Drag the edges")),
  map: command("small map"),
  "page shown": command("frames as pages, the next"),
  calling: command("everybody to look"),
  "not read": async (person) => {
    await person.page.locator('input[type="file"]').setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("?") });
    await person.shows("That is nothing that Lanvas can open");
  },
  "empty board": async ({ page }) => {
    await page.keyboard.press("v");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.waitForFunction(() => window.lanvas.debug().shapes === 0);
    return takeBack;
  },
  "pdf page": async (person) => {
    const { width, height } = person.page.viewportSize();
    await person.page.locator('input[type="file"]').setInputFiles({ name: "Worksheet 7.pdf", mimeType: "application/pdf", buffer: sheetOfPaper() });
    await person.page.waitForFunction(() => window.lanvas.debug().shapes >= 14);
    await person.page.mouse.move(width / 2, height / 2);
    return takeBack;
  },
  "pdf being read": async (person) => {
    await person.page.route("**/pdf_in*", () => undefined); // never comes
    await person.page.locator('input[type="file"]').setInputFiles({ name: "Worksheet 7.pdf", mimeType: "application/pdf", buffer: sheetOfPaper() });
  },
  "pdf not read": async (person) => {
    await person.page.locator('input[type="file"]').setInputFiles({ name: "broken.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\nnothing more") });
    await person.shows("The PDF could not be read");
  },
  "picture refused": async (person) => {
    await person.page.route("**/blobs", (route) => route.abort());
    await person.page.locator('input[type="file"]').setInputFiles(pictureFile("tree.png", 200, 120));
    await person.shows("cannot be reached");
  },
  lost: async ({ page }) => {
    await page.mouse.move(page.viewportSize().width / 2, 400);
    for (let i = 0; i < 12; i++) await page.mouse.wheel(0, 3_000);
    await page.getByText("Back to what is drawn").waitFor();
  },
  notes: press(/^Notes/),
  chat: press(/^Chat/),
  "writing words": async ({ page }) => {
    await page.keyboard.press("t");
    await page.mouse.click(page.viewportSize().width / 2, 620);
    await page.keyboard.type("Written just now");
  },
  offline: async (person, { hub }) => {
    await hub.kill();
    await person.has({ status: "offline" });
  },
};

/** A page of A5 with a heading, as a PDF. */
function sheetOfPaper() {
  const words = "BT /F 28 Tf 40 520 Td (Pendulum, sheet 7) Tj 0 -60 Td /F 16 Tf (1. Measure ten swings.) Tj ET";
  const parts = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    `<</Length ${words.length}>>stream\n${words}\nendstream`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
  ];
  return Buffer.from(`%PDF-1.4\n${parts.map((part, at) => `${at + 1} 0 obj${part}endobj\n`).join("")}trailer<</Root 1 0 R>>\n%%EOF`);
}

/** What lies on the board: a lesson's drawing. */
function lesson() {
  const wave = (x, y, color, width = 1) => ({ id: `w${x}${y}`, type: "freedraw", x, y, strokeColor: color, strokeWidth: width, points: Array.from({ length: 60 }, (_, i) => [i * 4, Math.sin(i / 5) * 18]) });
  const form = (id, type, x, y, text, fill) => [
    { id, type, x, y, width: 170, height: 90, strokeColor: "#1c4fd6", backgroundColor: fill, strokeWidth: 2, roundness: { type: 3 } },
    { id: `${id}-t`, type: "text", x, y, width: 100, height: 24, containerId: id, text, originalText: text, fontSize: 20, strokeColor: "#1c4fd6" },
  ];
  return JSON.stringify({
    type: "excalidraw",
    elements: [
      { id: "f1", type: "frame", x: -40, y: -70, width: 620, height: 280, name: "First page" },
      { id: "f2", type: "frame", x: -40, y: 260, width: 620, height: 260, name: "Second page" },
      ...form("a", "rectangle", 0, 0, "Plan", "#dbe7ff"),
      ...form("b", "ellipse", 360, 20, "Do", "#d9f5e3"),
      ...form("c", "diamond", 350, 300, "Check", "#ffe3e3"),
      { id: "l", type: "arrow", x: 175, y: 50, width: 180, height: 15, points: [[0, 0], [180, 15]], startBinding: { elementId: "a" }, endBinding: { elementId: "b" }, endArrowhead: "arrow", strokeColor: "#22252a" },
      { id: "l-t", type: "text", x: 200, y: 50, width: 80, height: 24, containerId: "l", text: "leads to", originalText: "leads to", fontSize: 16, strokeColor: "#22252a" },
      { id: "t", type: "text", x: 0, y: -50, width: 300, height: 34, text: "What we know", originalText: "What we know", fontSize: 28, strokeColor: "#22252a" },
      wave(0, 150, "#d6336c", 1), wave(280, 160, "#0b7168", 2), wave(0, 420, "#e8590c", 1), wave(0, 320, "#22252a", 0.5),
    ],
  });
}

/** Puts the lesson on the board and comes back to where all of it is seen. */
async function furnish(world, hub) {
  const ada = await world.person(hub.ready.host_url.replace("127.0.0.1", hub.address), "Ada");
  const files = ada.page.locator('input[type="file"]');
  await files.setInputFiles({ name: "lesson.excalidraw", mimeType: "", buffer: Buffer.from(lesson()) });
  await ada.has({ shapes: 11, unsent: 0 });
  await ada.page.keyboard.press("Escape");
  await files.setInputFiles(pictureFile("mountain.png", 240, 150, [120, 150, 190]));
  await ada.has({ shapes: 12, unsent: 0 });
  for (let i = 0; i < 12; i++) await ada.page.keyboard.press("Shift+ArrowRight");
  for (let i = 0; i < 14; i++) await ada.page.keyboard.press("Shift+ArrowDown");
  await ada.isStored();
  return ada;
}

async function scene(world, hub, set, name, act, folder) {
  const [size, light] = set.split("-");
  const phone = size === "phone";
  const context = await world.browser.newContext({ viewport: SIZES[size], colorScheme: LIGHTS[light], hasTouch: phone, isMobile: phone, reducedMotion: "reduce" });
  if (light === "chosen") await context.addInitScript(() => localStorage.setItem("lanvas.paper", '{"paper":"dots","scheme":"dark"}'));
  const person = new Person(context, await context.newPage());
  try {
    await person.page.goto(hub.url);
    await person.introduce("Chiara");
    await person.isLive();
    await person.page.waitForFunction(() => window.lanvas.debug().shapes >= 12);
    await person.page.keyboard.press("Shift+1");
    const afterwards = await act(person, { hub });
    await painted(person.page);
    await person.page.screenshot({ path: join(folder, `${name.replaceAll(" ", "-")}.png`) });
    for (const fault of await wrong(person.page, phone)) console.log(`${set} ${name}: ${fault}`);
    await afterwards?.(person);
  } catch (error) {
    console.log(`${set} ${name}: NOT SEEN ${String(error).split("\n")[0]}`);
    await person.page.screenshot({ path: join(folder, `${name.replaceAll(" ", "-")}-not-seen.png`) });
  } finally {
    await context.close();
  }
}

await enter();
const [out, only = "", part = ""] = process.argv.slice(2);
if (out === undefined) throw new Error("say into which folder: node e2e/looks.mjs FOLDER");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
const world = new World(browser, address());
try {
  const hub = await world.hub("--title", "Physics, Friday");
  await furnish(world, hub);
  const names = Object.keys(SCENES).filter((name) => name.includes(part));
  for (const size of Object.keys(SIZES)) {
    for (const light of Object.keys(LIGHTS)) {
      const set = `${size}-${light}`;
      if (!set.startsWith(only)) continue;
      const folder = join(out, set);
      mkdirSync(folder, { recursive: true });
      for (const name of names) {
        await scene(world, hub, set, name, SCENES[name], folder);
        if (hub.process.signalCode !== null) await hub.restart();
      }
      await sheets(browser, folder, names, size);
    }
  }
} finally {
  await world.end().catch((fault) => console.log(String(fault)));
  await browser.close();
}
