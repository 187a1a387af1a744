/**
 * Every tool in the hands of people: by mouse and by finger through one table, by
 * keyboard, by stylus. What comes of it is read by somebody who only listens, and
 * the second person's board is the same.
 */
import { strict as assert } from "node:assert";
import { until } from "../harness/until.mjs";
import { byFinger, byMouse } from "../harness/ways.mjs";
import { pictureFile, take } from "../harness/board.mjs";
import { equal } from "../harness/equal.mjs";

const FORMS = [
  "rectangle", "rounded", "ellipse", "diamond", "triangle", "parallelogram", "trapezoid", "pentagon", "hexagon", "octagon", "star", "cloud", "heart",
  "arrow_right", "cross", "speech", "cylinder",
];
/** All are one tool: where time is dear some are enough. */
const FURTHER = FORMS.filter((form) => !["rectangle", "ellipse", "diamond", "triangle", "star", "speech"].includes(form));
const [WIDE, HIGH] = [80, 50];
const box = (w, h) => ({ w, h });

/** What a tool makes of a drag over a cell: as the wire tells it. */
const MAKES = [
  { tool: "pen", body: { kind: "stroke", nib: undefined, width: 4 } },
  { tool: "marker", body: { kind: "stroke", nib: "marker" } },
  { tool: "brush", body: { kind: "stroke", nib: "brush" } },
  ...FORMS.map((form) => ({ tool: "shape", form, body: { kind: "geo", form, ...box(WIDE, HIGH) } })),
  { tool: "line", body: { kind: "connector", head_end: "none", ...box(WIDE, HIGH) } },
  { tool: "arrow", body: { kind: "connector", head_end: "arrow", ...box(WIDE, HIGH) } },
  { tool: "note", body: { kind: "note", text: "Milk", ...box(WIDE, WIDE) }, writes: "Milk" },
  { tool: "frame", body: { kind: "frame", text: "Page 1", ...box(WIDE, HIGH) } },
  { tool: "stamp", body: { kind: "geo", form: "stamp_yes", ...box(WIDE, WIDE) } },
  { tool: "text", body: { kind: "text", text: "Words" }, writes: "Words" },
];

/** Where on the page, and on the board, whose corner is the page's. */
const cellOf = (n) => [330 + (n % 7) * 116, 100 + Math.floor(n / 7) * 90];

function isSo(shape, { body }, [x, y]) {
  const said = JSON.stringify(shape);
  for (const [name, value] of Object.entries(body)) {
    const there = shape.body[name];
    assert.ok(typeof value === "number" ? Math.abs(there - value) < 1.5 : there === value, `${name} is ${value} in ${said}`);
  }
  if (body.kind !== "text") assert.ok(Math.hypot(shape.x - x, shape.y - y) < 2, `it is at ${x}, ${y}: ${said}`);
}

async function make(person, way, witness, entry, n) {
  const [x, y] = cellOf(n);
  await take(person, way, entry.tool, entry.form);
  if (entry.tool === "text") await way.click(x, y);
  else await way.drag([x, y], [x + WIDE, y + HIGH]);
  if (entry.writes) {
    await person.page.keyboard.type(entry.writes);
    await person.page.keyboard.press("Escape");
  }
  const shapes = await witness.sees(`what the ${entry.form ?? entry.tool} made`, (all) => all.length === n + 1 && (!entry.writes || all[n].body.text === entry.writes) && all);
  isSo(shapes[n], entry, [x, y]);
}

/** Tools that make nothing: each has a place of its own below what was made. */
async function use(person, way, witness, makes) {
  const count = async () => (await witness.shapes()).length;
  const before = await count();
  const stroke = async (...points) => {
    const there = await count();
    await take(person, way, "pen");
    await way.drag(...points);
    return (await witness.sees("a stroke", (all) => all.length === there + 1 && all)).at(-1);
  };
  // Eraser, whole things: two with one gesture.
  await stroke([340, 500], [440, 505]);
  await stroke([340, 540], [440, 545]);
  await take(person, way, "eraser");
  await way.drag([390, 480], [392, 570]);
  await witness.sees("both strokes gone", (all) => all.length === before);
  // Parts of strokes.
  const whole = await stroke([500, 500], [620, 502]);
  await take(person, way, "eraser");
  await way.press(person.page.getByRole("button", { name: "Parts of strokes" }).first());
  await way.drag([560, 480], [561, 530]);
  const cut = await witness.sees("two pieces", (all) => all.length === before + 2 && !all.some(({ id }) => id === whole.id) && all);
  assert.deepEqual(cut.slice(-2).map(({ body, color }) => [body.kind, body.width, color]), [["stroke", 4, whole.color], ["stroke", 4, whole.color]]);
  await way.press(person.page.getByRole("button", { name: "Whole things" }).first());
  // Lasso round both pieces, and the selection carries them.
  await take(person, way, "lasso");
  await way.drag([480, 470], [650, 470], [650, 540], [480, 540], [480, 470]);
  await take(person, way, "select");
  await way.drag([520, 500], [560, 600]);
  const moved = await witness.sees("both pieces elsewhere", (all) => all.slice(-2).every(({ y }, i) => y > cut.at(i - 2).y + 80) && all);
  assert.equal(moved.length, before + 2);
  // The hand moves nothing but the view.
  await take(person, way, "hand");
  const home = (await person.debug()).camera;
  await way.drag([700, 600], [760, 570]);
  await person.looksFrom({ ...home, x: home.x - 60, y: home.y + 30 });
  await way.drag([760, 570], [700, 600]);
  // The laser is seen by all and leaves nothing.
  await take(person, way, "laser");
  await way.drag([700, 500], [900, 520]);
  await until("the laser is seen", async () => (await witness.ink()).laser > 0);
  // The eyedropper: what the stamp is filled with is what one draws with next.
  await take(person, way, "eyedropper");
  const [x, y] = cellOf(makes.findIndex(({ tool }) => tool === "stamp"));
  await way.click(x + 20, y + 62);
  const colored = await stroke([900, 560], [980, 570]);
  assert.equal(colored.color, "#bde8b0");
  // A picture.
  const chooser = person.page.waitForEvent("filechooser");
  await way.press(person.page.getByRole("button", { name: "More tools" }));
  await way.press(person.page.getByRole("button", { name: "Picture", exact: true }));
  await (await chooser).setFiles(pictureFile("spot.png", 40, 30));
  await witness.sees("the picture", (all) => all.at(-1).body.kind === "image");
}

/** Each gesture is one step: as many as there were bring all away, and back. */
async function undoAll(person, ben, steps, [undo, redo]) {
  await person.has({ unsent: 0 });
  const { boardHash } = await person.debug();
  for (let step = 0; step < steps; step++) await undo();
  await ben.has({ shapes: 0 });
  assert.ok(await person.page.getByRole("button", { name: "Undo" }).isDisabled(), "there is nothing left to take back");
  for (let step = 0; step < steps; step++) await redo();
  await until("all is back", async () => (await ben.debug()).boardHash === boardHash);
}

/** The picture and the stroke before it. */
async function undoSome(person, ben, way) {
  await person.has({ unsent: 0 });
  const { boardHash, shapes } = await person.debug();
  for (let step = 0; step < 2; step++) await way.undo();
  await ben.has({ shapes: shapes - 2 });
  for (let step = 0; step < 2; step++) await way.redo();
  await until("both are back", async () => (await ben.debug()).boardHash === boardHash);
}

/** In `use`: four strokes, twice the eraser, a move and a picture; and a note is put there before it is written on. */
const MORE_GESTURES = 9;

async function everyTool(world, options, wayOf, makes) {
  const hub = await world.hub();
  const witness = await world.witness(hub);
  const ada = await world.person(hub.url, "Ada", options);
  const ben = await world.person(hub.url, "Ben");
  const way = await wayOf(ada);
  for (const [n, entry] of makes.entries()) await make(ada, way, witness, entry, n);
  await use(ada, way, witness, makes);
  await equal(ada, ben);
  // All of them once is enough: by mouse, which is quicker.
  if (options.tablet) return undoSome(ada, ben, way);
  return undoAll(ada, ben, makes.length + MORE_GESTURES, [() => way.undo(), () => way.redo()]);
}

export const cases = {
  "every tool by mouse, and each gesture is one step back": (world) => everyTool(world, {}, byMouse, MAKES),
  "every tool by finger; two that tap take back, three do again": (world) => everyTool(world, { tablet: true }, byFinger, MAKES.filter(({ form }) => !FURTHER.includes(form))),
};

/** So many presses of each key in turn. */
async function press({ page }, ...keys) {
  for (const each of keys) {
    const [, key, times = "1"] = /^(.*?)(?: x(\d+))?$/.exec(each);
    for (let n = 0; n < Number(times); n++) await page.keyboard.press(key);
  }
}

/** By its name in the list of all that can be done. */
async function find(person, words) {
  await press(person, "Control+/");
  await person.page.getByRole("combobox").waitFor();
  await person.page.keyboard.type(words);
  await press(person, "Enter");
}

/** What is pressed after a tool's letter, and what comes of it; the pointer begins in the middle, at (640, 400). */
const BY_KEYS = [
  { keys: ["r", "Enter", "Shift+ArrowLeft x20"], body: { kind: "geo", form: "rectangle", ...box(160, 100) }, at: [360, 350] },
  { keys: ["o", "Enter", "Shift+ArrowRight x20"], body: { kind: "geo", form: "ellipse", ...box(160, 100) }, at: [760, 350] },
  // From the one to the other: it is bound to both.
  { keys: ["a", "Shift+ArrowLeft x4", "Enter", "Shift+ArrowRight x8", "Enter"], body: { kind: "connector", head_end: "arrow" }, joins: [0, 1] },
  { keys: ["l", "Shift+ArrowUp x3", "Enter", "Shift+ArrowRight x2", "Enter"], body: { kind: "connector", head_end: "none", ...box(100, 0) }, at: [640, 250] },
  { keys: ["p", "Shift+ArrowUp x5", "Enter", "ArrowRight x6", "ArrowDown x3", "Enter"], body: { kind: "stroke", nib: undefined }, at: [640, 150] },
  { keys: ["m", "Shift+ArrowDown x3", "Enter", "ArrowRight x6", "Enter"], body: { kind: "stroke", nib: "marker" }, at: [640, 550] },
  { keys: ["b", "Shift+ArrowDown x4", "Enter", "ArrowRight x6", "Enter"], body: { kind: "stroke", nib: "brush" }, at: [640, 600] },
  { keys: ["n", "Shift+ArrowLeft x4", "Shift+ArrowDown x4", "Enter"], writes: "Milk", body: { kind: "note", text: "Milk" }, at: [340, 500] },
  { keys: ["t", "Shift+ArrowRight x4", "Shift+ArrowDown x3", "Enter"], writes: "Words", body: { kind: "text", text: "Words" } },
  { keys: ["u", "Shift+ArrowRight x4", "Shift+ArrowUp x4", "Enter"], body: { kind: "geo", form: "stamp_yes" }, at: [812, 172] },
  { keys: ["f", "Shift+ArrowLeft x5", "Shift+ArrowUp x5", "Enter", "Shift+ArrowRight x3", "Shift+ArrowDown x2", "Enter"], body: { kind: "frame", ...box(150, 100) }, at: [390, 150] },
];

async function byKeys(person, witness, { keys, writes, at, body, joins }, n) {
  await press(person, ...keys);
  if (writes) {
    await person.page.keyboard.type(writes);
    await press(person, "Escape");
  }
  const shapes = await witness.sees(`what ${keys[0]} made`, (all) => all.length === n + 1 && (!at || Math.hypot(all[n].x - at[0], all[n].y - at[1]) < 2) && (!writes || all[n].body.text === writes) && all);
  isSo(shapes[n], { body }, at ?? [shapes[n].x, shapes[n].y]);
  if (joins) assert.deepEqual([shapes[n].body.from, shapes[n].body.to], joins.map((i) => shapes[i].id));
}

cases["every tool by keyboard alone, said aloud, to a saved copy"] = async (world) => {
  const hub = await world.hub();
  const witness = await world.witness(hub);
  const ada = await world.person(hub.url, "Ada");
  const ben = await world.person(hub.url, "Ben");
  const { page } = ada;
  for (const [n, entry] of BY_KEYS.entries()) await byKeys(ada, witness, entry, n);
  // Tools that make nothing.
  await press(ada, "e", "Shift+ArrowDown x4");
  await ada.shows("Up. Enter puts it down.");
  await press(ada, "ArrowLeft", "ArrowUp", "Enter");
  await ada.shows("Down. Arrow keys go on");
  await press(ada, "ArrowRight x3", "ArrowDown x3", "Enter");
  await witness.sees("the brush stroke gone", (all) => all.length === BY_KEYS.length - 1);
  await press(ada, "k", "Enter", "ArrowRight x4");
  await until("the laser is seen", async () => (await witness.ink()).laser > 0);
  await press(ada, "Enter");
  await press(ada, "i", "Shift+ArrowRight x4", "Shift+ArrowUp x4", "Enter");
  await press(ada, "Shift+ArrowDown x5", "Enter", "ArrowRight x3", "Enter");
  await witness.sees("a stroke in the stamp’s colour", (all) => all.at(-1).color === "#bde8b0" && all.at(-1).body.kind === "stroke");
  await press(ada, "s", "Shift+ArrowRight x3", "Shift+ArrowDown x4", "Shift+ArrowRight", "Enter", "Shift+ArrowUp x2", "Shift+ArrowRight x4", "Shift+ArrowDown x2", "Shift+ArrowLeft x4", "Enter");
  await ada.shows("Text: Words, selected");
  await press(ada, "Delete");
  await witness.sees("the words gone", (all) => !all.some(({ body }) => body.kind === "text"));
  const { camera } = await ada.debug();
  await press(ada, "h", "Shift+ArrowRight", "Shift+ArrowLeft", "ArrowRight");
  await ada.looksFrom({ ...camera, x: camera.x + 10 });
  await press(ada, "ArrowLeft");
  // What has no letter is a few keys away: in the bar, and in the list of all that can be done.
  await press(ada, "F6 x2", "ArrowRight x5", "Enter");
  await page.getByRole("group", { name: "Shapes" }).waitFor();
  await page.locator('[data-form="star"]').focus();
  await press(ada, "Enter", "Enter");
  await witness.sees("a star", (all) => all.at(-1).body.form === "star");
  const chooser = page.waitForEvent("filechooser");
  await find(ada, "add a picture");
  await (await chooser).setFiles(pictureFile("spot.png", 40, 30));
  await witness.sees("the picture", (all) => all.at(-1).body.kind === "image");
  await equal(ada, ben);
  // From thing to thing, and a copy on one's own disk.
  await press(ada, "v", "Escape", "Tab");
  await ada.shows(/, selected$/);
  await press(ada, "Control+Shift+e");
  await page.getByRole("radio", { name: "Drawing (SVG)" }).focus();
  await press(ada, " ", "Tab x3");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save", exact: true }).focus();
  await press(ada, "Enter");
  await download;
};

cases["Tab goes from thing to thing and then on; F6 goes round; digits follow one’s own bar"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada");
  const { page } = ada;
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim());
  const holds = (tool) => page.locator(`[data-tool="${tool}"][aria-pressed="true"]`).first().waitFor();
  // Nothing on the board: nobody is held there.
  await press(ada, "Tab");
  assert.notEqual(await focused(), "The board");
  await press(ada, "Shift+Tab");
  assert.equal(await focused(), "The board");
  await press(ada, "r", "Enter", "Shift+ArrowLeft x20", "o", "Enter", "Escape", "Tab");
  await ada.shows("Rectangle, selected");
  await press(ada, "Tab");
  await ada.shows("Ellipse, selected");
  await press(ada, "Tab");
  assert.notEqual(await focused(), "The board");
  await press(ada, "Shift+Tab", "Shift+Tab");
  await ada.shows("Rectangle, selected");
  for (const part of ["header", ".toolbar", ".board"]) {
    await press(ada, "F6");
    assert.ok(await page.evaluate((css) => document.activeElement.closest(css) !== null, part), `F6 leads to ${part}`);
  }
  // Digits: by place in the bar.
  await press(ada, "3");
  await holds("pen");
  await press(ada, "2");
  await holds("hand");
  await find(ada, "paper and tools");
  await page.getByRole("checkbox", { name: "Laser pointer" }).check();
  for (let n = 0; n < 9; n++) await page.getByRole("button", { name: "Laser pointer: earlier" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await press(ada, "2");
  await holds("laser");
  await press(ada, "3");
  await holds("hand");
  await page.reload();
  await ada.isLive();
  await press(ada, "2");
  await holds("laser");
};
