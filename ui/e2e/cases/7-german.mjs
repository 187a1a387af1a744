import { strict as assert } from "node:assert";
import { englishOf, textsOn } from "../harness/english.mjs";
import { until } from "../harness/until.mjs";

const GERMAN = { locale: "de-DE" };

let english;
async function nothingEnglish(page, where) {
  english ??= englishOf();
  assert.deepEqual((await english).among(await textsOn(page)), [], `nothing is English ${where}`);
}

export const cases = {
  async "who reads German writes, searches, changes and deletes in the chat in German, beside somebody who reads English"(world) {
    const hub = await world.hub();
    const ben = await world.person(hub.url, "Ben");
    const ada = await came(world, hub, "Ada");
    const { page } = ada;
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
    await page.getByRole("button", { name: "Chat", exact: true }).click();
    await ada.shows("Noch hat niemand etwas geschrieben. Sag Hallo.");
    const field = page.getByLabel("Nachricht", { exact: true });
    await field.fill("Guten Morgen zusammen");
    await field.press("Enter");
    await ada.shows("Heute");
    await ben.say("Good morning");
    await ben.shows("Today");
    await ada.has({ messages: 2 });

    await page.getByRole("button", { name: "Chat durchsuchen" }).click();
    await page.getByRole("searchbox").fill("von:Ada hat:bild");
    await ada.shows("Nichts gefunden. Versuch es mit weniger Wörtern.");
    await page.getByRole("searchbox").fill("von:Ada morgen nach:2026-01-01");
    await ada.shows("1 Nachricht gefunden");
    assert.equal(await page.getByRole("list", { name: "Gefundene Nachrichten" }).getByRole("button").count(), 1);
    await nothingEnglish(page, "while the chat is searched");
    await page.keyboard.press("Escape");

    await act(page, "Bearbeiten");
    await ada.shows("Deine Nachricht bearbeiten");
    await nothingEnglish(page, "while a message is changed");
    await field.fill("Guten Abend zusammen");
    await field.press("Enter");
    await ada.shows("(bearbeitet)");
    await ben.shows("(edited)");
    await act(page, "Löschen");
    await ada.shows("Für alle löschen?");
    await nothingEnglish(page, "before a message is deleted");
    await page.getByRole("toolbar", { name: "Aktionen" }).getByRole("button", { name: "Löschen" }).click();
    await ada.shows("Nachricht gelöscht");
    await ben.shows("Message deleted");
  },

  async "who reads German finds the notes' pages, past and search by their German names"(world) {
    const hub = await world.hub();
    const ada = await came(world, hub, "Ada");
    const { page } = ada;
    await page.getByRole("button", { name: "Notizen", exact: true }).click();
    await page.getByText("Schreibt hier zusammen.").waitFor();
    await page.getByRole("textbox", { name: "Gemeinsame Notizen" }).focus();
    await page.keyboard.insertText("# Plan\n\nKatze Hund Katze");
    await ada.isStored();

    const bar = page.getByRole("toolbar", { name: "Was du mit den Notizen tun kannst" });
    await bar.getByRole("button", { name: "Suchen und ersetzen" }).click();
    await page.getByRole("textbox", { name: "Suchen" }).fill("Katze");
    await nothingEnglish(page, "where the notes are searched");
    await page.getByRole("textbox", { name: "Ersetzen durch" }).fill("Maus");
    await page.getByRole("button", { name: "alle ersetzen" }).click();
    assert.equal(await ada.notes(), "# Plan\n\nMaus Hund Maus");
    await page.getByRole("button", { name: "Schließen", exact: true }).and(page.locator(".cm-search *")).click();

    await bar.getByRole("button", { name: "Lesen", exact: true }).click();
    await page.getByRole("article", { name: "Die Notizen zum Lesen" }).getByRole("heading", { name: "Plan" }).waitFor();
    await bar.getByRole("button", { name: "Lesen", exact: true }).click();

    await ada.isStored();
    await bar.getByRole("button", { name: "Rückschau" }).click();
    const past = page.getByRole("slider", { name: "Zeitpunkt" });
    await past.fill("0");
    await until("the beginning is named", async () => (await past.getAttribute("aria-valuetext")) === "Am Anfang");
    await nothingEnglish(page, "in the notes' past");
    await page.getByRole("button", { name: "Zurück", exact: true }).click();
    await bar.getByRole("button", { name: "Wer was geschrieben hat" }).click();
    await page.getByRole("button", { name: "Mehr zu den Notizen" }).click();
    await nothingEnglish(page, "where there is more for the notes");
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "Neue Seite" }).click();
    await page.getByRole("button", { name: "Seite: Seite 2" }).click();
    await nothingEnglish(page, "among the pages");
    await page.getByRole("list", { name: "Seiten", exact: true }).getByRole("button", { name: "Erste Seite" }).first().click();
    await page.getByRole("button", { name: "Seite: Erste Seite" }).waitFor();
  },

  async "who reads German makes an account and signs out in German"(world) {
    const hub = await world.hub();
    const ada = await world.visitor(hub.url, GERMAN);
    const { page } = ada;
    await page.getByRole("button", { name: "Anmelden oder Konto anlegen" }).click();
    const sheet = page.getByRole("dialog", { name: "Konto" });
    await sheet.getByRole("button", { name: "Ich habe noch kein Konto" }).click();
    await sheet.getByLabel("Name").fill("Käthe");
    await sheet.getByLabel("Passwort").fill("kurz");
    await sheet.getByRole("button", { name: "Konto anlegen" }).click();
    await ada.shows(/Das Passwort braucht mindestens \d+ Zeichen/);
    await nothingEnglish(page, "where an account is made");
    await sheet.getByLabel("Passwort").fill("grün Gras & 7 Gänse");
    await sheet.getByRole("button", { name: "Konto anlegen" }).click();
    ada.name = "Käthe";
    await ada.isLive();
    await page.getByRole("button", { name: "Menü" }).click();
    await page.getByRole("button", { name: "Konto", exact: true }).click();
    await ada.shows("Du bist als Käthe angemeldet.");
    await nothingEnglish(page, "where one is signed in");
    await page.getByRole("button", { name: "Hier abmelden" }).click();
    await page.getByLabel("Dein Name").waitFor();
  },

  async "the test of a connection speaks the device's language"(world) {
    const hub = await world.hub();
    const phone = await world.visitor(`http://${hub.address}:${hub.port}/test`, { phone: true, ...GERMAN });
    await phone.shows("Dieses Gerät kann mitmachen.");
    const rows = await phone.page.locator("#checks li.good").allTextContents();
    assert.match(rows.join(" "), /Der Gastgeber antwortet.*ms.*Die Live-Verbindung.*ms.*MB\/s/);
    assert.equal(await phone.page.title(), "Verbindung prüfen – Lanvas");
    assert.doesNotMatch(await phone.page.locator("main").innerText(), /\b(the|this|again|join)\b/i);
    await phone.page.getByRole("link", { name: "Beitreten" }).waitFor();
  },
};

async function came(world, hub, name) {
  const person = await world.visitor(hub.url, GERMAN);
  person.name = name;
  await person.page.getByLabel("Dein Name").fill(name);
  await person.page.getByRole("button", { name: "Beitreten" }).click();
  await person.isLive();
  return person;
}

async function act(page, action) {
  await page.getByRole("button", { name: "Aktionen für die Nachricht von Ada" }).first().click();
  await page.getByRole("toolbar", { name: "Aktionen" }).getByRole("button", { name: action, exact: true }).click();
}
