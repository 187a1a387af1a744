import { strict as assert } from "node:assert";
import { wave } from "../harness/person.mjs";
import { equal } from "../harness/equal.mjs";

export const cases = {
  async "one who is offline goes on with everything, and all of it merges on return"(world) {
    const hub = await world.hub();
    const wire = await world.wire(hub);
    const ada = await world.person(wire.urlOf(hub), "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.write("start ");
    await ben.open("Notes");
    await ben.has({ notesLength: 6 });
    wire.cut();
    await ada.has({ status: "offline" });
    await ada.shows("You can go on drawing and writing; it will be sent when the connection is back.");
    await ada.shows("Offline for 0:");
    await ada.draw(wave(300, 200));
    await ada.draw(wave(300, 300));
    await ada.write("from Ada ");
    await ada.say("Said offline");
    await ben.draw(wave(300, 450));
    await ben.write("from Ben ");
    await ben.say("Said online");
    assert.equal((await ben.debug()).shapes, 1);
    assert.equal((await ada.debug()).shapes, 2);
    wire.mend();
    const end = { status: "live", shapes: 3, messages: 2, notesLength: 24, unsent: 0, unstored: 0 };
    await ada.has(end);
    await ben.has(end);
    await equal(ada, ben);
  },

  async "what was done offline outlives a reload of the page"(world) {
    const hub = await world.hub();
    const wire = await world.wire(hub);
    const ada = await world.person(wire.urlOf(hub), "Ada");
    await ada.isStored();
    // The page itself must still load: only the socket is gone.
    await hub.kill();
    await ada.has({ status: "offline" });
    await ada.draw(wave(300, 200));
    await ada.say("Kept");
    await ada.has({ unsent: 2 });
    await hub.restart();
    await ada.page.reload();
    await ada.has({ status: "live", shapes: 1, messages: 1, unsent: 0, unstored: 0 });
  },

  async "the stroke of the last moment before a reload is not lost"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.isStored();
    for (let shapes = 1; shapes <= 4; shapes += 1) {
      await hub.kill();
      await ada.has({ status: "offline" });
      await hub.restart();
      await ada.draw(wave(300, 100 + shapes * 50));
      await ada.page.reload();
      await ada.has({ status: "live", shapes, unsent: 0, unstored: 0 });
    }
  },

  async "a tab that was frozen with unsent words does not say them again after another has"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.isStored();
    await hub.kill();
    await ada.has({ status: "offline" });
    await ada.say("Once");
    await ada.has({ unsent: 1 });
    await ada.isKept();
    const wakeUp = await ada.fallAsleep();
    await hub.restart();
    const other = await ada.again(hub.url);
    await other.has({ status: "live", messages: 1, unsent: 0, unstored: 0 });
    await wakeUp();
    await ada.has({ status: "live", messages: 1, unsent: 0, unstored: 0 });
    await other.has({ messages: 1 });
  },

  async "the hub is killed and comes back on its port: pages return by themselves and nothing is lost"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.draw(wave(300, 200));
    await ada.isStored();
    await ben.has({ shapes: 1 });
    await hub.kill();
    await ada.has({ status: "offline" });
    await ben.has({ status: "offline" });
    await ada.draw(wave(300, 300));
    await ben.draw(wave(300, 400));
    await hub.restart();
    const end = { status: "live", shapes: 3, unsent: 0, unstored: 0 };
    await ada.has(end, 30_000);
    await ben.has(end, 30_000);
    await equal(ada, ben);
  },

  async "“Try now” does not wait for the next try"(world) {
    const hub = await world.hub();
    const wire = await world.wire(hub);
    const ada = await world.person(wire.urlOf(hub), "Ada");
    wire.cut();
    await ada.has({ status: "offline" });
    wire.mend();
    await ada.page.getByRole("button", { name: "Try now" }).click({ timeout: 3000 }).catch(() => undefined);
    await ada.isLive();
  },
};
