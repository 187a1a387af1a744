import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { until } from "../harness/until.mjs";

const bar = (person, name) => person.page.getByRole("toolbar", { name: "What to do with the notes" }).getByRole("button", { name, exact: true });

export const cases = {
  async "the caret stands behind what is done again"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.write("one two");
    await ada.page.keyboard.press("Control+z");
    await ada.has({ notesLength: 0 });
    await ada.page.keyboard.press("Control+y");
    await ada.page.keyboard.type("!");
    await ada.has({ notesLength: 8 });
    assert.equal(await ada.notes(), "one two!");
  },

  async "the notes read as a page: no HTML, only safe links, and tasks can be ticked"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.write("# Plan\n\n- [ ] milk\n\n<img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](http://192.168.1.5/b)\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n");
    await ben.open("Notes");
    await ben.has({ notesLength: (await ada.debug()).notesLength });
    await ben.page.evaluate(() => (window.open = (...how) => void (window.opened = how)));
    await ben.page.locator(".lanvas-link[title]", { hasText: "http://192.168.1.5/b" }).click({ modifiers: ["Control"] });
    const opened = await ben.page.waitForFunction(() => window.opened);
    assert.deepEqual(await opened.jsonValue(), ["http://192.168.1.5/b", "_blank", "noopener,noreferrer"]);
    assert.equal(await ben.page.locator(".lanvas-link").count(), 1, "what leads nowhere is no link");
    const picture = await ben.page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(8)], "cat.png", { type: "image/png" }));
      return data;
    });
    await ben.page.locator(".cm-content").dispatchEvent("drop", { dataTransfer: picture });
    await ben.shows("Only text goes into the notes (.md, .txt). Pictures go on the board or into the chat.");
    await bar(ben, "Read").click();
    const page = ben.page.getByRole("article", { name: "The notes as they read" });
    await page.getByRole("heading", { name: "Plan" }).waitFor();
    assert.equal(await page.locator("img, script, iframe").count(), 0);
    assert.deepEqual(await page.locator("a").evaluateAll((links) => links.map(({ href, rel }) => [href, rel])), [["http://192.168.1.5/b", "noopener noreferrer nofollow"]]);
    assert.equal(await page.locator("td").count(), 2);
    assert.equal(await page.locator("pre").textContent(), "code");
    await page.getByRole("checkbox", { name: "milk" }).check();
    await until("the tick reaches Ada", async () => (await ada.page.locator("input.lanvas-task").first().isChecked().catch(() => false)) || (await ada.notes()).includes("[x] milk"));
  },

  async "what is read beside the text is scrolled with it, whichever side one scrolls"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const chapters = Array.from({ length: 60 }, (_, at) => `# Chapter ${at + 1}\n\n${"Some words that go on. ".repeat(12)}\n\n- [ ] one\n- [ ] two\n`);
    await ada.write(chapters.join("\n"));
    await bar(ada, "Read beside").click();
    const page = ada.page.getByRole("article", { name: "The notes as they read" });
    await page.getByRole("heading", { name: "Chapter 60" }).waitFor({ state: "attached" });
    const editor = ada.page.locator(".cm-scroller");
    /** The number of the chapter that stands first in a side, so far as one is seen. */
    const first = (side, headings) =>
      side.evaluate((box, headings) => {
        const top = box.getBoundingClientRect().top;
        const seen = [...box.querySelectorAll(headings)].find((one) => /Chapter \d+/.test(one.textContent) && one.getBoundingClientRect().bottom > top);
        return Number(seen?.textContent.match(/\d+/)[0] ?? NaN);
      }, headings);
    const [written, read] = [() => first(editor, ".cm-line"), () => first(page, "h1")];
    const alike = async () => Math.abs((await written()) - (await read())) <= 1;
    await until("it is opened where one writes: at the end", async () => (await read()) > 50 && (await alike()));
    for (const [side, by] of [[editor, -100_000], [editor, 5_000], [page, 4_000], [page, -6_000], [editor, 3_000]]) {
      const before = await read();
      await side.hover();
      await ada.page.mouse.wheel(0, by);
      await until(`both are scrolled by ${by}`, async () => (await read()) !== before && (await alike()));
    }
  },

  async "find and replace"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.write("cat dog cat");
    await bar(ada, "Find and replace").click();
    await ada.page.getByRole("textbox", { name: "Find" }).fill("cat");
    await ada.page.getByRole("textbox", { name: "Replace by" }).fill("mouse");
    await ada.page.getByRole("button", { name: "Replace all" }).click();
    await ada.has({ notesLength: 15 });
    assert.equal(await ada.notes(), "mouse dog mouse");
  },

  async "who wrote what, and back to how it was"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.write("from Ada\n");
    await ben.open("Notes");
    await ben.has({ notesLength: 9 });
    await ben.page.locator(".cm-content").focus();
    await ben.page.keyboard.press("Control+End");
    await ben.page.keyboard.insertText("from Ben");
    await ada.has({ notesLength: 17 });
    for (const person of [ada, ben]) await person.isStored();

    await bar(ada, "Who wrote what").click();
    await ada.page.locator(".cm-content").focus();
    await ada.page.keyboard.press("Control+End");
    await ada.shows("On this line: Ben (");
    await ada.page.keyboard.press("Control+Home");
    await ada.shows("On this line: Ada (");
    assert.equal(await ada.page.locator(".lanvas-author").count() >= 2, true);
    await ada.page.keyboard.press("Control+End");
    await ada.page.keyboard.insertText("!");
    await ada.shows(/On this line: Ben .*, Ada/);
    // What comes after the decision to go back would be kept.
    await ben.has({ notesLength: 18 });

    await bar(ben, "Look back").click();
    const slider = ben.page.getByLabel("When");
    await slider.focus();
    await ben.page.keyboard.press("Home");
    await ben.page.keyboard.press("ArrowRight");
    await ben.shows("1 / ");
    await ben.page.getByRole("button", { name: "Make it so again" }).click();
    await ada.has({ notesLength: 9 });
    assert.equal(await ada.notes(), "from Ada\n");
    await ben.page.locator(".cm-content").focus();
    await ben.page.keyboard.press("Control+z");
    await ada.has({ notesLength: 18 });
  },

  async "a file is dropped in and the notes are saved as files; too much is refused with a sentence"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.open("Notes");
    const chooser = ada.page.waitForEvent("filechooser");
    await ada.page.getByRole("button", { name: "More for the notes" }).click();
    await ada.page.getByRole("button", { name: "Add a file as a page (.md, .txt)" }).click();
    await (await chooser).setFiles({ name: "list.md", mimeType: "text/markdown", buffer: Buffer.from("# List\r\n\r\n- one\r\n- [x] done\r\n- [ ] open\r\n") });
    await until("the page is open", async () => (await ada.notes()).startsWith("# List\n\n- one\n"));

    const download = ada.page.waitForEvent("download");
    await ada.page.getByRole("button", { name: "More for the notes" }).click();
    await ada.page.getByRole("button", { name: "Save as HTML (.html)" }).click();
    const html = readFileSync(await (await download).path(), "utf8");
    const before = await ada.notes();
    assert.match(html, /<h1[^>]*>List<\/h1>/);
    assert.match(html, /<li[^>]*>/);
    const boxes = html.match(/<input[^>]*>/g);
    assert.deepEqual(boxes.map((box) => /\bchecked\b/.test(box)), [true, false], "what is done is ticked in the file");

    await ada.page.locator(".cm-content").focus();
    await ada.page.evaluate(() => {
      const data = new DataTransfer();
      data.setData("text/plain", "x".repeat(1024 * 1024));
      document.querySelector(".cm-content").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await ada.shows("The notes are full. Remove some text first.");
    assert.equal(await ada.notes(), before);
  },
};
