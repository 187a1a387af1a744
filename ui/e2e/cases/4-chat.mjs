import { strict as assert } from "node:assert";
import { talk } from "../harness/stranger.mjs";
import { until } from "../harness/until.mjs";

/** A picture that no format makes smaller, in Base64. */
function noise(page, width, height) {
  return page.evaluate(([w, h]) => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: w, height: h });
    const pixels = new ImageData(w, h);
    for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    return canvas.toDataURL("image/png").split(",")[1];
  }, [width, height]);
}

export const cases = {
  async "a message is there at once, marked until the hub has it, and read by the others"(world) {
    const hub = await world.hub();
    const wire = await world.wire(hub);
    const ada = await world.person(wire.urlOf(hub), "Ada");
    const ben = await world.person(hub.url, "Ben");
    wire.cut();
    await ada.has({ status: "offline" });
    await ada.say("Written in a tunnel");
    await ada.shows("sending …");
    await ada.has({ pendingMessages: 1, messages: 0 });
    wire.mend();
    await ada.has({ status: "live", pendingMessages: 0, messages: 1 });
    await ada.page.getByText("sending …").waitFor({ state: "detached" });
    await ben.has({ messages: 1 });
  },

  async "what is new is counted on the button until it is read"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.say("History is no news");
    const ben = await world.person(hub.url, "Ben");
    await ben.has({ messages: 1 });
    await ada.say("One");
    await ada.say("Two");
    await ben.page.getByRole("button", { name: "Chat, 2 unread" }).waitFor();
    await ben.page.bringToFront();
    // Beside the notes it opens without a move of the button: who presses twice wants it open.
    await ben.open("Notes");
    await ben.page.getByRole("button", { name: "Chat, 2 unread" }).dblclick();
    await ben.page.getByRole("button", { name: "Chat", exact: true }).waitFor();
    await ben.page.getByRole("button", { name: "Close: Chat" }).waitFor();
  },

  async "older messages come in by scrolling up, and one keeps one’s place"(world) {
    const hub = await world.hub();
    const COUNT = 900;
    await talk(hub, COUNT);
    const ben = await world.person(hub.url, "Ben");
    await ben.open("Chat");
    await ben.shows(`Message ${COUNT}.`);
    const before = (await ben.debug()).messages;
    assert.ok(before < COUNT, `a latecomer has the latest (${before})`);
    const list = ben.page.getByRole("log");
    await list.evaluate((log) => (log.scrollTop = 300));
    const anchor = await list.evaluate((log) => {
      const row = [...log.querySelectorAll("li .text")].find((text) => text.getBoundingClientRect().top > log.getBoundingClientRect().top + 40);
      return { text: row.textContent.trim(), top: row.getBoundingClientRect().top };
    });
    await list.evaluate((log) => (log.scrollTop -= 200));
    await until("older ones come", async () => (await ben.debug()).messages > before);
    await until("the place is kept", async () => {
      const top = await ben.page.getByText(anchor.text, { exact: true }).evaluate((row) => row.getBoundingClientRect().top);
      return Math.abs(top - (anchor.top + 200)) < 4;
    });
    await until("the first one comes", async () => {
      await list.evaluate((log) => (log.scrollTop = 0));
      return ben.page.getByText("Message 1.", { exact: true }).isVisible();
    });
    assert.equal((await ben.debug()).messages, COUNT);
  },

  async "what is said is words: markup stays text, and only web links lead anywhere"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "<b>Ben</b>");
    await ada.say('<img src=x onerror="document.title=1"> javascript:alert(1) http://192.168.1.5/page.');
    await ben.open("Chat");
    await ben.shows("<img src=x");
    const link = ben.page.locator("[role=log] a");
    assert.equal(await link.count(), 1);
    assert.equal(await link.getAttribute("href"), "http://192.168.1.5/page");
    assert.match((await link.getAttribute("rel")) ?? "", /noopener noreferrer/);
    assert.equal(await ben.page.locator("[role=log] img").count(), 0);
    await ben.say("Hi");
    await ada.shows("<b>Ben</b>");
  },

  async "a large picture on a slow line shows how far it is and can be stopped: the draft stays, and it goes the next time"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.open("Chat");
    const field = ada.page.getByLabel("Message", { exact: true });
    await field.fill("Look at this");
    const line = await ada.page.context().newCDPSession(ada.page);
    const upward = (uploadThroughput) => line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
    const large = { name: "noise.png", mimeType: "image/png", buffer: Buffer.from(await noise(ada.page, 600, 500), "base64") };
    const attach = () => ada.page.locator("form input[type=file]").setInputFiles(large);
    await upward(60_000);
    await attach();
    const bar = ada.page.getByRole("progressbar", { name: "Adding noise.png" });
    await bar.waitFor();
    await until("a part of it has gone", () => bar.evaluate((shown) => shown.position > 0 && shown.position < 1));
    assert.ok(await ada.page.getByRole("button", { name: "Send", exact: true }).isDisabled(), "it is waited for");
    await ada.page.getByRole("button", { name: "Cancel", exact: true }).click();
    await bar.waitFor({ state: "detached" });
    assert.equal(await field.inputValue(), "Look at this");
    assert.equal(await ada.page.locator("form [role=alert]").count(), 0, "who stopped it knows");
    await upward(-1);
    await attach();
    await ada.page.getByRole("button", { name: "Remove the picture" }).waitFor();
    await field.press("Enter");
    await ben.open("Chat");
    await ben.shows("Look at this");
    await ben.page.getByRole("button", { name: /Picture by Ada/ }).waitFor();
    await ben.has({ messages: 1 });
  },

  async "a picture that is empty or damaged is called so, once, in the chat and on the board"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const said = ada.page.getByText("The picture is empty or damaged.");
    const whole = Buffer.from(await noise(ada.page, 60, 50), "base64");
    const files = [Buffer.alloc(0), whole.subarray(0, 60)].map((buffer) => ({ name: "holiday.png", mimeType: "image/png", buffer }));
    const board = ada.page.locator('input[type="file"]').first();
    for (const file of files) {
      for (let time = 0; time < 2; time++) {
        const answered = ada.page.waitForResponse(/\/blobs$/);
        await board.setInputFiles(file);
        await answered;
        await said.first().waitFor();
      }
      assert.equal(await said.count(), 1);
      await ada.page.getByRole("button", { name: "Close", exact: true }).last().click();
      await said.waitFor({ state: "detached" });
    }
    await ada.has({ shapes: 0 });
    await ada.open("Chat");
    await ada.page.locator("form input[type=file]").setInputFiles(files);
    await said.waitFor();
  },

  async "Shift+Enter makes a line, and a message that is too long says by how much"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.open("Chat");
    const field = ada.page.getByLabel("Message", { exact: true });
    await field.fill("first");
    await field.press("Shift+Enter");
    await ada.page.keyboard.type("second");
    await field.press("Enter");
    await ada.has({ messages: 1 });
    assert.equal(await ada.page.locator("[role=log] .text").first().evaluate((text) => text.innerText.trim()), "first\nsecond");
    await field.fill("x".repeat(4003));
    await ada.shows("3 characters too many");
    await field.press("Enter");
    assert.equal((await ada.debug()).messages, 1);
  },
};
