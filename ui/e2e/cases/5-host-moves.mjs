import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { isInside } from "../harness/network.mjs";
import { equal } from "../harness/equal.mjs";
import { wave } from "../harness/person.mjs";

const SECOND = "10.77.0.2";

/** Gives this machine another address, as a Wi-Fi beside a cable does; taken away at the end if it is still there. */
function secondAddress(world) {
  const ip = (what) => execFileSync("ip", ["address", what, `${SECOND}/24`, "dev", "lanvas0"], { stdio: "pipe" });
  ip("add");
  let there = true;
  const remove = () => {
    if (there) ip("delete");
    there = false;
  };
  world.keep(remove, async (it) => it());
  return { address: SECOND, remove };
}

/** The network came back: what browsers say when a Wi-Fi was changed. */
function networkCameBack(person) {
  return person.page.evaluate(() => void window.dispatchEvent(new Event("online")));
}

export const cases = {
  async "the host loses the address of the page: the page finds it at another one, and everything goes on"(world) {
    if (!isInside()) return;
    const second = secondAddress(world);
    const hub = await world.hub("--title", "Physics");
    const there = `http://${second.address}:${hub.port}/s/${hub.session}`;
    const ada = await world.person(there, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.say("before the move");
    await ada.isStored();
    second.remove();
    await ada.draw(wave(300, 300));
    await networkCameBack(ada);
    await ada.has({ status: "offline" });
    await ada.has({ status: "live", shapes: 1, unsent: 0 }, 20_000);
    await ben.has({ shapes: 1, people: 2 });
    await equal(ada, ben);
    // What goes by HTTP goes to the new address as well.
    await ada.page.getByRole("button", { name: "Search the chat" }).click();
    await ada.page.getByPlaceholder("Search").fill("before");
    await ada.shows("1 message found");
    await ada.page.keyboard.press("Escape");
    await ada.shows("The host has a new address.");
    await ada.page.getByRole("button", { name: "Use the new link" }).click();
    await ada.page.waitForURL(`${hub.url}`);
    await ada.has({ status: "live", shapes: 1, people: 2 });
    assert.equal(await ada.page.getByLabel("Your name").count(), 0, "she is known");
    assert.ok(!ada.page.url().includes("#"), "what makes her Ada left the address bar");
  },

  async "the hub comes back on another port: pages find it there"(world) {
    if (!isInside()) return;
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.draw(wave(300, 200));
    await ada.isStored();
    await hub.kill();
    await ada.has({ status: "offline" });
    await ada.draw(wave(300, 300));
    await ada.shows("Looking for the host at its other addresses, too.");
    await hub.launch(7423);
    await ada.has({ status: "live", shapes: 2, unsent: 0, unstored: 0 }, 30_000);
    await ada.shows("The host has a new address.");
  },

  async "a page of another program of the same machine is not let in"(world) {
    const hub = await world.hub();
    const stranger = await world.visitor("about:blank");
    await stranger.page.route("http://10.77.0.1:8080/**", (route) => route.fulfill({ contentType: "text/html", body: "<p>Hello</p>" }));
    await stranger.page.goto("http://10.77.0.1:8080/");
    const got = await stranger.page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const socket = new WebSocket(url, ["lanvas.v1"]);
          socket.onopen = () => resolve("open");
          socket.onerror = () => resolve("refused");
        }),
      hub.url.replace("http", "ws").replace("/s/", "/ws/"),
    );
    assert.equal(got, "refused");
  },
};
