/** What a browser shows where a link is wrong, names no session, or no script runs: in the language of its reader. */
import { strict as assert } from "node:assert";
import { until } from "../harness/until.mjs";

const GERMAN = { locale: "de-DE" };

const languageOf = (page) => page.locator("html").getAttribute("lang");

export const cases = {
  async "who follows a wrong link reads why in their language, and finds the session from there"(world) {
    const hub = await world.hub();
    const at = `http://${hub.address}:${hub.port}`;
    const ada = await world.visitor(`${at}/S/${hub.session}`, { ...GERMAN, phone: true });
    await ada.page.getByRole("heading", { name: "Unter dieser Adresse gibt es nichts" }).waitFor();
    await ada.shows("Frag den Gastgeber nach dem aktuellen Link.");
    assert.equal(await languageOf(ada.page), "de");
    const on = ada.page.getByRole("link", { name: "Zu den Sitzungen hier" });
    assert.ok((await on.boundingBox()).height >= 44, "it can be met with a finger");
    await on.tap();
    await ada.page.getByLabel("Dein Name").waitFor();
    assert.equal(new URL(ada.page.url()).pathname, `/s/${hub.session}`);

    const ben = await world.visitor(`${at}/ws/${hub.session}`);
    await ben.page.getByRole("heading", { name: "This address speaks WebSocket" }).waitFor();
    assert.equal(await languageOf(ben.page), "en");
    await ben.page.keyboard.press("Tab");
    await ben.page.keyboard.press("Enter");
    await ben.page.getByLabel("Your name").waitFor();
  },

  async "who reads German finds a hub's sessions listed in German, and comes in"(world) {
    const hub = await world.hub("--title", "Physik, Freitag");
    const ada = await world.visitor("about:blank", GERMAN);
    // A hub with one session leads to it at once; the page is the same at its front door.
    await ada.page.addInitScript(() => {
      if (sessionStorage.getItem("was-at-the-door") === null) history.replaceState(null, "", "/");
      sessionStorage.setItem("was-at-the-door", "yes");
    });
    await ada.page.goto(hub.url);
    await ada.page.getByRole("heading", { name: "Welche Sitzung?" }).waitFor();
    assert.equal(await languageOf(ada.page), "de");
    const one = ada.page.getByRole("link", { name: /^Physik, Freitag bei .+ · 0 Personen$/ });
    assert.ok((await one.boundingBox()).height >= 44, "it can be met with a finger");
    await one.click();
    await ada.page.getByLabel("Dein Name").fill("Ada");
    await ada.page.getByRole("button", { name: "Beitreten" }).click();
    await ada.isLive();
  },

  async "where no script runs, the pages ask for it in the language of who reads them"(world) {
    const hub = await world.hub();
    for (const { locale, tag, page, test } of [
      { locale: "de-DE", tag: "de", page: "Lanvas zeichnet mit JavaScript.", test: "Die Prüfung braucht JavaScript." },
      { locale: "en-GB", tag: "en", page: "Lanvas draws with JavaScript.", test: "The test needs JavaScript." },
      { locale: "fr-FR", tag: "en", page: "Lanvas draws with JavaScript.", test: "The test needs JavaScript." },
    ]) {
      const ada = await world.visitor(hub.url, { locale, scripts: false });
      for (const [url, said] of [
        [hub.url, page],
        [`http://${hub.address}:${hub.port}/test`, test],
      ]) {
        await ada.page.goto(url);
        const shown = async () => (await ada.page.locator("body").innerText()).trim().replace(/\s+/g, " ");
        await until("the page says what it needs", async () => (await shown()).includes(said));
        assert.equal(await languageOf(ada.page), tag);
        assert.equal((await shown()).match(/JavaScript/g).length, 1, `in one language: ${await shown()}`);
        assert.doesNotMatch(await shown(), /loading|geladen|Wi-Fi|WLAN/, "nothing is promised that will not come");
      }
    }
  },
};
