import { strict as assert } from "node:assert";
import { wave } from "../harness/person.mjs";

/** The host's page, by the address that the others use. */
function hostUrl(hub) {
  return hub.ready.host_url.replace(/\/\/[^/]+/, `//${hub.address}:${hub.port}`);
}

async function people(person) {
  const faces = person.page.getByRole("button", { name: /(person|people) here/ });
  if ((await faces.getAttribute("aria-expanded")) !== "true") await faces.click();
}

/** What can be done about somebody is open. */
async function about(host, name) {
  await people(host);
  await host.page.getByRole("button", { name: `What to do about ${name}` }).click();
}

export const cases = {
  async "a viewer looks on and is told why, and draws again as an editor"(world) {
    const hub = await world.hub();
    const host = await world.person(hostUrl(hub), "Hanna");
    const guest = await world.person(hub.url, "Gus");
    await guest.draw(wave(300, 200));
    await host.has({ shapes: 1 });
    await about(host, "Gus");
    await host.page.getByLabel("Role of Gus").selectOption("viewer");
    await guest.shows("You are looking on");
    assert.equal(await guest.page.locator("[data-tool]").count(), 0, "no tools");
    await guest.draw(wave(300, 350));
    await guest.page.keyboard.press("Control+z");
    await guest.open("Chat");
    await guest.shows("Only editors talk here");
    await guest.open("Notes");
    await guest.shows("Only editors write here");
    await guest.has({ shapes: 1, unsent: 0 });
    await host.page.getByLabel("Role of Gus").selectOption("editor");
    await guest.page.locator('[data-tool="pen"]').waitFor();
    await guest.draw(wave(300, 500));
    await host.has({ shapes: 2 });
  },

  async "notes that are locked look and are read-only, and say why, until they are open again"(world) {
    const hub = await world.hub();
    const host = await world.person(hostUrl(hub), "Hanna");
    const guest = await world.person(hub.url, "Gus");
    await guest.open("Notes");
    await guest.write("- [ ] one ");
    const text = guest.page.locator(".cm-content");
    assert.equal(await text.getAttribute("aria-readonly"), null);
    await people(host);
    await host.page.getByRole("button", { name: "Order in the room" }).click();
    const lock = host.page.getByRole("switch", { name: "The notes" });
    await lock.check();
    await guest.page.locator('.cm-content[aria-readonly="true"][contenteditable="false"]').waitFor();
    assert.match(await text.evaluate((shut) => document.getElementById(shut.getAttribute("aria-describedby"))?.textContent ?? ""), /The notes are locked/);
    const color = (of) => guest.page.locator(of).evaluate((one) => getComputedStyle(one).backgroundColor);
    assert.notEqual(await color(".cm-editor"), "rgba(0, 0, 0, 0)", "it looks shut");
    const box = guest.page.locator(".lanvas-task");
    await box.waitFor();
    assert.ok(await box.isDisabled());
    await text.focus();
    await guest.page.keyboard.type("not this");
    assert.doesNotMatch(await guest.notes(), /not this/);
    await lock.uncheck();
    await guest.page.locator('.cm-content[contenteditable="true"]:not([aria-readonly])').waitFor();
    await guest.write("two");
    assert.match(await guest.notes(), /two/);
  },

  async "what was drawn while the board was being locked is kept for its author"(world) {
    const hub = await world.hub();
    const host = await world.person(hostUrl(hub), "Hanna");
    const guest = await world.person(hub.url, "Gus");
    await guest.penDown(wave(300, 300));
    await people(host);
    await host.page.getByRole("button", { name: "Order in the room" }).click();
    await host.page.getByRole("switch", { name: "The board" }).check();
    await guest.shows("The board is locked");
    await guest.penUp();
    await guest.has({ shapes: 0 });
    await host.page.getByRole("switch", { name: "The board" }).uncheck();
    await guest.page.locator('[data-tool="pen"]').waitFor();
    await guest.draw(wave(300, 500));
    await host.has({ shapes: 1 });
    await host.shows("locked the board");
  },

  async "a moderator takes back what somebody drew, and sends them out for a time"(world) {
    const hub = await world.hub();
    const host = await world.person(hostUrl(hub), "Hanna");
    const mona = await world.person(hub.url, "Mona");
    const vandal = await world.person(hub.url, "Vandal");
    await mona.draw(wave(300, 150));
    for (const y of [300, 400, 500]) await vandal.draw(wave(300, y));
    await host.has({ shapes: 4 });
    await about(host, "Mona");
    await host.page.getByLabel("Role of Mona").selectOption("moderator");
    await people(mona);
    await mona.page.getByRole("button", { name: "What to do about Vandal" }).waitFor();
    assert.equal(await mona.page.getByRole("button", { name: "What to do about Hanna" }).count(), 0, "nobody touches who stands higher");
    await about(mona, "Vandal");
    await mona.page.getByRole("button", { name: "Take back what they did" }).click();
    await mona.shows("3 things they added go.");
    await mona.page.getByRole("button", { name: "Take back", exact: true }).click();
    await host.has({ shapes: 1 });
    await people(mona);
    await about(mona, "Vandal");
    await mona.page.getByLabel("How long they stay out").selectOption("for an hour");
    await mona.page.getByRole("button", { name: "Send out", exact: true }).click();
    await vandal.shows("You were sent out for a time");
    await host.page.keyboard.press("Escape");
    await people(host);
    await host.page.getByRole("button", { name: "Order in the room" }).click();
    await host.shows("Mona sent Vandal out for an hour");
    await host.shows("Mona took back 3 things that Vandal did");
    await host.page.getByRole("button", { name: "Let Vandal back" }).click();
    await host.shows("Mona sent Vandal out");
  },

  async "what a vandal moved and removed is as it was again, and what others did since stays"(world) {
    const hub = await world.hub();
    const host = await world.person(hostUrl(hub), "Hanna");
    const mona = await world.person(hub.url, "Mona");
    const vandal = await world.person(hub.url, "Vandal");
    for (const y of [150, 300]) await mona.draw(wave(300, y));
    await vandal.has({ shapes: 2 });
    // As the hub has it: Mona may not have heard yet who she is to it and when she drew.
    const { boardHash } = await vandal.debug();
    await vandal.page.keyboard.press("Control+a");
    await vandal.page.keyboard.press("Shift+ArrowRight");
    await vandal.isStored();
    await vandal.page.keyboard.press("Delete");
    await vandal.has({ shapes: 0 });
    await vandal.page.locator('[data-tool="pen"]').click();
    await vandal.draw(wave(300, 500));
    await host.has({ shapes: 1 });
    await about(host, "Vandal");
    await host.page.getByRole("button", { name: "Take back what they did" }).click();
    await host.shows("One thing they added goes.");
    await host.shows("2 things they removed return.");
    await host.page.getByRole("button", { name: "Take back", exact: true }).click();
    await host.has({ shapes: 2, boardHash });
    for (const person of [mona, vandal]) await person.has({ shapes: 2, boardHash });

    await vandal.page.keyboard.press("Control+a");
    await vandal.page.keyboard.press("Shift+ArrowDown");
    await vandal.isStored();
    await mona.draw(wave(300, 600));
    await host.has({ shapes: 3, unsent: 0 });
    const moved = (await host.debug()).boardHash;
    await mona.has({ shapes: 3, boardHash: moved });
    await about(host, "Vandal");
    await host.page.getByRole("button", { name: "Take back what they did" }).click();
    await host.shows("2 things they changed go back to how they were.");
    await host.page.getByRole("button", { name: "Take back", exact: true }).click();
    const back = await mona.boardOtherThan(moved);
    await host.has({ shapes: 3, boardHash: back, unsent: 0 });
    await host.page.keyboard.press("Control+z");
    // The one who took it back can undo that.
    await host.has({ boardHash: moved });
    await mona.has({ shapes: 3, boardHash: moved });
  },
};
