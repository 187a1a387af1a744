import { strict as assert } from "node:assert";
import { until } from "../harness/until.mjs";

/** Fails the first `times` requests for each file whose path fits, as Chromium does when the network changes. */
async function drop(page, fits, times = 1) {
  const dropped = new Map();
  await page.route(
    (url) => fits.test(url.pathname),
    (route) => {
      const { pathname } = new URL(route.request().url());
      const before = dropped.get(pathname) ?? 0;
      dropped.set(pathname, before + 1);
      return before < times ? route.abort("internetdisconnected") : route.continue();
    },
  );
  return dropped;
}

/** A page that has not gone anywhere yet. */
async function newcomer(world) {
  return world.visitor("about:blank");
}

export const cases = {
  async "a page whose files were dropped while it loaded loads again by itself"(world) {
    const hub = await world.hub("--title", "Physics");
    for (const fits of [/^\/assets\/index-.*\.js$/, /^\/assets\/open-.*\.js$/, /^\/assets\/.*\.css$/]) {
      const visitor = await newcomer(world);
      const dropped = await drop(visitor.page, fits);
      await visitor.page.goto(hub.url, { waitUntil: "commit" });
      await visitor.shows("Join “Physics”");
      assert.ok(dropped.size > 0, `${fits} was asked for`);
    }
  },

  async "a page that cannot load says so, what to do, and comes when it can"(world) {
    const hub = await world.hub("--title", "Physics");
    const visitor = await newcomer(world);
    let gone = true;
    await visitor.page.route(
      (url) => url.pathname !== `/s/${hub.session}`,
      (route) => (gone && !route.request().url().endsWith("/boot.js") ? route.abort("internetdisconnected") : route.continue()),
    );
    await visitor.page.goto(hub.url, { waitUntil: "commit" });
    await visitor.shows("Check that this device is on the same Wi-Fi or network as the host.");
    assert.ok(await visitor.page.getByRole("link", { name: "Load again" }).isVisible());
    gone = false;
    await visitor.shows("Join “Physics”");
  },

  async "without any script there are words, and a link that loads again"(world) {
    const hub = await world.hub("--title", "Physics");
    const visitor = await newcomer(world);
    let gone = true;
    await visitor.page.route(
      (url) => url.pathname !== `/s/${hub.session}`,
      (route) => (gone ? route.abort("internetdisconnected") : route.continue()),
    );
    await visitor.page.goto(hub.url, { waitUntil: "commit" });
    await visitor.shows("Lanvas is loading …");
    gone = false;
    await visitor.page.getByRole("link", { name: "Load again" }).click();
    await visitor.shows("Join “Physics”");
  },

  async "a part that is opened later and was dropped comes by itself"(world) {
    const hub = await world.hub();
    const visitor = await newcomer(world);
    const dropped = await drop(visitor.page, /^\/assets\/(?:HelpSheet|ShareCard)-.*\.js$/, 2);
    await visitor.page.goto(hub.url);
    await visitor.introduce("Ada");
    await visitor.isLive();
    await visitor.page.keyboard.press("?");
    await visitor.shows("Help and shortcuts");
    await visitor.page.keyboard.press("Escape");
    await until("what was dropped is asked for again", () => dropped.size > 0 && [...dropped.values()].every((times) => times > 1));
  },

  async "a part that never comes is said in a sentence, and the board goes on"(world) {
    const hub = await world.hub();
    const visitor = await newcomer(world);
    await drop(visitor.page, /^\/assets\/HelpSheet-.*\.js$/, Infinity);
    await visitor.page.goto(hub.url);
    await visitor.introduce("Ada");
    await visitor.isLive();
    await visitor.page.keyboard.press("?");
    await visitor.shows("A part of the page could not be loaded.");
    await visitor.draw([
      [400, 300],
      [500, 350],
      [600, 300],
    ]);
    await visitor.has({ shapes: 1 });
    assert.ok(await visitor.page.getByRole("button", { name: "Reload" }).isVisible());
  },
};
