/**
 * Lanvas in Firefox and in WebKit, by hand: not part of the tests, because the
 * driver of Firefox is no Debian package. One person in each engine, on plain http,
 * does together what a session is for; README.md here says what to install.
 *
 *     xvfb-run -a -s "-screen 0 420x900x24" node e2e/engines.mjs [folder for pictures]
 */
import { strict as assert } from "node:assert";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EnginePerson } from "./harness/engines.mjs";
import { equal } from "./harness/equal.mjs";
import { Hub } from "./harness/hub.mjs";
import { address, enter } from "./harness/network.mjs";
import { wave } from "./harness/person.mjs";
import { until } from "./harness/until.mjs";
import { KEYS } from "./harness/webdriver.mjs";

await enter();
const pictures = process.argv[2];
let [passed, failed] = [0, 0];

await story("laptop", { dark: false, phone: false });
await story("phone", { dark: true, phone: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** A hub, Fay in Firefox and Wim in WebKit, and everything they do; each step is counted. */
async function story(size, options) {
  const hub = await Hub.start(address());
  const people = [];
  try {
    for (const [engine, name] of [["firefox", "Fay"], ["webkit", "Wim"]]) {
      await step(`${size}: ${engine} comes in`, async () => people.push(await EnginePerson.arrive(engine, hub.url, name, options)));
      console.log(`       ${people.at(-1).browser.version}, ${people.at(-1).size.join(" × ")}`);
    }
    const [fay, wim] = people;
    await step(`${size}: both draw, each sees the other's ink while it is drawn`, () => drawTogether(fay, wim, options));
    await show(size, "board", people);
    for (const person of people) await step(`${size}: ${person.name} writes a label`, () => label(person, people));
    await step(`${size}: a form, an arrow, a note and a marker's line are drawn in each and seen in both`, () => things(fay, wim, options));
    // WebKit's driver turns a wheel there and back, and MiniBrowser keeps Ctrl and wheel for itself.
    await step(`${size}: Fay's wheel pans, and zooms with Ctrl`, () => wheel(fay));
    if (options.phone) await step(`${size}: Fay's two fingers zoom and do not draw`, () => pinch(fay));
    await step(`${size}: undo takes back one's own stroke`, () => undo(fay, wim));
    await step(`${size}: both type at the same place and end equal`, () => writeTogether(fay, wim));
    await show(size, "notes", people);
    await step(`${size}: chat goes both ways`, () => talk(fay, wim));
    await show(size, "chat", people);
    await step(`${size}: the hub is gone, both go on, it returns and all is merged`, () => offline(hub, fay, wim, size));
  } catch {
    // The step has said it; the others need what it had to do.
  }
  for (const person of people) {
    const complaints = [...person.console(), ...(await person.leave())];
    await step(`${size}: ${person.name}'s page has nothing to complain about`, () => assert.deepEqual(complaints, [])).catch(() => undefined);
  }
  await hub.stop();
}

async function step(title, act) {
  try {
    await act();
    passed += 1;
    console.log(`ok     ${title}`);
  } catch (fault) {
    failed += 1;
    console.log(`FAILED ${title}\n${String(fault.stack ?? fault).replace(/^/gm, "       ")}`);
    throw fault;
  }
}

async function show(size, what, people) {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  for (const person of people) writeFileSync(join(pictures, `${size}-${what}-${person.name}.png`), await person.browser.picture());
}

/** On a laptop the pen's colours and widths are on the left. */
async function drawTogether(fay, wim, { phone }) {
  const [kind, left] = phone ? ["touch", 60] : ["mouse", 340];
  let shapes = 0;
  for (const [one, other] of [[fay, wim], [wim, fay]]) {
    await one.penDown(wave(left, 200 + 120 * shapes, 30, 8), kind);
    await other.has({ wetStrokes: 1, shapes });
    await one.penUp(kind);
    shapes += 1;
    for (const each of [one, other]) await each.has({ wetStrokes: 0, shapes, unsent: 0, unstored: 0 });
    console.log(`       ${one.name}'s page felt a ${await one.felt()}`);
  }
  await equal(fay, wim);
}

async function label(person, people) {
  const { shapes } = await person.debug();
  await person.take("text");
  await person.draw([[120, 560]]);
  await until("the label can be written", () => person.browser.run("return document.activeElement.tagName === 'TEXTAREA'"));
  await person.browser.keys("Label");
  await person.take("pen");
  await person.has({ shapes: shapes + 1, unsent: 0 });
  await person.browser.click('button[aria-label="Undo"]');
  for (const each of people) await each.has({ shapes });
}

async function things(fay, wim, { phone }) {
  const kind = phone ? "touch" : "mouse";
  let { shapes } = await fay.debug();
  for (const [person, y] of [[fay, 440], [wim, 560]]) {
    let x = phone ? 40 : 340;
    for (const tool of ["shape", "arrow", "note", "marker"]) {
      // The form last used is behind its key; its button asks which.
      if (tool === "shape") await person.browser.keys("r");
      else await person.take(tool);
      await person.draw([[x, y], [x + 30, y + 25], [x + 70, y + 50]], kind);
      shapes += 1;
      for (const each of [fay, wim]) await each.has({ shapes, unsent: 0, wetStrokes: 0 });
      // A note waits for its words.
      if (tool === "note") await person.browser.keys(KEYS.Escape);
      x += 90;
    }
    await person.take("eraser");
    await person.draw([[x - 55, y - 20], [x - 55, y + 70]], kind);
    shapes -= 1;
    for (const each of [fay, wim]) await each.has({ shapes, unsent: 0 });
    await person.take("pen");
  }
  await equal(fay, wim);
  await show(phone ? "phone" : "laptop", "things", [fay, wim]);
  for (const person of [fay, wim]) {
    for (let i = 0; i < 5; i++) await person.browser.click('button[aria-label="Undo"]');
    await person.has({ unsent: 0 });
  }
  for (const each of [fay, wim]) await each.has({ shapes: shapes - 6 });
}

async function wheel(person) {
  const { camera } = await person.debug();
  await person.browser.wheel(200, 500, 100);
  await until("the board is panned", async () => (await person.debug()).camera.y !== camera.y);
  await person.browser.wheel(200, 500, -100, KEYS.Control);
  await until("the board is larger", async () => (await person.debug()).camera.zoom > camera.zoom);
  await reset(person);
}

async function pinch(person) {
  const { shapes } = await person.debug();
  await person.browser.fingers([[180, 400], [150, 370], [120, 340]], [[260, 480], [290, 510], [320, 540]]);
  await until("the board is larger", async () => (await person.debug()).camera.zoom > 1.2);
  await person.has({ shapes, wetStrokes: 0 });
  await reset(person);
}

/** To where the board was first, by the keys for it. */
async function reset(person) {
  await person.browser.run("document.querySelector('.board').focus()");
  await person.browser.chord(KEYS.Control, "0");
  await until("the board is as it was", async () => (await person.debug()).camera.zoom === 1);
}

async function undo(fay, wim) {
  for (const each of [fay, wim]) {
    await each.browser.click('button[aria-label="Undo"]');
    for (const one of [fay, wim]) await one.has({ shapes: 1 });
    await each.browser.click('button[aria-label="Redo"]');
    for (const one of [fay, wim]) await one.has({ shapes: 2 });
  }
  await equal(fay, wim);
}

async function writeTogether(fay, wim) {
  for (const each of [fay, wim]) await each.toNotesStart();
  await Promise.all([fay.browser.keys("Ada ".repeat(12), 10), wim.browser.keys("ben ".repeat(12), 10)]);
  for (const each of [fay, wim]) await each.has({ notesLength: 96, unsent: 0, carets: 1 });
  await equal(fay, wim);
  await wim.browser.chord(KEYS.Control, "z");
  await fay.has({ notesLength: (await wim.debug()).notesLength });
  await wim.browser.chord(KEYS.Control, "y");
  for (const each of [fay, wim]) await each.has({ notesLength: 96, unsent: 0 });
  await equal(fay, wim);
}

async function talk(fay, wim) {
  await fay.say("Hello from Gecko");
  await wim.say("Hello from WebKit");
  for (const each of [fay, wim]) {
    await each.shows("Hello from Gecko");
    await each.shows("Hello from WebKit");
    await each.has({ messages: 2, pendingMessages: 0 });
  }
}

async function offline(hub, fay, wim, size) {
  for (const each of [fay, wim]) {
    await each.close("Chat");
    await each.has({ unsent: 0, unstored: 0 });
  }
  await hub.kill();
  for (const each of [fay, wim]) await each.has({ status: "offline" });
  for (const [at, each] of [fay, wim].entries()) {
    await each.draw(wave(60, 420 + 60 * at));
    await each.has({ shapes: 3, unsent: 1 });
  }
  await show(size, "offline", [fay, wim]);
  await hub.restart();
  for (const each of [fay, wim]) await each.has({ status: "live", shapes: 4, unsent: 0, unstored: 0 }, 30_000);
  await equal(fay, wim);
}
