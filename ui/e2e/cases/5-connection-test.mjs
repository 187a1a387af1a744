import { strict as assert } from "node:assert";

export const cases = {
  async "a device tries what it reaches, says it in words and tells the host"(world) {
    const hub = await world.hub();
    const phone = await world.visitor(`http://${hub.address}:${hub.port}/test`, { phone: true });
    await phone.shows("This device can join.");
    const rows = await phone.page.locator("#checks li.good").allTextContents();
    assert.equal(rows.length, 5, rows.join(" | "));
    assert.match(rows.join(" "), /ms.*ms.*MB\/s/);
    const told = await (await fetch(`http://127.0.0.1:${hub.port}/api/reach`)).json();
    assert.equal(told.length, 1);
    assert.equal(told[0].address, hub.address);
    assert.ok(told[0].socket.bytes_per_s > 0 && told[0].socket.latency_ms > 0, JSON.stringify(told));
    const others = await fetch(`http://${hub.address}:${hub.port}/api/reach`);
    assert.equal(others.status, 403, "only the host's computer reads it");
    await phone.page.getByRole("link", { name: "Join" }).click();
    await phone.introduce("Ada");
    await phone.isLive();
  },

  async "a network that lets only pages pass is named"(world) {
    const hub = await world.hub();
    const phone = await world.visitor("about:blank", { phone: true });
    await phone.page.addInitScript(() => {
      window.WebSocket = class extends EventTarget {
        constructor() {
          super();
          setTimeout(() => this.onerror?.(new Event("error")));
        }
        close() {}
      };
    });
    await phone.page.goto(`http://${hub.address}:${hub.port}/test`);
    await phone.shows("something between lets only pages pass");
    const told = await (await fetch(`http://127.0.0.1:${hub.port}/api/reach`)).json();
    assert.equal(told[0].socket, undefined);
  },
};
