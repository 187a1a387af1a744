import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { until } from "../harness/until.mjs";

const button = (person, name) => person.page.getByRole("button", { name, exact: true });
const pageButton = (person) => person.page.getByRole("button", { name: /^Page: / });
const openPage = async (person, title) => {
  await pageButton(person).click();
  await person.page.getByRole("dialog", { name: /^Page: / }).getByRole("button", { name: new RegExp(`^${title}`) }).click();
  await person.page.getByRole("button", { name: `Page: ${title}` }).waitFor();
};
const says = (person, text) => until(`${person.name} sees “${text}”`, async () => (await person.notes()) === text);
const typeOn = async (person, text) => {
  await person.page.locator(".cm-content").focus();
  await person.page.keyboard.insertText(text);
};
/** As when the second press of a double click falls on what the first one brought: time stands still there. */
const pressTwice = async (person, opener, under) => {
  const time = await person.page.context().newCDPSession(person.page);
  await time.send("Animation.enable");
  await time.send("Animation.setPlaybackRate", { playbackRate: 0 });
  await button(person, opener).click();
  await button(person, under).waitFor();
  const { x, y, width, height } = await button(person, under).boundingBox();
  await person.page.mouse.dblclick(x + width / 2, y + height / 2);
  await time.send("Animation.setPlaybackRate", { playbackRate: 1 });
};

export const cases = {
  async "pages are added, called otherwise, moved, deleted and put back, and everybody sees it"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.write("on the first page");
    await button(ada, "Close: Notes").click();
    await pressTwice(ada, "Notes", "New page");
    await button(ada, "New page").click();
    await typeOn(ada, "on the second");
    await ben.open("Notes");
    await says(ben, "on the first page");
    await pageButton(ben).click();
    await ben.page.getByLabel("changed by others").waitFor();
    await ben.page.keyboard.press("Escape");
    await openPage(ben, "Page 2");
    await says(ben, "on the second");
    await ben.page.getByLabel("changed by others").waitFor({ state: "detached" });

    await pageButton(ada).click();
    await button(ada, "Rename: Page 2").click();
    await ada.page.getByLabel("Title of the page").fill("Ideas");
    await ada.page.keyboard.press("Enter");
    await ada.page.keyboard.press("Escape");
    await ben.page.getByRole("button", { name: "Page: Ideas" }).waitFor();

    await pageButton(ben).click();
    await button(ben, "Move up: Ideas").click();
    await until("Ideas is the first", async () => (await ben.page.locator(".list .entry .title").first().textContent()) === "Ideas");
    await button(ben, "Delete: Ideas").click();
    await ben.shows("“Ideas” is deleted.");
    await says(ben, "on the first page");
    await ada.shows("This page is deleted.");
    await typeOn(ada, "!");
    await button(ada, "Put it back").click();
    await openPage(ben, "Ideas");
    await until("what was written on it meanwhile is there", async () => (await ben.notes()).includes("!"));
  },

  async "each page has its own carets, its own undo and its own past"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.write("one");
    await ben.open("Notes");
    await button(ben, "New page").click();
    await typeOn(ben, "two");
    await openPage(ada, "Page 2");
    await ada.page.locator(".lanvas-caret-name", { hasText: "Ben" }).waitFor();
    await openPage(ada, "First page");
    await until("Ben writes elsewhere", async () => (await ada.page.locator(".lanvas-caret-name").count()) === 0);
    await openPage(ben, "First page");
    await typeOn(ben, " more");
    await until("it is there", async () => (await ada.notes()).includes("more"));
    // What was written before one turned the page can still be taken back.
    await ada.page.locator(".cm-content").focus();
    await ada.page.keyboard.press("Control+z");
    await until("Ada’s word is gone, Ben’s is not", async () => (await ada.notes()).trim() === "more");
    for (const person of [ada, ben]) await person.isStored();
    await openPage(ada, "Page 2");
    await button(ada, "Look back").click();
    await ada.shows("1 / 1");
  },

  async "a file becomes a page, all pages are saved as one file"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.write("first words");
    const chooser = ada.page.waitForEvent("filechooser");
    await button(ada, "More for the notes").click();
    await button(ada, "Add a file as a page (.md, .txt)").click();
    await (await chooser).setFiles({ name: "shopping.md", mimeType: "text/markdown", buffer: Buffer.from("- milk\r\n- bread\r\n") });
    await ada.page.getByRole("button", { name: "Page: shopping" }).waitFor();
    await says(ada, "- milk\n- bread\n");
    const download = ada.page.waitForEvent("download");
    await button(ada, "More for the notes").click();
    await button(ada, "Save all pages (.md)").click();
    const saved = readFileSync(await (await download).path(), "utf8");
    assert.equal(saved, "# First page\n\nfirst words\n\n---\n\n# shopping\n\n- milk\n- bread\n");
  },

  async "pages made while offline come to the others with their words"(world) {
    const hub = await world.hub();
    const wire = await world.wire(hub);
    const ada = await world.person(wire.urlOf(hub), "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.open("Notes");
    wire.cut();
    await ada.has({ status: "offline" });
    await button(ada, "New page").click();
    await typeOn(ada, "written on the train");
    wire.mend();
    await ada.has({ status: "live", unsent: 0 });
    await ben.open("Notes");
    await openPage(ben, "Page 2");
    await says(ben, "written on the train");
  },

  async "a link leads to a heading of a page and to a spot of the board"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.write("# First\n");
    await button(ada, "New page").click();
    await typeOn(ada, "# Plan\n\nwords\n\n## Later\n\nmore");
    await ada.page.evaluate(() => document.addEventListener("copy", (event) => (window.copied = event.target.value ?? String(getSelection())), true));
    await button(ada, "More for the notes").click();
    await button(ada, "Copy a link to this heading").click();
    await ada.shows("The link is copied.");
    const copied = await ada.page.evaluate(() => window.copied);
    await button(ada, "More for the notes").click();
    await button(ada, "Link to what the board shows").click();
    await until("the link is there", async () => (await ada.notes()).includes("[on the board](#at="));
    await button(ada, "Read").click();
    await button(ada, "on the board").click();
    await button(ada, "Read").click();
    await openPage(ada, "First page");
    await typeOn(ada, "\n\n[there](#heading=First)");
    await button(ada, "Read").click();
    await button(ada, "there").click();
    await ada.page.locator(".cm-content").waitFor();
    await ada.isStored();

    // Who comes by the link is shown the place at once.
    assert.match(copied, /^http:.*\/s\/\w+#page=[\w-]+&heading=Later$/);
    const ben = await world.person(copied, "Ben");
    await ben.page.getByRole("button", { name: "Page: Page 2" }).waitFor();
    await until("Ben sees the page", async () => (await ben.notes()).includes("## Later"));
  },
};
