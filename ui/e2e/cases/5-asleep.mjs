/** What a Wi-Fi and a lid do to people who are in: they come back by themselves, and what they did arrives once. */
import { strict as assert } from "node:assert";
import { isInside } from "../harness/network.mjs";
import { equal } from "../harness/equal.mjs";
import { Person, wave } from "../harness/person.mjs";
import { until } from "../harness/until.mjs";

/** Both sides hold a connection for dead after 25 s in which nothing was heard. */
const SILENCE_NOTICED_MS = 32_000;
/** Pages try again after 10 s at the latest, or 13 with what chance adds, and a greeting has 10. */
const BACK_MS = 30_000;
/** A drop that no heartbeat notices. */
const MOMENT_MS = 5_000;

const GO_ON = "You can go on drawing and writing; it will be sent when the connection is back.";

/** Who is in, by name, as `person` has it. */
const company = (person, here) => until(`${person.name} sees ${here} here`, async () => (await person.debug()).people === here);

async function theHostsWifiDropsForAMoment(world) {
  const hub = await world.hubElsewhere("--title", "Moment");
  const [ada, ben] = [await world.person(hub.url, "Ada"), await world.person(hub.url, "Ben")];
  await ada.draw(wave(300, 150));
  await ada.isStored();
  hub.machine.dropWifi();
  await ada.draw(wave(300, 200));
  await ben.say("Said into the hole");
  await new Promise((over) => setTimeout(over, MOMENT_MS));
  const meanwhile = await ada.debug();
  assert.deepEqual([meanwhile.status, meanwhile.unstored], ["live", 1], "no heartbeat was missed, and nothing got through");
  hub.machine.wifiComesBack();
  const healed = { status: "live", shapes: 2, messages: 1, unsent: 0, unstored: 0, people: 2 };
  for (const each of [ada, ben]) await each.has(healed, BACK_MS);
  await equal(ada, ben);
}

async function theHostsWifiDrops(world) {
  const hub = await world.hubElsewhere("--title", "Wi-Fi");
  const [ada, ben] = [await world.person(hub.url, "Ada"), await world.person(hub.url, "Ben")];
  await ada.draw(wave(300, 150));
  await ada.isStored();
  hub.machine.dropWifi();
  await ada.draw(wave(300, 200));
  await ada.has({ status: "offline" }, SILENCE_NOTICED_MS);
  await ada.shows(GO_ON);
  await ada.shows("Offline for 0:");
  await ben.has({ status: "offline" }, SILENCE_NOTICED_MS);
  await ben.draw(wave(300, 250));
  hub.machine.wifiComesBack();
  const back = { status: "live", shapes: 3, unsent: 0, unstored: 0, people: 2 };
  for (const each of [ada, ben]) await each.has(back, BACK_MS);
  await equal(ada, ben);
}

async function theHostsLaptopSleeps(world) {
  const hub = await world.hubElsewhere("--title", "Lid");
  const [ada, ben] = [await world.person(hub.url, "Ada"), await world.person(hub.url, "Ben")];
  await ada.draw(wave(300, 150));
  await ada.isStored();
  hub.fallAsleep();
  await ada.draw(wave(300, 200));
  await ben.draw(wave(300, 250));
  for (const each of [ada, ben]) await each.has({ status: "offline" }, SILENCE_NOTICED_MS);
  await ben.shows(GO_ON);
  await ben.say("Said to a closed lid");
  hub.wakeUp();
  const back = { status: "live", shapes: 3, messages: 1, unsent: 0, unstored: 0, people: 2 };
  for (const each of [ada, ben]) await each.has(back, BACK_MS);
  await equal(ada, ben);
}

async function aGuestsLaptopSleeps(world) {
  const hub = await world.hubElsewhere("--title", "Guest");
  const laptop = await world.laptop();
  const ben = await world.person(hub.url, "Ben");
  const ada = world.keep(await Person.arrive(laptop.browser, hub.url, "Ada"), (it) => it.leave());
  await ada.draw(wave(300, 150));
  await ada.isStored();
  await company(ben, 2);
  laptop.sleep();
  await ben.draw(wave(300, 200));
  await until("the hub has given Ada up", async () => (await ben.debug()).people === 1, SILENCE_NOTICED_MS + 5_000);
  await ben.say("Where is Ada?");
  laptop.wakeUp();
  const back = { status: "live", shapes: 2, messages: 1, unsent: 0, unstored: 0, people: 2 };
  for (const each of [ada, ben]) await each.has(back, BACK_MS);
  await ada.draw(wave(300, 250));
  await ben.has({ shapes: 3 });
  await equal(ada, ben);
}

export const cases = {
  /** At once, because each lasts as long as a silence is borne: 25 s. */
  async "a Wi-Fi that drops, a host that sleeps, a guest that sleeps: everybody comes back and nothing is doubled"(world) {
    if (!isInside()) return;
    await Promise.all([theHostsWifiDropsForAMoment(world), theHostsWifiDrops(world), theHostsLaptopSleeps(world), aGuestsLaptopSleeps(world)]);
  },
};
