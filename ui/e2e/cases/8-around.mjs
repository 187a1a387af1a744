/** Finding one's way on the board, and what goes over the clipboard by plain http. */
import { strict as assert } from "node:assert";
import { pictureFile } from "../harness/board.mjs";
import { equal } from "../harness/equal.mjs";
import { wave } from "../harness/person.mjs";
import { until } from "../harness/until.mjs";

const cameraOf = async (person) => (await person.debug()).camera;

async function command(person, words) {
  await person.page.keyboard.press("Control+/");
  await person.page.getByRole("combobox").fill(words);
  await person.page.keyboard.press("Enter");
}

async function label(person, at, text) {
  await person.page.keyboard.press("t");
  await person.page.mouse.click(...at);
  await person.page.keyboard.type(text);
  await person.page.keyboard.press("Escape");
  await person.page.keyboard.press("Escape");
}

/** A paste event with texts by type, or with a file. */
function paste(person, texts, file = null) {
  return person.page.evaluate(
    ({ texts, file }) => {
      const data = new DataTransfer();
      for (const [type, text] of Object.entries(texts)) data.setData(type, text);
      if (file !== null) data.items.add(new File([Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0))], "pasted.png", { type: "image/png" }));
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    },
    { texts, file: file?.toString("base64") ?? null },
  );
}

/** What a copy or cut event takes along, by type. */
function taken(person, type = "copy") {
  return person.page.evaluate((type) => {
    const data = new DataTransfer();
    document.body.dispatchEvent(new ClipboardEvent(type, { clipboardData: data, bubbles: true, cancelable: true }));
    return Object.fromEntries(data.types.map((each) => [each, data.getData(each)]));
  }, type);
}

/** What the page itself puts on the clipboard, by `act`: nobody else may look there. */
async function copiedBy(person, act) {
  await person.page.evaluate(() => {
    window.put = {};
    const set = (DataTransfer.prototype.ownSetData ??= DataTransfer.prototype.setData);
    DataTransfer.prototype.setData = function (type, text) {
      window.put[type] = text;
      return set.call(this, type, text);
    };
  });
  await act();
  await person.page.waitForFunction(() => Object.keys(window.put).length > 0);
  return person.page.evaluate(() => window.put);
}

/** Waits until the view has stopped gliding. */
function atRest(person) {
  let last;
  return until("the view stands still", async () => {
    const before = last;
    await person.page.evaluate(() => new Promise(requestAnimationFrame));
    last = JSON.stringify(await cameraOf(person));
    return last === before;
  });
}

/** Turns the wheel, a frame between turns, until the zoom is `end`. */
function zoomTo(person, turn, end) {
  return until(`zoom of ${end}`, async () => {
    await person.page.mouse.wheel(0, turn);
    await person.page.evaluate(() => new Promise(requestAnimationFrame));
    return Math.abs((await cameraOf(person)).zoom - end) < 1e-9;
  });
}

export const cases = {
  async "words are found, the small map leads anywhere, zoom ends at 2 % and 6,400 %, and there is a way back"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const { page } = ada;
    await label(ada, [500, 300], "Lighthouse");
    await label(ada, [900, 500], "Harbour");
    await ada.has({ shapes: 2 });
    await page.mouse.move(640, 400);
    for (let turn = 0; turn < 8; turn++) await page.mouse.wheel(0, 2_000);
    await page.getByRole("button", { name: "Back to what is drawn" }).click();
    await page.getByText("Back to what is drawn").waitFor({ state: "detached" });
    // Found by a part of a word, and looked at.
    await page.keyboard.press("Control+f");
    await page.getByRole("combobox").fill("harb");
    await page.getByText("One place.").waitFor();
    await page.keyboard.press("Enter");
    await ada.shows("Text: Harbour, selected");
    await page.keyboard.press("Control+f");
    await page.getByRole("combobox").fill("submarine");
    await ada.shows("Nothing found");
    await page.keyboard.press("Escape");
    // The ends of zooming, by wheel and by button.
    await page.mouse.move(640, 400);
    await page.keyboard.down("Control");
    await zoomTo(ada, 400, 0.02);
    await page.getByRole("button", { name: /Zoom to 100 %, 2/ }).waitFor();
    await zoomTo(ada, -400, 64);
    await zoomTo(ada, -400, 64);
    await page.keyboard.up("Control");
    // By key, pressed faster than the view glides.
    await page.keyboard.press("Control+0");
    await until("100 %", async () => (await cameraOf(ada)).zoom === 1);
    for (let press = 0; press < 20; press++) await page.keyboard.press("Control+=");
    await until("6,400 %", async () => (await cameraOf(ada)).zoom === 64);
    await page.keyboard.press("Control+0");
    await until("100 %", async () => (await cameraOf(ada)).zoom === 1);
    const one = await cameraOf(ada);
    await page.keyboard.press("Shift+1");
    await until("on the way to all of it", async () => (await cameraOf(ada)).x !== one.x);
    await atRest(ada);
    // The small map: a press at its corner looks there.
    await command(ada, "small map");
    const map = page.getByRole("img", { name: "Small map of the board" });
    await map.waitFor();
    const before = await cameraOf(ada);
    const box = await map.boundingBox();
    await page.mouse.click(box.x + 12, box.y + 12);
    await until("elsewhere", async () => (await cameraOf(ada)).x < before.x - 50 && (await cameraOf(ada)).y < before.y - 50);
  },

  async "text, links, pictures and looks go in and out over the clipboard of a page that may not use one"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    assert.equal(await ada.page.evaluate(() => isSecureContext || navigator.clipboard !== undefined), false);
    // In: words, a link, a picture, and a picture's words when only those are wanted.
    await paste(ada, { "text/plain": "Two lines\r\nof words" });
    await ben.has({ shapes: 1 });
    await ada.shows("Text: Two lines");
    await paste(ada, { "text/plain": "https://lanvas.example/a" });
    await ben.has({ shapes: 2 });
    await paste(ada, {}, pictureFile("a.png", 60, 40).buffer);
    await ben.has({ shapes: 3 });
    await ada.isStored();
    await equal(ada, ben);
    // Out: as shapes with their words, as words alone, as a drawing, as a picture within HTML.
    await ada.page.keyboard.press("v");
    await ada.page.keyboard.press("Control+a");
    const out = await taken(ada);
    assert.match(out["text/plain"], /Two lines\nof words/);
    assert.match(out["text/html"], /data-lanvas="/);
    const words = await copiedBy(ada, () => command(ada, "copy the words"));
    assert.match(words["text/plain"], /Two lines\nof words/);
    const drawing = (await copiedBy(ada, () => command(ada, "copy as a drawing")))["text/plain"];
    const kinds = await ada.page.evaluate((text) => {
      const read = new DOMParser().parseFromString(text, "image/svg+xml");
      return [...new Set([...read.querySelectorAll("*")].map(({ localName }) => localName))];
    }, drawing);
    for (const kind of ["svg", "text", "image"]) assert.ok(kinds.includes(kind), `${kind} among ${kinds.join()}`);
    assert.ok(!kinds.includes("parsererror"));
    const picture = await copiedBy(ada, () => ada.page.keyboard.press("Shift+Alt+c"));
    assert.match(picture["text/html"], /^<img src="data:image\/png;base64,/);
    // Cut here, put down by another, as words too.
    const cut = await taken(ada, "cut");
    await ben.has({ shapes: 0 });
    await paste(ben, cut);
    await ada.has({ shapes: 3 });
    await ben.page.keyboard.down("Shift");
    await paste(ben, cut);
    await ben.page.keyboard.up("Shift");
    await ada.has({ shapes: 4 });
    // A text that only speaks of Excalidraw is words; of one that is too long, the rest is not lost unsaid.
    await paste(ada, { "text/plain": 'They said "excalidraw" once' });
    await ada.shows("Text: They said");
    await paste(ada, { "text/plain": "word ".repeat(2_001) });
    await ada.shows("The first 10,000 characters are here");
    await ben.has({ shapes: 6 });
    await equal(ada, ben);
  },

  async "a look is copied from one thing to another, and back by undo"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const { page } = ada;
    await page.getByRole("button", { name: "Colour: Red", exact: true }).click();
    await ada.draw(wave(420, 250));
    await page.getByRole("button", { name: "Colour: Ink", exact: true }).click();
    await ada.draw(wave(420, 450));
    await ada.has({ shapes: 2, unsent: 0 });
    const before = (await ada.debug()).boardHash;
    await ada.sees("dark ink", { x: 420, y: 400, width: 240, height: 100 });
    await page.keyboard.press("v");
    await page.mouse.click(420, 250);
    await page.keyboard.press("Control+Alt+c");
    await page.mouse.click(420, 450);
    await page.keyboard.press("Control+Alt+v");
    await until("the other is red too", async () => (await ada.ink({ x: 420, y: 400, width: 240, height: 100 })) < 5);
    await page.keyboard.press("Control+z");
    await until("as before", async () => (await ada.debug()).boardHash === before);
  },
};
