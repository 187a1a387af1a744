import { strict as assert } from "node:assert";
import { equal } from "../harness/equal.mjs";
import { wave } from "../harness/person.mjs";

export const cases = {
  async "two browsers and a Python client draw, write and talk, and end equal"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.draw(wave(300, 200));
    await ben.draw(wave(300, 400));
    const stranger = world.stranger(hub.url, "Python");
    await stranger.heard("latest:");
    await ada.say("Hello from Ada");
    await stranger.heard("somebody:", "Hello from Ada");
    await ben.write("Written by Ben. ");
    await stranger.heard("somebody:", "edit_notes");
    await ben.draw(wave(300, 550));
    await stranger.heard("somebody:", "add_shapes");
    const end = { shapes: 4, messages: 2, notesLength: 16, wetStrokes: 0 };
    await ada.has(end);
    await ben.has(end);
    await equal(ada, ben);
    await ada.sees("the stranger’s stroke", { x: 80, y: 80, width: 120, height: 60 });
    const late = await world.person(hub.url, "Chiara");
    await late.has(end);
    await equal(ada, late);
    await late.open("Chat");
    await late.shows("Hello from Ada");
  },

  async "ink is seen while it is drawn, with its author’s cursor, and a release outside ends it"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.penDown(wave(300, 300));
    await ben.has({ wetStrokes: 1, shapes: 0, cursors: 1 });
    await ben.sees("wet ink", { x: 300, y: 250, width: 240, height: 100 });
    await ada.page.mouse.move(-40, 500);
    await ada.penUp();
    await ben.has({ wetStrokes: 0, shapes: 1 });
    await ben.sees("dry ink", { x: 300, y: 250, width: 240, height: 100 });
    await equal(ada, ben);
  },

  async "undo takes back only mine on the board"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.draw(wave(300, 200));
    await ben.has({ shapes: 1 });
    await ben.draw(wave(300, 400));
    await ada.has({ shapes: 2 });
    await ada.page.keyboard.press("Control+z");
    await ben.has({ shapes: 1 });
    await ben.sees("its own stroke", { x: 300, y: 360, width: 240, height: 80 });
    await ada.page.keyboard.press("Control+z");
    await ada.page.getByRole("button", { name: "Redo" }).click();
    await ben.has({ shapes: 2 });
    await equal(ada, ben);
  },

  async "a label is written, read by the others, moved and erased"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.take("text");
    await ada.page.mouse.click(400, 300);
    await ada.page.keyboard.type("Pendulum");
    await ada.page.keyboard.press("Escape");
    await ben.has({ shapes: 1 });
    await ben.sees("the label", { x: 395, y: 280, width: 140, height: 40 });
    await ada.take("select");
    await ada.draw([[410, 300], [450, 350], [610, 500]]);
    await ben.sees("the label where it was moved", { x: 595, y: 480, width: 140, height: 40 });
    await ada.isStored();
    await equal(ada, ben);
    await ben.take("eraser");
    await ben.draw([[590, 500], [640, 505], [700, 500]]);
    await ada.has({ shapes: 0 });
  },

  async "the link is copied without the clipboard’s own interface, and its code is shown"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    assert.equal(await ada.page.evaluate(() => navigator.clipboard), undefined);
    await ada.page.getByRole("button", { name: "Share" }).click();
    await ada.page.getByRole("img", { name: `Code for ${hub.url}` }).waitFor();
    await ada.page.getByRole("button", { name: "Copy link" }).click();
    await ada.shows("Copied");
    await ada.open("Chat");
    const field = ada.page.getByLabel("Message", { exact: true });
    await field.focus();
    await ada.page.keyboard.press("Control+v");
    assert.equal(await field.inputValue(), hub.url);
  },

  async "the keyboard reaches tools, help and back"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    for (const [key, tool] of [["h", "hand"], ["e", "eraser"], ["t", "text"], ["v", "select"], ["p", "pen"]]) {
      await ada.page.keyboard.press(key);
      await ada.page.locator(`[data-tool="${tool}"][aria-pressed="true"]`).waitFor();
    }
    await ada.page.keyboard.press("?");
    await ada.page.getByRole("dialog", { name: "Help and shortcuts" }).waitFor();
    await ada.page.keyboard.press("Escape");
    await ada.page.getByRole("dialog", { name: "Help and shortcuts" }).waitFor({ state: "detached" });
  },
};
