/**
 * The pictures of the README: a lesson with three people on a real hub, into
 * src-tauri/docs/images/. The home screen's is the window story's `app-nearby.png`.
 *
 *     npm run pictures
 */
import { chromium } from "playwright-core";
import { address, enter } from "./harness/network.mjs";
import { World } from "./harness/world.mjs";

await enter();
/** It is drawn so far to the right, beside the panel of the look, and looked at from there. */
const ASIDE = 230;
const IMAGES = new URL("../../src-tauri/docs/images/", import.meta.url).pathname;
const flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
const world = new World(browser, address());
try {
  await lesson();
} finally {
  await world.end();
  await browser.close();
}

async function lesson() {
  const hub = await world.hub("--title", "Physics, Friday");
  const ada = await world.person(hub.ready.host_url.replace("127.0.0.1", hub.address), "Ada");
  const ben = await world.person(hub.url, "Ben");
  const chiara = await world.person(hub.url, "Chiara", { phone: true });
  await pendulum(ada, ben);
  for (const person of [ada, chiara, ben]) await lookAside(person);
  await ben.write("# Pendulum\n\nThe period depends on **length**, not on mass.\n\n- measure 10 swings\n- divide by 10\n\n> Who has the long string?");
  await chiara.say("I have the long one, 1.2 m");
  await ben.say("10 swings in 22.1 s");
  await ada.say("So 2.21 s each. Write it down!");
  await ada.open("Notes");
  await ada.page.setViewportSize({ width: 1360, height: 820 });
  await ben.page.locator(".cm-content").focus();
  await ben.page.keyboard.press("Control+End");
  await ada.page.locator(".lanvas-caret-name").waitFor();
  await chiara.page.getByRole("button", { name: /^Chat/ }).tap();
  await chiara.page.getByLabel("Message", { exact: true }).waitFor({ state: "detached" });
  const finger = await chiara.context.newCDPSession(chiara.page);
  const touch = (type, touchPoints) => finger.send("Input.dispatchTouchEvent", { type, touchPoints });
  const round = (at) => ({ x: 318 + 74 * Math.cos(at), y: 268 + 34 * Math.sin(at) });
  await chiara.page.getByRole("button", { name: "Colour and width" }).tap();
  await chiara.page.getByRole("button", { name: "Colour: Teal" }).tap();
  await chiara.page.keyboard.press("Escape");
  await touch("touchStart", [round(3)]);
  for (let at = 3; at < 9; at += 0.15) await touch("touchMove", [round(at)]);
  await ada.has({ wetStrokes: 1 });
  await ben.page.mouse.move(820, 262);
  await ada.page.mouse.move(470, 600);
  await ada.has({ cursors: 2 });
  await settled(ada);
  await ada.page.screenshot({ path: `${IMAGES}board.png` });
  await touch("touchEnd", []);
  await ada.has({ wetStrokes: 0 });
  await settled(chiara);
  await chiara.page.screenshot({ path: `${IMAGES}phone.png` });
}

async function lookAside(person) {
  await person.page.mouse.move(200, 480);
  await person.page.mouse.wheel(ASIDE, 0);
}

async function pendulum(ada, ben) {
  const line = (x, y, x2, y2, steps = 40) => Array.from({ length: steps }, (_, at) => [ASIDE + x + ((x2 - x) * at) / (steps - 1), y + ((y2 - y) * at) / (steps - 1) + 0.8 * Math.sin(at / 3)]);
  const arc = (x, y, r, from, to, steps = 60) => Array.from({ length: steps }, (_, at) => {
    const angle = from + ((to - from) * at) / (steps - 1);
    return [ASIDE + x + (r + Math.sin(at / 5)) * Math.cos(angle), y + (r + Math.cos(at / 6)) * Math.sin(angle)];
  });
  await ink(ada, "Ink", "Bold");
  await ada.draw(line(80, 170, 330, 167));
  await ink(ada, "Slate", "Fine");
  await ada.draw(line(200, 172, 286, 412));
  await ada.draw(line(200, 172, 200, 430));
  await ink(ben, "Red", "Bold");
  await ben.draw(arc(295, 436, 26, 0.2, 6.7));
  await ink(ben, "Blue", "Medium");
  await ben.draw(arc(200, 172, 285, 2.0, 1.22));
  await ben.draw(line(76, 432, 84, 412, 12));
  await ben.draw(line(76, 432, 98, 434, 12));
  await chart(ben, line);
  await ink(ada, "Violet", "Medium");
  await label(ada, 262, 268, "l = 1.2 m");
  await ink(ada, "Ink", "Bold");
  await label(ada, 70, 540, "T = 2π √(l/g)");
  await ink(ada, "Orange", "Medium");
  await ada.draw(line(72, 572, 296, 569));
}

/** The period over the length, and what was measured. */
async function chart(person, line) {
  await ink(person, "Slate", "Medium");
  await person.draw(line(540, 440, 541, 190));
  await person.draw(line(540, 440, 880, 441));
  await ink(person, "Green", "Medium");
  await person.draw(Array.from({ length: 60 }, (_, at) => [ASIDE + 540 + at * 5.4, 438 - 27 * Math.sqrt(at)]));
  await ink(person, "Red", "Medium");
  for (const [x, y] of [[600, 352], [700, 286], [800, 246]]) {
    await person.draw(line(x - 8, y - 8, x + 8, y + 8, 8));
    await person.draw(line(x + 8, y - 8, x - 8, y + 8, 8));
  }
  await label(person, 556, 196, "T");
  await label(person, 872, 466, "l");
}

async function ink(person, color, width) {
  await person.take("pen");
  await person.page.getByRole("button", { name: `Colour: ${color}`, exact: true }).click();
  await person.page.getByRole("button", { name: `Width: ${width}`, exact: true }).click();
}

async function label(person, x, y, text) {
  await person.take("text");
  await person.page.mouse.click(ASIDE + x, y);
  await person.page.keyboard.insertText(text);
  await person.page.keyboard.press("Escape");
  await person.page.mouse.click(600, 680);
}

/** Everything has arrived and been painted. */
async function settled(person) {
  await person.isStored();
  await person.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
}
