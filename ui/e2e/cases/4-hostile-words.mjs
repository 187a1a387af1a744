/** Words that would like to be more than words, everywhere where people's words are shown. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { until } from "../harness/until.mjs";

/** Each would set `window.harmed`, open a dialog or lead to a script if it were taken for more than words. */
const PAYLOADS = [
  "<script>window.harmed=1</script>",
  "<img src=x onerror=window.harmed=1>",
  "<svg onload=window.harmed=1><animate onbegin=window.harmed=1 attributeName=x>",
  '"><iframe src="javascript:parent.harmed=1"></iframe>',
  "<math><mtext></mtext><style><img src=x onerror=window.harmed=1></style></math>",
  "<details open ontoggle=window.harmed=1>",
  "</textarea><script>window.harmed=1</script>",
  "{{constructor.constructor('window.harmed=1')()}} ${window.harmed=1}",
  "[a](javascript:window.harmed=1) [b](JaVaScRiPt:window.harmed=1) [c](java\tscript:window.harmed=1)",
  "[d](data:text/html,<script>opener.harmed=1</script>) [e](vbscript:harmed) [f](file:///etc/passwd)",
  "![g](javascript:window.harmed=1) ![h](http://192.168.1.5/spy.png)",
  "<javascript:window.harmed=1> <http://192.168.1.5/ok>",
  '[i](http://192.168.1.5/" onmouseover="window.harmed=1) **<b onclick=window.harmed=1>bold</b>**',
  "[j]: javascript:window.harmed=1\n[j]",
];
/** Turns the reading direction, hides letters, and rings a terminal's bell. */
const TURNED = "safe\u202etxt.exe\u2066\u200bhidden\u0007 end";
const ODD = /[^\P{Cc}\n\t]|[\u200b\u202a-\u202e\u2066-\u2069]/u;

async function isUnharmed(person) {
  assert.equal(await person.page.evaluate(() => window.harmed), undefined);
}

/** What the words have become: no element that loads or runs, and links to the web alone. */
async function isWords(place) {
  assert.equal(await place.locator("script, iframe, object, embed, style, details, math, img, form").count(), 0);
  const attributes = await place.locator("*").evaluateAll((all) => all.flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith("on"))));
  assert.deepEqual(attributes, []);
  for (const href of await place.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))) assert.match(href, /^http:\/\/192\.168\.1\.5\//);
}

export const cases = {
  async "in names, messages and answers hostile words stay words"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "<img src=x onerror=harmed=1>");
    const ben = await world.person(hub.url, "Be\u202en\u200b");
    for (const person of [ada, ben]) person.page.on("dialog", () => assert.fail("no words open a dialog"));
    await ben.open("Chat");
    const half = PAYLOADS.length / 2;
    await ada.say(PAYLOADS.slice(0, half).join("\n"));
    await ada.say(PAYLOADS.slice(half).join("\n"));
    await ada.say(TURNED);
    await ben.shows("safetxt.exehidden end");
    await ben.shows("<script>window.harmed=1</script>");
    const log = ben.page.getByRole("log");
    await isWords(log);
    assert.doesNotMatch(await log.evaluate((list) => list.textContent), ODD);
    for (const link of await log.locator("a").all()) await link.hover();
    await ben.say("Hi");
    await ada.shows("Ben");
    assert.doesNotMatch(await ada.page.evaluate(() => document.body.textContent), ODD);
    for (const person of [ada, ben]) await isUnharmed(person);
  },

  async "in the notes, as they are written, read and saved, hostile words stay words"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    ada.page.on("dialog", () => assert.fail("no words open a dialog"));
    await ada.write(`# ${PAYLOADS[1]}\n\n${PAYLOADS.join("\n\n")}\n\n${TURNED}\n`);
    await until("what turns the words is seen where one writes", async () => (await ada.page.locator(".cm-specialChar").count()) >= 2);
    const tools = ada.page.getByRole("toolbar", { name: "What to do with the notes" });
    await tools.getByRole("button", { name: "Read", exact: true }).click();
    const page = ada.page.getByRole("article", { name: "The notes as they read" });
    await page.getByText("safetxt.exe").waitFor();
    await isWords(page);
    assert.doesNotMatch(await page.evaluate((it) => it.textContent), ODD);
    await ada.page.getByRole("button", { name: "More for the notes" }).click();
    const download = ada.page.waitForEvent("download");
    await ada.page.getByRole("button", { name: "Save as HTML (.html)" }).click();
    const html = readFileSync(await (await download).path(), "utf8");
    assert.match(html, /&lt;script&gt;/);
    assert.doesNotMatch(html, /<(script|img|svg|iframe|math|details|object)/i);
    assert.doesNotMatch(html, /href="(?!http:\/\/192\.168\.1\.5\/)/);
    await isUnharmed(ada);
  },
};
