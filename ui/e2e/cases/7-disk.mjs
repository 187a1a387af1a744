import { strict as assert } from "node:assert";
import { wave } from "../harness/person.mjs";

export const cases = {
  async "the host’s disk is full: everybody is told, goes on, and nothing is lost when there is room again"(world) {
    const disk = world.smallDisk(8);
    if (disk === null) return console.log("       no disk of its own can be made here: passed over");
    const hub = await world.hubOn(disk);
    const ada = await world.person(hub.ready.host_url.replace("127.0.0.1", world.address), "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.draw(wave(300, 200));
    await ada.isStored();
    disk.fill();
    // SQLite has room left in its own file for a little.
    for (let step = 0; step < 12; step += 1) await ben.draw(wave(300, 300 + step, 60, 4));
    await ben.write("Written while the disk is full. ".repeat(400));
    await ben.shows("What is done now is not being saved on Ada’s computer: its disk is full.");
    await ada.shows("What is done now is not being saved on your computer: its disk is full.");
    await ada.shows("Make room: delete or move files");
    await ben.say("Still here");
    await ada.has({ messages: 1 });
    assert.ok((await ben.debug()).unstored > 0);
    disk.empty();
    await ben.isStored();
    await ben.page.locator("[data-trouble]").waitFor({ state: "detached" });
    await hub.kill();
    await hub.restart();
    await ben.has({ status: "live", shapes: 13, messages: 1 }, 30_000);
  },
};
