/** The page for somebody who reads German: on the board and around it nothing is left in English. */
import { strict as assert } from "node:assert";
import { englishOf, textsOn } from "../harness/english.mjs";
import { wave } from "../harness/person.mjs";

const GERMAN = { locale: "de-DE" };

async function comeIn(person, name) {
  person.name = name;
  await person.page.getByLabel("Dein Name").fill(name);
  await person.page.getByRole("button", { name: "Beitreten" }).click();
  await person.isLive();
  return person;
}

const button = (page, name) => page.getByRole("button", { name, exact: true }).first();
const dialog = (page, name) => page.getByRole("dialog", { name, exact: true });

/** Looks at all that a page says, wherever one goes on it. */
async function reader(page) {
  const english = await englishOf();
  assert.ok(english.count > 600, `there is English to look for: ${english.count}`);
  const seen = new Set();
  const looks = async (where, at = page) => {
    const texts = await textsOn(at);
    assert.deepEqual(english.among(texts), [], `nothing is English on ${where}`);
    for (const text of texts) seen.add(text);
  };
  /** What `opener` opens, and Escape closes. */
  const opens = async (opener, there, where) => {
    await opener();
    await there.waitFor();
    await looks(where);
    await page.keyboard.press("Escape");
    await there.waitFor({ state: "hidden" });
  };
  return { page, seen, looks, opens };
}

async function onTheBoard(ada, { page, looks }) {
  await looks("the board");
  for (const tool of ["Textmarker", "Radierer", "Haftnotiz", "Text", "Stift"]) await button(page, tool).click();
  await ada.draw(wave(300, 300));
  await ada.has({ shapes: 1 });
  await button(page, "Rückgängig").click();
  await ada.has({ shapes: 0 });
  await button(page, "Wiederholen").click();
  await ada.has({ shapes: 1 });
  await page.keyboard.press("Control+a");
  await looks("what is selected");
  await page.mouse.click(420, 330, { button: "right" });
  await page.getByRole("menuitem", { name: /^Ausschneiden/ }).waitFor();
  await looks("the menu of what is selected");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
}

async function throughTheSheets({ page, looks, opens }) {
  const fromMenu = (entry) => async () => {
    await button(page, "Menü").click();
    await looks("the menu");
    await button(page, entry).click();
  };
  await opens(() => button(page, "Formen").click(), button(page, "Sprechblase"), "the forms");
  await opens(() => button(page, "Mehr Werkzeuge").click(), page.getByText("Laserpointer"), "the other tools");
  for (const sheet of ["Befehl suchen", "Kopie speichern", "Papier und Werkzeuge", "Namen ändern", "Konto", "Hilfe und Tastenkürzel"]) await opens(fromMenu(sheet), dialog(page, sheet), sheet);
  await opens(() => page.keyboard.press("Control+f"), dialog(page, "Text auf der Tafel suchen"), "finding words");
  await opens(() => button(page, "Teilen").click(), page.getByText("Alle im Raum einladen"), "the share card");
  await button(page, "Teilen").click();
  await opens(() => button(page, "Wie Leute hereinkommen").click(), dialog(page, "Wie Leute hereinkommen"), "how people come in");
}

/** As the host, with Ben. */
async function aboutPeople({ page, looks, opens }, ben) {
  const aboutBen = async () => {
    await page.getByRole("button", { name: /^2 Personen hier/ }).click();
    await button(page, "Was mit Ben geschehen soll").click();
  };
  const role = page.getByRole("combobox", { name: "Rolle von Ben" });
  await aboutBen();
  await looks("what to do about somebody");
  await role.selectOption("viewer");
  await ben.shows("Du schaust zu.");
  await looks("the page of who looks on", ben.page);
  await role.selectOption("editor");
  await opens(() => button(page, "Ordnung im Raum …").click(), dialog(page, "Ordnung im Raum"), "order in the room");
  await aboutBen();
  await button(page, "Zurücknehmen, was getan wurde …").click();
  await page.getByText("Seither gibt es nichts davon.").waitFor();
  await looks("taking back");
  await page.keyboard.press("Escape");
}

export const cases = {
  async "who reads German draws, opens every sheet and panel by its German name, and meets no English"(world) {
    const hub = await world.hub();
    const ada = await world.visitor(hub.ready.host_url.replace("127.0.0.1", hub.address), GERMAN);
    const { page } = ada;
    const reading = await reader(page);
    await page.getByLabel("Dein Name").waitFor();
    await reading.looks("the way in");
    await comeIn(ada, "Ada");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
    const ben = await comeIn(await world.visitor(hub.url, GERMAN), "Ben");
    await onTheBoard(ada, reading);
    await throughTheSheets(reading);
    await aboutPeople(reading, ben);
    await button(page, "Notizen").click();
    await page.locator(".cm-content").waitFor();
    await reading.looks("the notes");
    await button(page, "Chat").click();
    await page.getByLabel("Nachricht", { exact: true }).waitFor();
    await reading.looks("the chat");
    assert.ok(reading.seen.size > 300, `much was read: ${reading.seen.size}`);
  },

  async "who reads German and wants English chooses it, the page is loaded again in it, and what was drawn is there"(world) {
    const hub = await world.hub();
    const ada = await comeIn(await world.visitor(hub.url, GERMAN), "Ada");
    const { page } = ada;
    await ada.take("pen");
    await ada.draw(wave(300, 300));
    await ada.has({ shapes: 1 });
    await button(page, "Menü").click();
    await page.getByRole("button", { name: "Papier und Werkzeuge" }).click();
    await page.getByText("In einer anderen wird die Seite neu geladen.").waitFor();
    await Promise.all([page.waitForEvent("load"), button(page, "English").click()]);
    await ada.has({ status: "live", shapes: 1, people: 1 });
    await button(page, "Share").waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    await page.reload();
    await ada.isLive();
    await button(page, "Share").waitFor();
  },

  async "where German cannot be fetched, the page opens in English"(world) {
    const hub = await world.hub();
    const ada = await world.visitor("about:blank", GERMAN);
    await ada.page.route(/\/german-[^/]*\.js/, (route) => route.abort());
    await ada.page.goto(hub.url);
    ada.complaints.length = 0;
    await ada.introduce("Ada");
    await ada.isLive();
    assert.equal(await ada.page.evaluate(() => document.documentElement.lang), "en");
  },
};
