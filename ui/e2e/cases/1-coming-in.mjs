import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const cases = {
  async "a first visit on plain http asks only for a name, the next one for nothing"(world) {
    const hub = await world.hub("--title", "Physics, Friday");
    const visitor = await world.visitor(hub.url);
    assert.equal(await visitor.page.evaluate(() => window.isSecureContext), false);
    await visitor.shows("Join “Physics, Friday”");
    assert.equal(await visitor.page.locator("input").count(), 1);
    await visitor.page.getByRole("button", { name: "Join" }).click();
    await visitor.shows("Type a name first.");
    await visitor.introduce("Ada");
    await visitor.has({ status: "live", people: 1 });
    await visitor.page.reload();
    await visitor.has({ status: "live", people: 1 });
    await visitor.page.waitForFunction(() => document.title === "Physics, Friday – Lanvas");
  },

  async "the front door leads to the only session"(world) {
    const hub = await world.hub();
    const visitor = await world.visitor(`http://${hub.address}:${hub.port}/`);
    await visitor.introduce("Ada");
    await visitor.has({ status: "live", session: hub.session });
  },

  async "a link to no session says so and what to do"(world) {
    const hub = await world.hub();
    const visitor = await world.visitor(`http://${hub.address}:${hub.port}/s/nosuchsession`);
    await visitor.introduce("Ada");
    await visitor.shows("This session is not here any more");
    await visitor.shows("Ask the person who hosts it for the link");
  },

  async "a password is asked for, and a wrong one can be corrected"(world) {
    const hub = await passwordHub(world);
    const visitor = await world.visitor(hub.url);
    await visitor.introduce("Ada");
    await visitor.shows("This session has a password");
    const field = visitor.page.getByLabel("Password");
    await field.fill("guess");
    await field.press("Enter");
    await visitor.shows("That is not the password.");
    await field.fill("open sesame");
    await field.press("Enter");
    await visitor.has({ status: "live", people: 1 });
  },

  async "the host opens the link of this machine, is marked and changes the title"(world) {
    const hub = await world.hub("--title", "Old title");
    const guest = await world.person(hub.url, "Ben");
    const host = await world.person(hub.ready.host_url, "Ada");
    assert.ok(!host.page.url().includes("host="), "the token left the address bar");
    assert.equal(await guest.page.getByRole("button", { name: "Old title" }).count(), 0);
    await host.page.getByRole("button", { name: "Old title" }).click();
    await host.page.getByLabel("Title of the session").fill("New title");
    await host.page.keyboard.press("Enter");
    await guest.shows("New title");
    await guest.page.getByRole("button", { name: "2 people here" }).click();
    await guest.shows("host");
  },

  async "somebody who leaves is gone from the list, somebody who comes back is the same"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.visitor(hub.url);
    await ben.introduce("Ben");
    await ada.has({ people: 2 });
    await ben.page.reload();
    await ben.isLive();
    await ada.has({ people: 2 });
    await ben.page.getByRole("button", { name: "Menu" }).click();
    await ben.page.getByRole("button", { name: "Leave" }).click();
    await ada.has({ people: 1 });
  },
};

async function passwordHub(world) {
  const folder = await import("node:os").then(({ tmpdir }) => tmpdir());
  const file = join(folder, `lanvas-e2e-password-${process.pid}`);
  writeFileSync(file, "open sesame\n");
  return world.hub("--password-file", file);
}
