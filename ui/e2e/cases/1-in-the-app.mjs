/** A browser guest's session is handed to the app of the same computer. */
import { strict as assert } from "node:assert";
import { wave } from "../harness/person.mjs";

export const cases = {
  async "a guest opens the session in the app, and is told to stay where there is none"(world) {
    const hub = await world.hub();
    const ada = await world.person(`${hub.url}#host=${"0".repeat(32)}`, "Ada");
    await ada.draw(wave(300, 300));
    await ada.isStored();
    await ada.page.getByRole("button", { name: "Share" }).click();
    const way = ada.page.getByRole("link", { name: "Open in the Lanvas app" });
    assert.equal(await way.getAttribute("href"), hub.url.replace("http:", "lanvas:"), "where it is, and no secret");
    const { height } = await way.boundingBox();
    assert.ok(height >= 44, `as high as a finger: ${height}`);
    await way.focus();
    await ada.page.keyboard.press("Enter");
    await ada.shows("Nothing opened? Then this computer has no Lanvas app.");
    assert.equal(ada.page.url(), hub.url, "the page is where it was");
    await ada.has({ status: "live", shapes: 1 });
    // Chromium's own question, which it asks on Linux whether or not there is an app, goes with the page.
    await ada.page.reload();
    await ada.has({ status: "live", shapes: 1, people: 1 });
    const phone = await world.person(hub.url, "Ben", { phone: true });
    await phone.page.getByRole("button", { name: "Share" }).click();
    await phone.shows("Copy link");
    assert.equal(await phone.page.getByRole("link", { name: "Open in the Lanvas app" }).isVisible(), false, "there is no app for phones");
  },
};
