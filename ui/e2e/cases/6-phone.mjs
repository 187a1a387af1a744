import { strict as assert } from "node:assert";
import { equal } from "../harness/equal.mjs";

/** Fingers, as the browser's own driver moves them. */
async function hand(person) {
  const driver = await person.context.newCDPSession(person.page);
  const send = (type, touches) =>
    driver.send("Input.dispatchTouchEvent", { type, touchPoints: touches.map(([x, y], id) => ({ x, y, id })) });
  return {
    down: (...touches) => send("touchStart", touches),
    move: (...touches) => send("touchMove", touches),
    up: (...left) => send("touchEnd", left),
  };
}

export const cases = {
  async "one finger draws; a second one moves the view and draws nothing"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada", { phone: true });
    const ben = await world.person(hub.url, "Ben");
    const fingers = await hand(ada);
    await fingers.down([100, 300]);
    for (let x = 110; x <= 300; x += 10) await fingers.move([x, 300 + x / 10]);
    await fingers.up();
    await ben.has({ shapes: 1, wetStrokes: 0 });
    const before = (await ada.debug()).camera;
    await fingers.down([100, 500]);
    await fingers.down([100, 500], [200, 500]);
    for (let step = 1; step <= 10; step++) await fingers.move([100 - step * 5, 500 + step * 6], [200 + step * 5, 500 + step * 6]);
    await fingers.up([50, 560]);
    await fingers.up();
    const after = (await ada.debug()).camera;
    assert.ok(after.zoom > before.zoom * 1.5, `it zoomed (${after.zoom})`);
    assert.notEqual(after.y, before.y);
    await ada.has({ shapes: 1, wetStrokes: 0, unsent: 0 });
    await equal(ada, ben);
  },

  async "tools, inks, notes and chat are within a thumb’s reach and large enough"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada", { phone: true });
    const small = await ada.page.locator("button:visible").evaluateAll((buttons) =>
      buttons.map((button) => ({ name: button.ariaLabel ?? button.textContent, box: button.getBoundingClientRect() })).filter(({ box }) => box.height < 44 || box.width < 44).map(({ name }) => name),
    );
    assert.deepEqual(small.filter((name) => !name.includes("title")), [], "every button is 44 px or more");
    assert.equal(await ada.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await ada.page.getByRole("button", { name: "Colour and width" }).tap();
    await ada.page.getByRole("button", { name: "Colour: Red" }).tap();
    await ada.page.getByRole("button", { name: "Notes" }).tap();
    await ada.page.locator(".cm-content").waitFor();
    await ada.page.getByRole("button", { name: "Chat" }).tap();
    await ada.page.getByLabel("Message", { exact: true }).waitFor();
    assert.equal(await ada.page.locator(".cm-content").count(), 0, "one panel at a time");
  },

  async "the board's menu has rows for fingers, and a short screen scrolls to its end"(world) {
    const hub = await world.hub();
    for (const { phone, least } of [
      { phone: true, least: 44 },
      { phone: false, least: 36 },
    ]) {
      const { page } = await world.person(hub.url, "Ada", { phone });
      await page.setViewportSize({ width: 844, height: 390 });
      await page.mouse.click(400, 120, { button: "right" });
      const menu = page.getByRole("menu");
      await menu.waitFor();
      const rows = await menu.getByRole("menuitem").evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
      assert.ok(rows.length > 5 && rows.every((height) => height >= least), `${least} px: ${rows}`);
      const box = await menu.boundingBox();
      assert.ok(box.y >= 0 && box.y + box.height <= 390, `all of the menu is on the screen: ${JSON.stringify(box)}`);
      await page.keyboard.press("ArrowUp");
      const last = await menu.getByRole("menuitem").last().boundingBox();
      assert.ok(last.y + last.height <= box.y + box.height, "the arrow goes round to the last row, and that is seen");
    }
  },

  async "what is done with a message is large enough for a finger, for a mouse too"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada", { phone: true });
    const ben = await world.person(hub.url, "Ben");
    await ben.say("Who has the long string?");
    await ada.page.getByRole("button", { name: /^Chat/ }).tap();
    for (const { page } of [ada, ben]) {
      const opener = page.getByRole("button", { name: "Actions for the message by Ben" });
      await opener.click();
      const buttons = page.getByRole("toolbar", { name: "Actions" }).getByRole("button");
      await buttons.first().waitFor();
      const sizes = await buttons.evaluateAll((all) => all.map((button) => button.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height)));
      assert.ok(sizes.length >= 8 && sizes.every((size) => size >= 44), `${sizes}`);
      assert.deepEqual(await opener.evaluate(missedIn44), [], "what opens them is met in 44 px, too");
    }
    for (const words of ["I", "have", "it", "here"]) await ben.say(words);
    // What is on its way has no button yet, and says so in a line of its own.
    for (const { page } of [ada, ben]) await page.getByRole("button", { name: "Actions for the message by Ben" }).nth(4).waitFor();
    const boxes = await ada.page.getByRole("log").getByRole("button").evaluateAll((all) => all.map((button) => button.getBoundingClientRect().toJSON()));
    assert.ok(boxes.length >= 13 && boxes.every(({ width, height }) => width >= 44 && height >= 44), `a finger meets each: ${JSON.stringify(boxes)}`);
    assert.deepEqual(boxes.flatMap((one, at) => boxes.slice(at + 1).filter((other) => overlap(one, other)).map((other) => [one, other])), [], "and no other");
    const lines = await ben.page.getByRole("log").getByRole("listitem").evaluateAll((all) => all.slice(-3).map((line) => line.getBoundingClientRect().height));
    assert.ok(lines.every((height) => height < 30), `what is said in a row stays close for a mouse: ${lines}`);
  },
};

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** What is met in place of a button up to 22 px to each side of its middle; the pointer is on it. Its corners are round. */
function missedIn44(button) {
  const { left, top, width, height } = button.getBoundingClientRect();
  const places = [[0, -21], [-21, 0], [0, 0], [21, 0], [0, 21]];
  const met = places.map(([right, down]) => document.elementFromPoint(left + width / 2 + right, top + height / 2 + down));
  return met.filter((it) => !button.contains(it)).map((it) => `${it?.localName} ${it?.className}`);
}
