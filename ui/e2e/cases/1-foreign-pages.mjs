import { strict as assert } from "node:assert";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

export const cases = {
  async "a page of another origin opens no socket here, reads nothing and changes nothing"(world) {
    const hub = await world.hub("--title", "Physics, Friday");
    const host = await world.person(hub.ready.host_url.replace("127.0.0.1", hub.address), "Hanna");
    const target = { base: `http://${hub.address}:${hub.port}`, session: hub.session };
    const own = await host.page.evaluate(attack, target);
    assert.deepEqual([own.socket, own.plain, own.list.slice(0, 3)], ["open", "open", "200"], "the hub's own page may");
    const foreign = await site(world);
    const context = await world.browser.newContext();
    world.keep(context, (it) => it.close());
    const page = await context.newPage();
    await page.goto(foreign);
    const came = await page.evaluate(attack, target);
    assert.deepEqual(came, { socket: "closed", plain: "closed", read: "blocked", list: "blocked", changed: "blocked" });
    // What a page may send without asking reaches the hub, and is turned away there.
    const sent = await fetch(`http://${hub.address}:${hub.port}/api/sessions/${hub.session}/hook`, { method: "POST", headers: { Origin: new URL(foreign).origin }, body: '{"on":true}' });
    assert.equal(sent.status, 403);
    await host.has({ status: "live", people: 1 });
  },

  async "a name that is pointed at this machine later is none of the hub's"(world) {
    const hub = await world.hub();
    const rules = `--host-resolver-rules=MAP evil.test ${hub.address}`;
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", rules] });
    world.keep(browser, (it) => it.close());
    const page = await browser.newPage();
    const base = `http://evil.test:${hub.port}`;
    for (const path of [`/s/${hub.session}`, "/api/sessions", "/api/nearby", "/metrics"]) {
      const answer = await page.goto(base + path);
      assert.equal(answer.status(), 421, path);
    }
    // Their own page, which they served by that name before: no policy of the hub's binds it.
    await page.route(`${base}/`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Win a prize</title>" }));
    await page.goto(`${base}/`);
    const came = await page.evaluate(attack, { base, session: hub.session });
    assert.equal(came.socket, "closed", "also from a page of the same origin");
    assert.equal(came.plain, "closed");
  },

  async "no secret is in the log, however much is logged, nor in the address bar"(world) {
    process.env.LANVAS_LOG = "trace";
    const hub = await world.hub().finally(() => delete process.env.LANVAS_LOG);
    const token = new URL(hub.ready.host_url).hash.split("=")[1];
    const host = await world.person(hub.ready.host_url.replace("127.0.0.1", hub.address), "Hanna");
    await host.page.getByRole("button", { name: "Share" }).click();
    await host.page.getByRole("button", { name: "How people come in" }).click();
    await host.page.getByRole("radio", { name: "With a password" }).check();
    const password = await host.page.locator("code").textContent();
    const guest = await world.visitor(hub.url);
    await guest.introduce("Gus");
    await guest.page.getByLabel("Password").fill(password);
    await guest.page.keyboard.press("Enter");
    await guest.isLive();
    await guest.say("Hello");
    await guest.isStored();
    const resume = await guest.page.evaluate((session) => sessionStorage.getItem(`lanvas.resume.${session}`).split(" ")[1], hub.session);
    assert.equal(resume.length, 32);
    const metrics = await (await fetch(`http://${hub.address}:${hub.port}/metrics`)).text();
    const log = hub.log.join("");
    assert.ok(log.length > 0, "there is a log");
    for (const secret of [token, password, resume]) assert.ok(!log.includes(secret) && !metrics.includes(secret) && !host.page.url().includes(secret) && !guest.page.url().includes(secret));
  },
};

/** Somebody else's site, on the same machine and another port: as foreign as any. */
async function site(world) {
  const server = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end("<!doctype html><title>Win a prize</title>"));
  await new Promise((resolve) => server.listen(0, world.address, resolve));
  world.keep(server, (it) => new Promise((resolve) => (it.closeAllConnections(), it.close(resolve))));
  return `http://${world.address}:${server.address().port}/`;
}

/** What such a page would try; it runs there. */
async function attack({ base, session }) {
  const socket = (protocols) =>
    new Promise((resolve) => {
      const web = new WebSocket(`${base.replace(/^http/, "ws")}/ws/${session}`, protocols);
      web.onopen = () => resolve("open");
      web.onclose = () => resolve("closed");
    });
  const asked = (path, init) => fetch(base + path, init).then(async (answer) => `${answer.status} ${await answer.text()}`, () => "blocked");
  return {
    socket: await socket(["lanvas.v1"]),
    plain: await socket([]),
    read: await asked(`/api/sessions/${session}/messages`),
    list: await asked("/api/sessions"),
    changed: await asked(`/api/sessions/${session}/hook`, { method: "POST", body: '{"on":true}' }),
  };
}
