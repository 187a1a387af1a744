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
};
