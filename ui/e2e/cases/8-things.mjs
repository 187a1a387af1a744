import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pictureFile } from "../harness/board.mjs";
import { equal } from "../harness/equal.mjs";
import { until } from "../harness/until.mjs";
import { wave } from "../harness/person.mjs";
import { byFinger } from "../harness/ways.mjs";

/** A drag with the mouse. */
async function drag(person, from, to) {
  const { mouse } = person.page;
  await mouse.move(...from);
  await mouse.down();
  await mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 4 });
  await mouse.move(...to, { steps: 4 });
  await mouse.up();
}

async function form(person, name) {
  await person.page.getByRole("button", { name: "Shapes", exact: true }).click();
  await person.page.locator(`[data-form="${name}"]`).click();
}

/** What a copy event takes along, by type. */
function copied(person) {
  return person.page.evaluate(() => {
    const data = new DataTransfer();
    document.body.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
    return Object.fromEntries(data.types.map((type) => [type, data.getData(type)]));
  });
}

function paste(person, texts) {
  return person.page.evaluate((all) => {
    const data = new DataTransfer();
    for (const [type, text] of Object.entries(all)) data.setData(type, text);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, texts);
}

export const cases = {
  async "forms, an arrow that follows, a sticky note and a frame are drawn, moved, resized and undone, and all see the same"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await form(ada, "ellipse");
    await drag(ada, [360, 220], [480, 300]);
    await form(ada, "star");
    await drag(ada, [760, 220], [880, 340]);
    await ada.take("arrow");
    await drag(ada, [420, 260], [820, 290]);
    await ben.has({ shapes: 3 });
    await ada.page.keyboard.press("n");
    await ada.page.mouse.click(600, 480);
    await ada.page.keyboard.type("Remember the milk");
    await ada.page.keyboard.press("Escape");
    await ben.has({ shapes: 4 });
    await equal(ada, ben);
    const before = (await ben.debug()).boardHash;
    // The star goes, and the arrow with it.
    await ada.take("select");
    await ada.page.mouse.click(820, 222);
    await drag(ada, [820, 224], [820, 420]);
    await until("it moved", async () => (await ben.debug()).boardHash !== before);
    await ben.sees("the arrow where the star is now", { x: 640, y: 300, width: 140, height: 140 });
    // By a corner.
    await drag(ada, [880, 540], [940, 600]);
    await equal(ada, ben);
    for (let step = 0; step < 6; step++) await ada.page.keyboard.press("Control+z");
    await ben.has({ shapes: 0 });
    for (let step = 0; step < 6; step++) await ada.page.keyboard.press("Control+Shift+z");
    await ben.has({ shapes: 4 });
    await equal(ada, ben);
  },

  async "the eraser takes a part of a stroke, and one undo brings it back"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.draw(wave(400, 400));
    await ben.has({ shapes: 1 });
    await ada.take("eraser");
    await ada.page.getByRole("button", { name: "Parts of strokes" }).first().click();
    await drag(ada, [520, 330], [520, 470]);
    await ben.has({ shapes: 2 });
    await equal(ada, ben);
    await ada.page.keyboard.press("Control+z");
    await ben.has({ shapes: 1 });
    await equal(ada, ben);
    // Again, and this time Ben takes a piece away meanwhile: undo brings back what Ada took, not what he did.
    await ada.page.keyboard.press("Control+Shift+z");
    await ben.has({ shapes: 2 });
    await ben.take("eraser");
    await ben.page.getByRole("button", { name: "Whole things" }).first().click();
    await drag(ben, [600, 340], [600, 470]);
    await ada.has({ shapes: 1 });
    await ada.page.keyboard.press("Control+z");
    await ben.has({ shapes: 2 });
    await equal(ada, ben);
    await ben.sees("the ink that Ada had taken", { x: 505, y: 350, width: 30, height: 100 });
    await until("what Ben took is not seen", async () => (await ben.ink({ x: 560, y: 350, width: 90, height: 100 })) === 0);
  },

  async "things are grouped, aligned, copied, locked and removed by keyboard and menu"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    for (const [x, y] of [[340, 200], [520, 260], [720, 330]]) {
      await ada.page.keyboard.press("r");
      await drag(ada, [x, y], [x + 90, y + 60]);
    }
    await ada.has({ shapes: 3 });
    const { keyboard, mouse } = ada.page;
    await keyboard.press("Control+a");
    await keyboard.press("Control+Shift+ArrowUp");
    await keyboard.press("Control+g");
    await keyboard.press("Control+d");
    await ada.has({ shapes: 6 });
    await keyboard.press("Delete");
    await ada.has({ shapes: 3 });
    await mouse.click(344, 230, { button: "right" });
    await ada.page.getByRole("menuitem", { name: "Lock or unlock" }).click();
    await keyboard.press("Delete");
    await ada.has({ shapes: 3 });
    await keyboard.press("Control+/");
    await ada.page.getByRole("combobox").fill("unlock every");
    await keyboard.press("Enter");
    await keyboard.press("Control+a");
    await keyboard.press("Delete");
    await ada.has({ shapes: 0 });
  },

  async "a picture is added once and arrives for all, also later; copies go from session to session as HTML"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.page.locator('input[type="file"]').setInputFiles(pictureFile("spot.png", 320, 200));
    await ada.has({ shapes: 1, unsent: 0 });
    const ben = await world.person(hub.url, "Ben");
    await ben.has({ shapes: 1 });
    await equal(ada, ben);
    // Cropped at its right, by hand and by keyboard; taken back, one step each.
    const whole = (await ben.debug()).boardHash;
    await ada.page.mouse.dblclick(640, 400);
    await ada.shows("Drag the edges to crop");
    await drag(ada, [800, 400], [720, 400]);
    await ben.sees("no more of it at the right", { x: 640, y: 380, width: 60, height: 40 });
    await ada.page.keyboard.press("ArrowLeft");
    await ada.page.keyboard.press("Enter");
    await equal(ada, ben);
    await until("nothing is at its right", async () => (await ben.ink({ x: 724, y: 380, width: 60, height: 40 })) === 0);
    await ada.page.keyboard.press("Control+z");
    await ada.page.keyboard.press("Control+z");
    await until("all of it is back", async () => (await ben.debug()).boardHash === whole);
    let html = "";
    await until("the picture's bytes are at hand", async () => (html = (await copied(ada))["text/html"] ?? "").length > 1_000);
    assert.match(html, /data-lanvas=/);
    await paste(ben, { "text/html": html });
    await ada.has({ shapes: 2 });
    // Another hub has not the picture: its bytes come along.
    const elsewhere = await world.hub();
    const cleo = await world.person(elsewhere.url, "Cleo");
    await paste(cleo, { "text/html": html });
    await cleo.has({ shapes: 1 });
    await cleo.sees("the picture", { x: 560, y: 340, width: 60, height: 40 });
    await cleo.page.keyboard.press("Shift+Alt+c");
    await cleo.shows("Copied for documents and mail");
    await cleo.page.mouse.click(640, 400, { button: "right" });
    await cleo.page.getByRole("menuitem", { name: "Copy as a drawing" }).click();
    await cleo.shows("Copied.");
    const sketch = JSON.stringify({
      type: "excalidraw/clipboard",
      elements: [
        { id: "a", type: "rectangle", x: 0, y: 0, width: 100, height: 60, strokeColor: "#1971c2", backgroundColor: "#ffec99" },
        { id: "b", type: "text", x: 10, y: 10, width: 80, height: 20, text: "in it", originalText: "in it", fontSize: 20, containerId: "a", strokeColor: "#1971c2" },
        { id: "c", type: "arrow", x: 100, y: 30, width: 90, height: 0, points: [[0, 0], [90, 0]], endArrowhead: "arrow", startBinding: { elementId: "a" }, strokeColor: "#1e1e1e" },
        { id: "d", type: "freedraw", x: 200, y: 0, width: 10, height: 10, points: [[0, 0], [5, 5], [10, 3]], strokeColor: "#1e1e1e" },
      ],
    });
    await paste(ben, { "text/plain": sketch });
    await ada.has({ shapes: 5 });
    await equal(ada, ben);
  },
};

/** What is saved as a kind of file: its bytes. */
async function saved(person, kind) {
  await person.page.keyboard.press("Control+Shift+e");
  await person.page.getByRole("radio", { name: kind }).check();
  const [download] = await Promise.all([person.page.waitForEvent("download"), person.page.getByRole("button", { name: "Save", exact: true }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

cases["a board is saved as a picture, a drawing, pages and boards, and what was saved comes back the same"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada");
  await ada.draw(wave(420, 200));
  await form(ada, "cloud");
  await drag(ada, [360, 300], [520, 400]);
  await ada.take("arrow");
  await drag(ada, [440, 350], [700, 350]);
  await ada.page.keyboard.press("f");
  await drag(ada, [340, 150], [900, 480]);
  await ada.page.keyboard.press("t");
  await ada.page.mouse.click(600, 440);
  await ada.page.keyboard.type("Grüße (und) 漢字");
  await ada.page.keyboard.press("Escape");
  await ada.page.keyboard.press("Escape");
  await ada.has({ shapes: 5 });
  assert.equal((await saved(ada, "Picture (PNG)")).toString("latin1", 1, 4), "PNG");
  const drawing = (await saved(ada, "Drawing (SVG)")).toString("utf8");
  assert.match(drawing, /^<svg [\s\S]*Grüße \(und\) 漢字[\s\S]*<\/svg>$/);
  const pages = await saved(ada, "Pages (PDF)");
  assert.match(pages.toString("latin1"), /^%PDF-1\.7[\s\S]*\/Count 1[\s\S]*%%EOF/);
  const own = await saved(ada, "Lanvas board (.json)");
  const theirs = await saved(ada, "Excalidraw (.excalidraw)");
  const elements = JSON.parse(theirs.toString("utf8")).elements.map(({ type }) => type);
  for (const type of ["freedraw", "arrow", "text", "frame"]) assert.ok(elements.includes(type), type);
  if (process.env.LANVAS_KEEP) {
    const { writeFileSync } = await import("node:fs");
    writeFileSync(`${process.env.LANVAS_KEEP}/board.pdf`, pages);
    writeFileSync(`${process.env.LANVAS_KEEP}/board.svg`, drawing);
  }
  const open = (name, buffer) => ada.page.locator('input[type="file"]').setInputFiles({ name, mimeType: "application/json", buffer });
  await open("board.json", own);
  await ada.has({ shapes: 10 });
  await open("board.excalidraw", theirs);
  await ada.has({ shapes: 15 });
  await ada.page.locator('input[type="file"]').setInputFiles({ name: "pages.pdf", mimeType: "application/pdf", buffer: pages });
  await ada.has({ shapes: 17 });
};

cases["a board with frames is printed, each frame on a page of its own"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada");
  for (const left of [330, 640, 950]) {
    await ada.page.keyboard.press("f");
    await drag(ada, [left, 150], [left + 240, 330]);
    await ada.page.keyboard.press("p");
    await ada.draw([[left + 40, 200], [left + 120, 260], [left + 200, 210]]);
  }
  await ada.has({ shapes: 6 });
  await ada.page.evaluate(() => (window.print = () => (window.isPrinting = true)));
  await ada.page.keyboard.press("Control+Shift+e");
  await ada.page.getByRole("button", { name: "Print …" }).click();
  await ada.page.waitForFunction(() => window.isPrinting);
  const paper = (await ada.page.pdf()).toString("latin1");
  if (process.env.LANVAS_KEEP) (await import("node:fs")).writeFileSync(`${process.env.LANVAS_KEEP}/print.pdf`, Buffer.from(paper, "latin1"));
  assert.equal(paper.match(/\/Type \/Page\b/g)?.length, 3);
  assert.ok((paper.match(/\/Subtype \/Image\b/g)?.length ?? 0) >= 3, "there is a picture on each page");
  await ada.page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await ada.page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await ada.page.locator("body > .print").count(), 0);
};

/** What axe finds wrong with the page as it is, in words. */
async function axe(person, where) {
  const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await person.page.evaluate(source);
  const found = await person.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const bad = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(bad.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`).join("; ")}`), []);
}

cases["a page that is copied takes along what lies on it, is put earlier, and pages are shown by keys alone"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada");
  const ben = await world.person(hub.url, "Ben");
  const { keyboard, mouse } = ada.page;
  await keyboard.press("f");
  await drag(ada, [360, 140], [660, 340]);
  await form(ada, "ellipse");
  await drag(ada, [460, 200], [560, 280]);
  await ben.has({ shapes: 2 });
  // Copied by its edge, put down under the mouse, and once more beside it.
  await ada.take("select");
  await mouse.click(400, 140);
  await ada.shows("selected");
  const html = (await copied(ada))["text/html"];
  assert.match(html ?? "", /data-lanvas=/);
  await mouse.move(900, 500);
  await paste(ada, { "text/html": html });
  await ben.has({ shapes: 4 });
  await paste(ada, { "text/html": html });
  await ben.has({ shapes: 6 });
  await ben.sees("a page under the mouse", { x: 750, y: 400, width: 300, height: 200 });
  const bar = ada.page.getByRole("group", { name: "Pages" });
  await keyboard.press("Alt+PageDown");
  const shown = (name) => bar.getByRole("button", { name }).waitFor();
  await shown("Page 1: 1 of 3");
  await keyboard.press("ArrowRight");
  await shown("Page 2: 2 of 3");
  await keyboard.press(" ");
  await shown("Page 3: 3 of 3");
  await keyboard.press("PageUp");
  await shown("Page 2: 2 of 3");
  await bar.getByRole("button", { name: "Page 2: 2 of 3" }).click();
  await bar.getByRole("button", { name: "Page 2: earlier" }).click();
  await shown("Page 2: 1 of 3");
  // The list goes first, then the pages.
  await keyboard.press("Escape");
  await bar.getByRole("button", { name: "Page 2: earlier" }).waitFor({ state: "detached" });
  await keyboard.press("Escape");
  await bar.waitFor({ state: "detached" });
  await equal(ada, ben);
};

cases["everything goes by keyboard, is named and said aloud, and axe has nothing serious to say"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada");
  const { keyboard } = ada.page;
  await ada.page.keyboard.press("r");
  await drag(ada, [360, 220], [480, 300]);
  await keyboard.press("Enter");
  await keyboard.type("First");
  await keyboard.press("Escape");
  await ada.page.keyboard.press("r");
  await drag(ada, [620, 220], [740, 300]);
  await keyboard.press("Enter");
  await keyboard.type("Second");
  await keyboard.press("Escape");
  await keyboard.press("Escape");
  await keyboard.press("Tab");
  await ada.shows("Rectangle: First, selected");
  await keyboard.press("Tab");
  await ada.shows("Rectangle: Second, selected");
  const before = (await ada.debug()).boardHash;
  await keyboard.press("Shift+ArrowRight");
  await until("it moved", async () => (await ada.debug()).boardHash !== before);
  // What goes and comes back is said too, by key and by button.
  await keyboard.press("Delete");
  await ada.shows("Rectangle: Second, removed");
  await keyboard.press("Control+z");
  await ada.shows("Undone: Rectangle: Second, back");
  await ada.page.getByRole("button", { name: "Redo", exact: true }).click();
  await ada.shows("Done again: 1 thing removed");
  await ada.page.getByRole("button", { name: "Undo", exact: true }).click();
  await ada.shows("Undone: Rectangle: Second, back");
  await keyboard.press("Escape");
  await axe(ada, "the board");
  for (const [keys, name] of [["Control+/", "the palette"], ["Control+f", "the search"], ["Control+k", "the link"], ["Control+Shift+e", "saving"], ["?", "help"]]) {
    await keyboard.press(keys);
    await ada.page.getByRole("dialog").waitFor();
    await axe(ada, name);
    await keyboard.press("Escape");
    await ada.page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await ada.page.mouse.click(420, 222, { button: "right" });
  await ada.page.getByRole("menu").waitFor();
  await axe(ada, "the menu");
  await keyboard.press("Escape");
  await ada.page.getByRole("button", { name: "Shapes", exact: true }).click();
  await axe(ada, "the shapes");
};

/** What a screen reader has of the page, in its order: role, name and how deep. */
async function readAloud(person) {
  const driver = await person.context.newCDPSession(person.page);
  const { nodes } = await driver.send("Accessibility.getFullAXTree");
  await driver.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const read = [];
  const walk = (node) => {
    if (!node.ignored) read.push({ role: node.role.value, name: node.name?.value ?? "" });
    for (const id of node.childIds ?? []) if (byId.has(id)) walk(byId.get(id));
  };
  walk(nodes[0]);
  return read;
}

const CONTROLS = new Set(["button", "link", "textbox", "slider", "checkbox", "radio", "combobox", "ColorWell", "application", "toolbar", "group", "dialog", "complementary"]);

cases["a screen reader has the board first, every control by a name of its own, and nothing twice"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada");
  await ada.page.getByRole("group", { name: "Style" }).waitFor();
  const read = await readAloud(ada);
  const controls = read.filter(({ role }) => CONTROLS.has(role));
  assert.deepEqual(controls.filter(({ name }) => name === ""), [], "every control has a name");
  assert.deepEqual(controls[0], { role: "application", name: "The board" });
  const places = ["The board", "Menu", "Tools", "Zoom", "Style"].map((name) => controls.findIndex((control) => control.name === name));
  assert.deepEqual(places, places.toSorted((a, b) => a - b), "the board, what is over it, the tools, and then what they are set to, in this order");
  const names = controls.filter(({ role }) => role === "button").map(({ name }) => name);
  assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), [], "no button is there twice");
  assert.equal(read.filter(({ role, name }) => role === "StaticText" && name === "Live").length, 1, "how it stands is read once");
};

cases["who wants no motion is there at once, and nothing fades or turns"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada");
  const { page } = ada;
  await page.keyboard.press("r");
  await drag(ada, [360, 220], [480, 300]);
  /** The places the view has on its way when all is shown, frame by frame. */
  const way = () =>
    page.evaluate(async () => {
      document.querySelector('[aria-label="Show everything"]').click();
      const seen = new Set();
      for (let frame = 0; frame < 30; frame++) {
        seen.add(JSON.stringify(window.lanvas.debug().camera));
        await new Promise((next) => requestAnimationFrame(next));
      }
      return seen.size;
    });
  await page.emulateMedia({ reducedMotion: "reduce" });
  assert.equal(await way(), 1, "it does not glide");
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await page.getByRole("button", { name: "Find an action" }).click();
  await page.getByRole("dialog").waitFor();
  const moving = () => page.evaluate(() => document.getAnimations().filter((each) => each.effect.getComputedTiming().activeDuration > 1).map((each) => each.animationName ?? each.transitionProperty));
  assert.deepEqual(await moving(), []);
  await page.keyboard.press("Escape");
  await page.emulateMedia({ reducedMotion: "no-preference" });
  const { zoom } = (await ada.debug()).camera;
  await page.getByRole("button", { name: "Zoom out" }).click();
  await until("it is on its way out", async () => (await ada.debug()).camera.zoom < zoom);
  assert.ok((await way()) > 1, "others go there by and by");
};

/** How many pixels over the board are a guide's. */
function guides({ page }) {
  return page.evaluate(() => {
    let count = 0;
    for (const layer of document.querySelectorAll(".board canvas")) {
      if (layer.width === 0 || layer.height === 0 || getComputedStyle(layer).display === "none") continue;
      const flat = new OffscreenCanvas(layer.width, layer.height).getContext("2d");
      flat.drawImage(layer, 0, 0);
      const { data } = flat.getImageData(0, 0, layer.width, layer.height);
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200 && data[i] === 224 && data[i + 1] === 57 && data[i + 2] === 159) count += 1;
    }
    return count;
  });
}

cases["what comes in line with another thing shows by a guide that it does"] = async (world) => {
  const hub = await world.hub();
  const witness = await world.witness(hub);
  const ada = await world.person(hub.url, "Ada");
  const { mouse, keyboard } = ada.page;
  for (const [from, to] of [[[400, 200], [500, 260]], [[620, 420], [720, 480]]]) {
    await keyboard.press("r");
    await drag(ada, from, to);
  }
  const shapes = await witness.sees("both", (all) => all.length === 2 && all);
  await keyboard.press("v");
  await mouse.move(645, 420);
  await mouse.down();
  await mouse.move(560, 430, { steps: 4 });
  assert.equal(await guides(ada), 0, "in line with nothing");
  await mouse.move(428, 440, { steps: 4 });
  await until("a guide as long as from one to the other", async () => (await guides(ada)) > 200);
  await mouse.up();
  await witness.sees("its edge right below the other's", (all) => all.some(({ id, x }) => id === shapes[1].id && x === shapes[0].x));
  await until("no guide is left", async () => (await guides(ada)) === 0);
};

cases["a side that is resized comes in line with another thing's and shows by a guide that it does, unless Ctrl is down"] = async (world) => {
  const hub = await world.hub();
  const witness = await world.witness(hub);
  const ada = await world.person(hub.url, "Ada");
  const { mouse, keyboard } = ada.page;
  for (const [from, to] of [[[400, 200], [500, 260]], [[420, 420], [560, 480]]]) {
    await keyboard.press("r");
    await drag(ada, from, to);
  }
  const [other, resized] = await witness.sees("both", (all) => all.length === 2 && all);
  const edge = other.x + other.body.w;
  const right = (all) => all.filter(({ id }) => id === resized.id).map(({ x, body }) => x + body.w)[0];
  await keyboard.press("v");
  await mouse.move(560, 480);
  await mouse.down();
  await mouse.move(530, 500, { steps: 4 });
  assert.equal(await guides(ada), 0, "in line with nothing");
  await mouse.move(503, 510, { steps: 4 });
  await until("a guide as long as from one to the other", async () => (await guides(ada)) > 200);
  await mouse.up();
  await witness.sees("its right edge right below the other's", (all) => right(all) === edge);
  await until("no guide is left", async () => (await guides(ada)) === 0);
  // And 4 to the right of it where Ctrl lets it be.
  await mouse.move(500, 510);
  await mouse.down();
  await keyboard.down("Control");
  await mouse.move(504, 510, { steps: 4 });
  assert.equal(await guides(ada), 0, "Ctrl is down");
  await mouse.up();
  await keyboard.up("Control");
  await witness.sees("its right edge where the pointer was", (all) => right(all) === edge + 4);
};

cases["one follows a person, everybody is asked to look, and whoever wants to stays"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada");
  const ben = await world.person(hub.url, "Ben");
  await ada.draw(wave(400, 300));
  await ben.has({ shapes: 1 });
  await ben.page.getByRole("button", { name: "2 people here" }).click();
  await ben.page.getByRole("button", { name: "Follow Ada" }).click();
  await ben.shows("You see what Ada sees");
  await ben.page.keyboard.press("Escape");
  await ada.page.mouse.move(600, 400);
  await ada.page.mouse.wheel(0, 700);
  const cameraOf = async (person) => (await person.debug()).camera;
  const at = await cameraOf(ada);
  await until("Ben is where Ada is", async () => Math.abs((await cameraOf(ben)).y - at.y) < 2);
  await ben.page.mouse.move(600, 400);
  await ben.page.mouse.wheel(0, -200);
  await ben.page.getByText("You see what Ada sees").waitFor({ state: "detached" });
  await ada.page.keyboard.press("Control+/");
  await ada.page.getByRole("combobox").fill("everybody to look");
  await ada.page.keyboard.press("Enter");
  await ben.shows("Ada asks everybody to look here");
  await ben.page.getByRole("button", { name: "Stay here" }).click();
  await ben.page.getByText("Ada asks everybody").waitFor({ state: "detached" });
  await ada.page.getByRole("button", { name: "Stop asking" }).click();
};

cases["fingers draw a form, two that tap take it back, and a long press opens the menu"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada", { phone: true });
  const session = await ada.context.newCDPSession(ada.page);
  const touch = (type, ...points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const { tap } = await byFinger(ada);
  await ada.page.getByRole("button", { name: "Shapes", exact: true }).tap();
  await ada.page.locator('[data-form="diamond"]').tap();
  await touch("touchStart", [100, 250]);
  for (let step = 1; step <= 6; step++) await touch("touchMove", [100 + step * 25, 250 + step * 20]);
  await touch("touchEnd");
  await ada.has({ shapes: 1 });
  await touch("touchStart", [175, 310]);
  await ada.page.getByRole("menu").waitFor();
  await touch("touchEnd");
  await ada.page.getByRole("menuitem", { name: "Duplicate" }).tap();
  await ada.has({ shapes: 2 });
  await tap(2, 60, 600);
  await ada.has({ shapes: 1 });
};
