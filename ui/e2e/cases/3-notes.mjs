import { strict as assert } from "node:assert";
import { until } from "../harness/until.mjs";
import { equal } from "../harness/equal.mjs";

export const cases = {
  async "two people type at the same place at once: nothing is lost and both end equal"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await Promise.all([ada.write(""), ben.write("")]);
    await Promise.all([ada.page.keyboard.type("a".repeat(60)), ben.page.keyboard.type("b".repeat(60))]);
    for (const person of [ada, ben]) await person.has({ notesLength: 120, unsent: 0 });
    await equal(ada, ben);
    assert.equal(await ada.notes(), await ben.notes());
    const letters = [...(await ada.notes())].sort().join("");
    assert.equal(letters, "a".repeat(60) + "b".repeat(60));
  },

  async "undo takes back only what I typed, around what others typed since"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.write("one three");
    await ben.open("Notes");
    await ben.has({ notesLength: 9 });
    await ben.page.locator(".cm-content").focus();
    await ben.page.keyboard.press("Control+Home");
    for (let step = 0; step < 4; step++) await ben.page.keyboard.press("ArrowRight");
    await ben.page.keyboard.type("two ");
    await ada.has({ notesLength: 13 });
    assert.equal(await ada.notes(), "one two three");
    await ada.page.keyboard.press("Control+z");
    await ben.has({ notesLength: 4 });
    assert.equal(await ben.notes(), "two ");
    await ada.page.keyboard.press("Control+z");
    await ada.page.keyboard.press("Control+y");
    await ben.has({ notesLength: 13 });
    assert.equal(await ben.notes(), "one two three");
    await ben.page.keyboard.press("Control+z");
    await ada.has({ notesLength: 9 });
    assert.equal(await ada.notes(), "one three");
    await equal(ada, ben);
  },

  async "carets and selections are shown with names, move with the text and go with their person"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.visitor(hub.url);
    await ben.introduce("Ben");
    await ada.write("Hello");
    await ben.open("Notes");
    await ben.has({ notesLength: 5 });
    await ben.page.locator(".cm-content").focus();
    await ben.page.keyboard.press("Control+a");
    await ada.page.locator(".lanvas-caret-name", { hasText: "Ben" }).waitFor();
    await ada.page.locator(".lanvas-selected", { hasText: "Hello" }).waitFor();
    // Who comes when Ada has written on, sees Ben where the others see him.
    await ada.write(" there");
    const cleo = await world.person(hub.url, "Cleo");
    await cleo.open("Notes");
    await cleo.page.locator(".lanvas-caret-name", { hasText: "Ben" }).waitFor();
    await cleo.page.locator(".lanvas-selected", { hasText: /^Hello$/ }).waitFor();
    await cleo.page.close();
    await ben.page.locator(".board").focus();
    await ada.has({ carets: 0 });
    await ben.page.locator(".cm-content").focus();
    await ada.has({ carets: 1 });
    await ben.page.close();
    await ada.has({ carets: 0 });
  },

  async "Markdown is highlighted and the editor is styled under the page’s policy"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.write("# Heading\nwords");
    const size = (line) => ada.page.locator(".cm-line").nth(line).locator("span").last().evaluate((span) => getComputedStyle(span).fontSize).catch(() => "16px");
    await until("the heading is larger", async () => Number.parseFloat(await size(0)) > 20);
    const display = await ada.page.locator(".cm-scroller").evaluate((scroller) => getComputedStyle(scroller).display);
    assert.equal(display, "flex");
  },
};
