/** Taking hold of things: handles under a finger, groups from outside and inside, lining up; and how things and paper look. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pictureFile, take } from "../harness/board.mjs";
import { equal } from "../harness/equal.mjs";
import { until } from "../harness/until.mjs";
import { byFinger, byMouse } from "../harness/ways.mjs";

export const cases = {
  async "a finger takes hold of handles that are 44 px wide: resized, turned, moved"(world) {
    const hub = await world.hub();
    const witness = await world.witness(hub);
    const ada = await world.person(hub.url, "Ada", { tablet: true });
    const ben = await world.person(hub.url, "Ben");
    const way = await byFinger(ada);
    await take(ada, way, "shape", "rectangle");
    await way.drag([500, 300], [700, 420]);
    await witness.sees("the rectangle", (all) => all.length === 1);
    // Beside the corner by as much as a finger is off.
    await way.drag([716, 434], [766, 484]);
    await witness.sees("a larger one", ([shape]) => Math.abs(shape.body.w - 250) < 2 && Math.abs(shape.body.h - 170) < 2);
    // The knob is above the middle of the upper side: a quarter turn.
    await way.drag([625, 274], [760, 300], [900, 385]);
    await witness.sees("it turned", ([shape]) => Math.abs(shape.rotation - Math.PI / 2) < 0.06);
    await way.drag([625, 385], [655, 455]);
    await witness.sees("it moved", ([shape]) => Math.abs(shape.x - 530) < 3 && Math.abs(shape.y - 370) < 3);
    for (const steps of [3, 2, 1, 0]) {
      await way.tap(2, 500, 650);
      if (steps > 0) await until("one step back", async () => (await witness.shapes()).length === 1);
    }
    await witness.sees("all four steps back", (all) => all.length === 0);
    await equal(ada, ben);
  },

  async "what says how things look is 44 px for a mouse too"(world) {
    const ada = await world.person((await world.hub()).url, "Ada");
    const panel = ada.page.getByRole("group", { name: "Style" });
    const allLarge = async (what) => {
      const small = await panel.locator("button, label.swatch, select").evaluateAll((targets) =>
        targets.map((target) => ({ of: target.ariaLabel || target.textContent, ...target.getBoundingClientRect().toJSON() })).filter(({ width, height }) => width < 43.9 || height < 43.9),
      );
      assert.deepEqual(small.map(({ of, width, height }) => `${of}: ${width} x ${height}`), [], what);
    };
    for (const [key, shows] of [["p", "Solid"], ["r", "No fill"], ["a", "Curved"], ["t", "Serif"], ["e", "Whole things"], ["u", "Heart"]]) {
      await ada.page.keyboard.press(key);
      await panel.getByRole("button", { name: shows }).first().waitFor();
      await allLarge(key);
    }
    await ada.page.keyboard.press("n");
    await ada.page.mouse.click(600, 300);
    await ada.page.keyboard.type("Milk");
    await ada.page.keyboard.press("Escape");
    await panel.getByRole("button", { name: "Bold" }).waitFor();
    await allLarge("words that are chosen");
  },

  async "a click takes a group, a second one what is in it, Escape goes out again; a lasso takes what it goes round"(world) {
    const hub = await world.hub();
    const witness = await world.witness(hub);
    const ada = await world.person(hub.url, "Ada");
    const way = byMouse(ada);
    const { keyboard, mouse } = ada.page;
    for (const x of [400, 600, 800]) {
      await keyboard.press("r");
      await way.drag([x, 200], [x + 100, 280]);
    }
    await keyboard.press("s");
    await way.drag([380, 170], [720, 170], [720, 300], [380, 300], [380, 172]);
    await ada.shows("2 things selected");
    await keyboard.press("Control+g");
    await witness.sees("a group of two", (all) => all[0]?.group && all[0].group === all[1].group && !all[2].group);
    await keyboard.press("v");
    await mouse.click(850, 202);
    await ada.shows("Rectangle, selected");
    await mouse.click(450, 202);
    await ada.shows("2 things selected");
    await mouse.dblclick(450, 202);
    await ada.shows("Rectangle, selected");
    await keyboard.press("Shift+ArrowDown");
    await witness.sees("only the one in it moved", (all) => all[0].y === 210 && all[1].y === 200);
    await keyboard.press("Escape");
    await ada.shows("2 things selected");
    await keyboard.press("ArrowDown");
    await witness.sees("both moved", (all) => all[0].y === 211 && all[1].y === 201 && all[2].y === 200);
  },

  async "things come to lie in line with others, and where they are put while Ctrl is down"(world) {
    const hub = await world.hub();
    const witness = await world.witness(hub);
    const ada = await world.person(hub.url, "Ada");
    const way = byMouse(ada);
    const { keyboard } = ada.page;
    for (const [x, y] of [[400, 200], [640, 400]]) {
      await keyboard.press("r");
      await way.drag([x, y], [x + 120, y + 80]);
    }
    await witness.sees("both", (all) => all.length === 2);
    await keyboard.press("v");
    // Four pixels short of the other's left side.
    await way.drag([670, 402], [570, 420], [434, 440]);
    await witness.sees("it in line", (all) => all[1].x === 400);
    await keyboard.down("Control");
    await way.drag([430, 440], [450, 460], [435, 470]);
    await keyboard.up("Control");
    await witness.sees("it where it was put", (all) => Math.abs(all[1].x - 405) < 0.01);
    await keyboard.press("Control+'");
    await way.drag([435, 470], [470, 500]);
    await witness.sees("it on the grid", (all) => all[1].x % 20 === 0 && all[1].y % 20 === 0);
  },

  async "words are bold, italic, large, in another face and to the right; lists go on by themselves"(world) {
    const hub = await world.hub();
    const witness = await world.witness(hub);
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    const { keyboard, mouse } = ada.page;
    await keyboard.press("t");
    await mouse.click(600, 300);
    await keyboard.type("- Milk");
    await keyboard.press("Enter");
    await keyboard.type("Bread");
    await keyboard.press("Escape");
    const [label] = await witness.sees("the list", (all) => all.length === 1 && all[0].body.text === "- Milk\n- Bread" && all);
    await keyboard.press("Escape");
    await keyboard.press("Tab");
    const plain = await ben.ink({ x: 590, y: 270, width: 120, height: 80 });
    await keyboard.press("Control+b");
    await keyboard.press("Control+i");
    await witness.sees("bold and italic", ([shape]) => shape.bold && shape.italic);
    for (const name of ["Bold", "Italic"]) await ada.page.getByRole("button", { name, exact: true, pressed: true }).waitFor();
    for (const name of ["Text size: Large", "Serif", "Right"]) await ada.page.getByRole("button", { name, exact: true }).click();
    await witness.sees("its look", ([shape]) => shape.font === "serif" && shape.align === "right" && shape.body.size === 40);
    await until("it shows", async () => (await ben.ink({ x: 590, y: 270, width: 220, height: 160 })) > plain * 1.5);
    // What is pressed is what it looks like, and who pointed goes on with the arrow keys.
    await ada.page.getByRole("button", { name: "Colour: Red" }).click();
    await ada.page.getByRole("button", { name: "Colour: Red", pressed: true }).waitFor();
    await keyboard.press("Shift+ArrowDown");
    await witness.sees("it lower down", ([shape]) => shape.y === label.y + 10);
    // Who came by Tab stays where they are.
    await ada.page.getByRole("button", { name: "Colour: Blue" }).focus();
    await keyboard.press("Enter");
    await ada.page.locator('[aria-label="Colour: Blue"][aria-pressed="true"]:focus').waitFor();
    await equal(ada, ben);
  },
};

/** The colour of a place on the board, as it is seen: red, green, blue. */
async function seenAt(person, x, y) {
  const shot = await person.page.screenshot({ clip: { x, y, width: 1, height: 1 } });
  return person.page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const pen = new OffscreenCanvas(1, 1).getContext("2d");
    pen.drawImage(bitmap, 0, 0);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }, shot.toString("base64"));
}

cases["paper is plain, dotted, squared or ruled, dark or light, for oneself; the inks on offer look as they will on it"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada");
  const ben = await world.person(hub.url, "Ben");
  const { page } = ada;
  const inkShown = () => page.getByRole("button", { name: "Colour: Ink" }).locator("span").evaluate((dot) => getComputedStyle(dot).backgroundColor);
  const sheet = async (...choices) => {
    await page.keyboard.press("Control+/");
    await page.getByRole("combobox").fill("paper and tools");
    await page.keyboard.press("Enter");
    for (const name of choices) await page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("button", { name: "Done" }).click();
  };
  const lines = () => page.evaluate(() => {
    const layer = document.querySelector(".board canvas");
    const { data } = layer.getContext("2d").getImageData(400, 300, 200, 200);
    const paper = [data[0], data[1], data[2]].join();
    const kinds = {};
    for (let i = 0; i < data.length; i += 4) kinds[[data[i], data[i + 1], data[i + 2]].join()] = (kinds[[data[i], data[i + 1], data[i + 2]].join()] ?? 0) + 1;
    return { paper, others: 40_000 - Math.max(...Object.values(kinds)) };
  });
  await sheet("Plain");
  await until("nothing is on plain paper", async () => (await lines()).others === 0);
  let less = 0;
  for (const name of ["Dots", "Lines", "Squares"]) {
    await sheet(name);
    less = await until(`${name} are more than ${less} pixels`, async () => {
      const { others } = await lines();
      return others > less && others;
    });
  }
  const onLight = await inkShown();
  await sheet("Plain", "Dark");
  await page.keyboard.press("p");
  await until("the ink on offer is light on dark paper", async () => (await inkShown()) !== onLight);
  const [red] = (await inkShown()).match(/\d+/g).map(Number);
  assert.ok(red > 200, `light ink on dark paper, on a light device (${await inkShown()})`);
  await until("the paper is dark", async () => (await lines()).paper.split(",").every((part) => Number(part) < 60));
  // Words that are being written are seen, too.
  await page.keyboard.press("t");
  await page.mouse.click(600, 300);
  const color = await page.getByLabel("Text of the label").or(page.locator(".label textarea")).first().evaluate((field) => getComputedStyle(field).color);
  assert.ok(Number(color.match(/\d+/)[0]) > 200, color);
  await page.keyboard.press("Escape");
  assert.equal(await ben.page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches), false);
  await page.reload();
  await ada.isLive();
  await until("the paper is still dark", async () => (await lines()).paper.split(",").every((part) => Number(part) < 60));
};

const STAMPS = ["Yes", "No", "Question", "Important", "Smile", "Frown", "Thumb up", "Idea", "Flag", "Heart"];

cases["stamps, each in its own colours; the eyedropper takes any colour that is seen, of a picture too, on plain http"] = async (world) => {
  const hub = await world.hub();
  const witness = await world.witness(hub);
  const ada = await world.person(hub.url, "Ada");
  const ben = await world.person(hub.url, "Ben");
  const way = byMouse(ada);
  const { page } = ada;
  assert.equal(await page.evaluate(() => isSecureContext || "EyeDropper" in window), false, "the browser has none of its own here");
  await page.keyboard.press("u");
  for (const [n, name] of STAMPS.entries()) {
    await way.press(page.getByRole("button", { name, exact: true }));
    await way.click(340 + n * 80, 200);
  }
  const stamps = await witness.sees("all stamps", (all) => all.length === STAMPS.length && all);
  assert.equal(new Set(stamps.map(({ body }) => body.form)).size, STAMPS.length);
  for (const { color, fill, body } of stamps) assert.ok(/^#/.test(color) && /^#/.test(fill) && color !== fill && body.w === 56);
  await page.locator('input[type="file"]').setInputFiles(pictureFile("red.png", 200, 120, [200, 40, 90]));
  await witness.sees("the picture", (all) => all.length === STAMPS.length + 1);
  await until("it is painted", async () => (await seenAt(ada, 640, 400)).join() === "200,40,90");
  await page.keyboard.press("Escape");
  // What each click picks, the next stroke has.
  const picked = async (x, y, drawAt) => {
    const before = (await witness.shapes()).length;
    await page.keyboard.press("i");
    await way.click(x, y);
    await page.locator('[data-tool="pen"][aria-pressed="true"]').waitFor();
    await way.drag([340, drawAt], [440, drawAt + 4]);
    return (await witness.sees("a stroke", (all) => all.length === before + 1 && all)).at(-1).color;
  };
  assert.equal(await picked(640, 400, 520), "#c8285a", "of the picture");
  assert.equal(await picked(340 + 80 - 18, 200, 540), stamps[1].fill, "of what a stamp is filled with");
  assert.equal(await picked(340 + 80, 200, 560), stamps[1].color, "of its lines");
  assert.equal(await picked(390, 522, 580), "#c8285a", "of ink");
  await page.getByRole("button", { name: "Used before: #c8285a" }).waitFor();
  await equal(ada, ben);
};

/** What axe finds wrong with the page as it is, in words. */
async function axe(person, where) {
  const found = await person.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const bad = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(bad.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`).join("; ")}`), []);
}

const PANELS = { p: "pen", m: "marker", e: "eraser", r: "shape", a: "arrow", t: "text", n: "note", u: "stamp" };

cases["axe has nothing serious to say of any tool’s panel, light and dark, large and small"] = async (world) => {
  const hub = await world.hub();
  const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  for (const [name, options] of [["light", {}], ["dark", { dark: true }], ["a phone", { phone: true }]]) {
    const ada = await world.person(hub.url, "Ada", options);
    await ada.page.evaluate(source);
    for (const [key, tool] of Object.entries(PANELS)) {
      await ada.page.locator(".board").focus();
      await ada.page.keyboard.press(key);
      if (options.phone) await ada.page.getByRole("button", { name: "Colour and width" }).tap();
      await ada.page.getByRole("group", { name: "Style" }).first().waitFor();
      await axe(ada, `${tool}, ${name}`);
      if (options.phone) await ada.page.keyboard.press("Escape");
    }
    await ada.page.getByRole("button", { name: "More tools" }).click();
    await axe(ada, `more tools, ${name}`);
  }
};
