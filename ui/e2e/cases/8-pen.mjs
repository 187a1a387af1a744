/** Stylus and hand: pressure, tilt, the eraser's end, buttons, palms, taps, and strokes that are held until they become forms. */
import { strict as assert } from "node:assert";
import { equal } from "../harness/equal.mjs";
import { until } from "../harness/until.mjs";
import { byFinger, byPen } from "../harness/ways.mjs";

const line = (y, ...how) => Array.from({ length: 12 }, (_, n) => [400 + n * 20, y, ...how]);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const pressureOf = ({ body }) => mean(body.points.map(([, , pressure]) => pressure));

/** The strokes come one by one; each is read as all are told of it. */
async function drawn(witness, draw) {
  const before = (await witness.shapes()).length;
  await draw();
  return (await witness.sees("the stroke", (all) => all.length === before + 1 && all)).at(-1);
}

const cases = {};
export { cases };

cases["a stylus presses and leans, and everybody sees how much"] = async (world) => {
  const hub = await world.hub();
  const witness = await world.witness(hub);
  const ada = await world.person(hub.url, "Ada");
  const ben = await world.person(hub.url, "Ben");
  const pen = await byPen(ada);
  const strokes = {};
  for (const [n, [key, name, ...how]] of [["p", "light", 0.2], ["p", "firm", 0.9], ["p", "leaned", 0.2, 65, 0], ["b", "brush", 0.3], ["b", "side", 0.3, 0, -70]].entries()) {
    await ada.page.keyboard.press(key);
    strokes[name] = await drawn(witness, () => pen.drag(line(120 + n * 60, ...how)));
  }
  const { light, firm, leaned, brush, side } = strokes;
  assert.ok(Math.abs(pressureOf(light) - 0.2) < 0.02 && Math.abs(pressureOf(firm) - 0.9) < 0.02, "pressure is kept");
  assert.ok(pressureOf(leaned) > pressureOf(light) + 0.1, "a pen that leans presses broader");
  assert.ok(pressureOf(side) > pressureOf(brush) + 0.4, "a brush lies on its side");
  await equal(ada, ben);
  const inkOf = (y) => ben.ink({ x: 390, y: y - 20, width: 240, height: 40 });
  await until("it shows on the other screen", async () => (await inkOf(120)) > 0 && (await inkOf(180)) > (await inkOf(120)) * 1.5);
  // A marker is as broad as it is put down.
  await ada.page.keyboard.press("m");
  const upright = await drawn(witness, () => pen.drag(line(480, 0.5)));
  const laid = await drawn(witness, () => pen.drag(line(540, 0.5, 75, 0)));
  assert.equal(laid.body.width, upright.body.width * 2);
};

cases["once a pen was seen fingers move the view, palms draw nothing, and taps take back"] = async (world) => {
  const hub = await world.hub();
  const witness = await world.witness(hub);
  const ada = await world.person(hub.url, "Ada", { tablet: true });
  const [pen, fingers] = [await byPen(ada), await byFinger(ada)];
  const count = async () => (await witness.shapes()).length;
  // Before that a finger draws.
  await drawn(witness, () => fingers.drag([400, 200], [500, 220]));
  // The palm is down first, and moves: what it began is no stroke.
  await fingers.send("touchStart", [[700, 600]]);
  await fingers.send("touchMove", [[706, 604]]);
  await drawn(witness, () => pen.drag(line(300, 0.5)));
  await fingers.send("touchEnd", []);
  // And it comes down beside a pen that draws.
  await pen.send("mousePressed", [400, 360, 0.5]);
  await pen.send("mouseMoved", [450, 362, 0.5]);
  await fingers.send("touchStart", [[700, 600]]);
  await fingers.send("touchMove", [[720, 640]]);
  await pen.send("mouseMoved", [520, 366, 0.5]);
  await fingers.send("touchEnd", []);
  const before = await count();
  await pen.send("mouseReleased", [520, 366, 0], { buttons: 0 });
  const beside = (await witness.sees("the pen's stroke", (all) => all.length === before + 1 && all)).at(-1);
  assert.equal(beside.y, 360, "the palm took nothing from it");
  const camera = (await ada.debug()).camera;
  await fingers.drag([600, 500], [640, 460]);
  await ada.looksFrom({ ...camera, x: camera.x - 40, y: camera.y + 40 });
  assert.equal(await count(), 3);
  await fingers.tap(2, 600, 600);
  await witness.sees("the last stroke taken back", (all) => all.length === 2);
  await fingers.tap(3, 600, 600);
  await witness.sees("it is back", (all) => all.length === 3);
  // Whoever wants to draws with fingers all the same, and finds how to: at once, or later among what they like.
  await ada.page.getByRole("button", { name: "Draw with fingers again" }).click();
  await drawn(witness, () => fingers.drag([600, 500], [640, 460]));
  await ada.page.getByRole("button", { name: "Menu", exact: true }).click();
  await ada.page.getByRole("button", { name: "Paper and tools" }).click();
  await ada.page.getByRole("button", { name: "Move the board" }).click();
  await ada.page.getByRole("button", { name: "Done" }).click();
  const later = (await ada.debug()).camera;
  await fingers.drag([600, 500], [660, 500]);
  await ada.looksFrom({ ...later, x: later.x - 60 });
  assert.equal(await ada.page.getByText("A pen was used here").count(), 0, "that is told once");
};

/** What a stylus that is turned round sends: the browser's driver has no such button. */
function turnedRound(person, points) {
  return person.page.evaluate((all) => {
    const board = document.querySelector(".board");
    const send = (type, [clientX, clientY], button, buttons) =>
      board.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, composed: true, pointerId: 1, pointerType: "pen", isPrimary: true, clientX, clientY, button, buttons, pressure: buttons === 0 ? 0 : 0.5 }));
    send("pointerdown", all[0], 5, 32);
    for (const point of all.slice(1)) send("pointermove", point, -1, 32);
    send("pointerup", all.at(-1), 5, 0);
  }, points);
}

cases["the eraser's end erases and gives the pen back; the button on the barrel opens the menu"] = async (world) => {
  const hub = await world.hub();
  const witness = await world.witness(hub);
  const ada = await world.person(hub.url, "Ada");
  const pen = await byPen(ada);
  await drawn(witness, () => pen.drag(line(200, 0.5)));
  await drawn(witness, () => pen.drag(line(300, 0.5)));
  await turnedRound(ada, [[500, 260], [502, 300], [504, 340]]);
  await witness.sees("one stroke less", (all) => all.length === 1 && all[0].y === 200);
  await drawn(witness, () => pen.drag(line(400, 0.5)));
  await pen.drag([[500, 400, 0.5]], { button: "right", buttons: 2 });
  await ada.page.getByRole("menuitem", { name: "Delete" }).click();
  await witness.sees("that stroke gone by the menu", (all) => all.length === 1);
};

const turn = (count, at) => Array.from({ length: count + 1 }, (_, n) => at((n / count) * 2 * Math.PI));
const corners = (...points) => points.slice(1).flatMap(([x, y], i) => Array.from({ length: 8 }, (_, n) => [points[i][0] + ((x - points[i][0]) * (n + 1)) / 8 + Math.sin(n) * 1.5, points[i][1] + ((y - points[i][1]) * (n + 1)) / 8 + Math.cos(n) * 1.5]));
const HELD = [
  { points: corners([360, 150], [560, 154]), body: { kind: "connector", head_end: "none" } },
  { points: corners([640, 120], [780, 122], [778, 222], [640, 220], [641, 122]), body: { kind: "geo", form: "rectangle" } },
  { points: turn(40, (angle) => [950 + Math.cos(angle) * 80, 180 + Math.sin(angle) * 55]), body: { kind: "geo", form: "ellipse" } },
  { points: corners([420, 320], [500, 440], [342, 440], [419, 322]), body: { kind: "geo", form: "triangle" } },
  { points: corners([640, 400], [800, 400], [770, 375], [800, 400], [770, 425]), body: { kind: "connector", head_end: "arrow" } },
];

cases["a stroke that is held still becomes the form it is meant to be, and ink again when it goes on"] = async (world) => {
  const hub = await world.hub();
  const witness = await world.witness(hub);
  const ada = await world.person(hub.url, "Ada");
  const driver = await ada.context.newCDPSession(ada.page);
  /** The last place was reached two seconds ago: nobody has to wait for the hold. */
  const ago = () => Date.now() / 1_000 - 2;
  const send = (type, [x, y], more) => driver.send("Input.dispatchMouseEvent", { type, x, y, button: "left", buttons: type === "mouseReleased" ? 0 : 1, clickCount: 1, ...more });
  const held = async ([first, ...rest]) => {
    await send("mousePressed", first, { timestamp: ago() - 1 });
    for (const [n, point] of rest.entries()) await send("mouseMoved", point, { timestamp: ago() - 1 + (n + 1) / 100 });
    await ada.page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(seen)))));
  };
  for (const { points, body } of HELD) {
    const made = await drawn(witness, async () => {
      await held(points);
      await send("mouseReleased", points.at(-1));
    });
    for (const [name, value] of Object.entries(body)) assert.equal(made.body[name], value, JSON.stringify(made.body));
  }
  const { points } = HELD[0];
  const ink = await drawn(witness, async () => {
    await held(points.map(([x, y]) => [x, y + 400]));
    for (const x of [600, 640, 660]) await send("mouseMoved", [x, 620]);
    await send("mouseReleased", [660, 620]);
  });
  assert.equal(ink.body.kind, "stroke");
  await until("nothing is left to send", async () => (await ada.debug()).unsent === 0);
};
