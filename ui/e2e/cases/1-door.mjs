import { strict as assert } from "node:assert";
import { until } from "../harness/until.mjs";

export const cases = {
  async "who knocks waits, is seen with device and address, and is let in; another is turned away"(world) {
    const { hub, host } = await hosted(world, "They knock");
    const kim = await world.visitor(hub.url, { phone: true });
    await kim.introduce("Kim");
    await kim.shows("Waiting to be let in");
    await host.shows("Kim wants to come in");
    await host.shows(/with a phone, from \d+\.\d+\.\d+\.\d+/);
    await host.has({ people: 1 });
    // The sheet is open still, and lies over everything but who knocks.
    await host.page.getByRole("button", { name: "Let Kim in", exact: true }).click();
    await kim.isLive();
    await host.has({ people: 2 });
    await host.page.keyboard.press("Escape");
    const mal = await world.visitor(hub.url);
    await mal.introduce("Mal");
    await host.page.getByRole("button", { name: "Turn Mal away" }).click();
    await mal.shows("You were not let in");
    await mal.page.getByRole("button", { name: "Knock again" }).click();
    await host.shows("Mal wants to come in");
    await mal.page.getByRole("button", { name: "Stop waiting" }).click();
    await host.page.getByText("Mal wants to come in").waitFor({ state: "detached" });
  },

  async "an invitation opens what is closed to others, once if it is for one"(world) {
    const { hub, host } = await hosted(world, "By invitation");
    const stranger = await world.visitor(hub.url);
    await stranger.introduce("Sam");
    await stranger.shows("You need an invitation");
    await host.page.getByRole("combobox", { name: "People" }).selectOption({ label: "one" });
    await host.page.getByRole("button", { name: "Make an invitation" }).click();
    const link = await copied(host, "Copy the link of invitation 2");
    assert.match(link, /#invite=[0-9a-f]{32}$/);
    const guest = await world.person(link, "Ida");
    assert.ok(!guest.page.url().includes("invite"), "the token left the address bar");
    await host.shows("used 1 of 1");
    const late = await world.visitor(link);
    await late.introduce("Lea");
    await late.shows("This invitation is over");
    await guest.page.reload();
    await guest.isLive();
  },

  async "new codes end old links, and who must leave is told why and comes back by the new way"(world) {
    const { hub, host } = await hosted(world, "With a password");
    const first = await host.page.locator("code").textContent();
    const guest = await world.visitor(hub.url);
    await guest.introduce("Gus");
    await enter(guest, first);
    await guest.isLive();
    await host.page.getByLabel("Those who are here have to come in anew, too").check();
    await host.page.getByRole("button", { name: "New codes" }).click();
    await guest.shows("The host made new codes");
    await host.shows("Old links open nothing any more");
    const second = await until("another password", async () => {
      const shown = await host.page.locator("code").textContent();
      return shown !== first && shown;
    });
    await guest.page.getByRole("button", { name: "Come in again" }).click();
    await enter(guest, first);
    await guest.shows("That is not the password");
    await enter(guest, second);
    await guest.isLive();
    await host.isLive();
  },

  async "guessing is slowed down, and says for how long"(world) {
    const { hub, host } = await hosted(world, "With a password");
    const guesser = await world.visitor(hub.url);
    await guesser.introduce("Gero");
    for (let guess = 0; guess < 6; guess += 1) {
      await guesser.page.getByLabel("Password").fill(`guess ${guess}`);
      await guesser.page.getByRole("button", { name: "Enter" }).click();
      if (guess < 5) await guesser.shows("That is not the password");
    }
    await guesser.shows("Too many wrong tries");
    await guesser.shows(/Wait \d s/);
    const password = await host.page.locator("code").textContent();
    await guesser.page.getByRole("button", { name: "Enter" }).waitFor();
    await enter(guesser, password);
    await guesser.isLive();
  },
};

/** A hub with its host in, who has chosen how people come in; the sheet is open. */
async function hosted(world, entry) {
  const hub = await world.hub("--title", "Physics, Friday");
  const host = await world.person(hub.ready.host_url.replace("127.0.0.1", hub.address), "Hanna");
  await host.page.getByRole("button", { name: "Share" }).click();
  await host.page.getByRole("button", { name: "How people come in" }).click();
  await host.page.getByRole("radio", { name: entry }).check();
  return { hub, host };
}

async function enter(person, password) {
  await person.page.getByLabel("Password").fill(password);
  await person.page.keyboard.press("Enter");
}

/** Plain http has no clipboard to read: what is copied is caught on its way. */
async function copied(person, button) {
  await person.page.evaluate(() => document.addEventListener("copy", () => (window.copied = document.activeElement?.value ?? String(getSelection()))));
  await person.page.getByRole("button", { name: button }).click();
  const text = await person.page.waitForFunction(() => window.copied);
  return text.jsonValue();
}
