/** A hub that encrypts with a certificate of its own, in a browser that was told to go past the warning. */
import { strict as assert } from "node:assert";
import { wave } from "../harness/person.mjs";

export const cases = {
  async "a link with http leads to https, and people draw and talk over it as ever"(world) {
    const hub = await world.hub("--tls", "self-signed");
    const ann = await world.person(hub.url, "Ann", { trusting: true });
    assert.equal(ann.page.url(), hub.sealedUrl, "the redirect kept the path");
    const sockets = [];
    ann.page.on("websocket", (socket) => sockets.push(socket.url()));
    await ann.page.reload();
    await ann.isLive();
    assert.ok(sockets.length > 0 && sockets.every((url) => url.startsWith("wss:")), sockets.join());
    const bo = await world.person(hub.sealedUrl, "Bo", { trusting: true, phone: true });
    await ann.draw(wave(300, 200));
    await ann.isStored();
    await bo.has({ shapes: 1 });
  },

  async "who shares is told what the browsers of the others will warn of, and what to compare"(world) {
    const hub = await world.hub("--tls", "self-signed");
    const host = await world.person(hub.sealedUrl, "Ann", { trusting: true });
    await host.page.getByRole("button", { name: "Share" }).click();
    const short = hub.ready.fingerprint.slice(0, 20).match(/.{4}/g).join(" ");
    await host.page.getByText(short).waitFor();
    const guest = await world.visitor(hub.sealedUrl, { trusting: true, phone: true });
    await guest.page.getByText(short).waitFor();
    await host.shows(/Encrypted\. Browsers warn/);
    const plain = await world.hub();
    const other = await world.visitor(plain.url);
    await other.shows(/Not encrypted/);
  },

  async "a browser that was not told to trust the certificate shows its warning and nothing of the session"(world) {
    const hub = await world.hub("--tls", "self-signed");
    const page = await world.visitor("about:blank");
    const refused = await page.page.goto(hub.url).then(() => "opened", String);
    assert.match(refused, /ERR_CERT_AUTHORITY_INVALID/);
  },
};
