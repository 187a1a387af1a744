/** The chat beyond saying something: changing it, finding it, showing and pointing. */
import { strict as assert } from "node:assert";
import { deflateSync } from "node:zlib";
import { talk } from "../harness/stranger.mjs";
import { until } from "../harness/until.mjs";

/** The host's page, by the address that guests use. */
function hostUrl(hub) {
  return hub.ready.host_url.replace(/\/\/[^/]+/, `//${hub.address}:${hub.port}`);
}

const row = (person, text) => person.page.locator("[role=log] li", { hasText: text }).first();

async function act(person, text, action) {
  const message = row(person, text);
  await message.hover();
  await message.getByRole("button", { name: /^Actions for/ }).click();
  await message.getByRole("toolbar").getByRole("button", { name: action, exact: true }).click();
}

async function actions(person, text) {
  const message = row(person, text);
  await message.hover();
  await message.getByRole("button", { name: /^Actions for/ }).click();
  const names = await message.getByRole("toolbar").getByRole("button").evaluateAll((buttons) => buttons.map((button) => button.ariaLabel ?? button.textContent));
  await person.page.keyboard.press("Escape");
  return names;
}

/** A picture of 40 by 30 with words in it that must not leave: a PNG with a text chunk. */
function pictureWithSecret() {
  const table = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n));
  const crc = (bytes) => (bytes.reduce((c, byte) => table[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(40, 0);
  head.writeUInt32BE(30, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const pixels = Buffer.concat(Array.from({ length: 30 }, () => Buffer.concat([Buffer.from([0]), Buffer.alloc(120, 180)])));
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("tEXt", Buffer.from("Location\0secret garden")), chunk("IDAT", deflateSync(pixels)), chunk("IEND", Buffer.alloc(0))]);
}

/** A photograph as a telephone takes it: with the place where it was taken (EXIF). */
async function photograph(person) {
  const bytes = await person.page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [40, 30];
    canvas.getContext("2d").fillRect(0, 0, 40, 30);
    const blob = await new Promise((made) => canvas.toBlob(made, "image/jpeg"));
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  const exif = Buffer.from("Exif\0\0MM\0*\0\0\0\b\0\0 GPS 47.3769 N 8.5417 E");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(exif.length + 2);
  return Buffer.concat([Buffer.from(bytes.slice(0, 2)), Buffer.from([0xff, 0xe1]), length, exif, Buffer.from(bytes.slice(2))]);
}

/** As the browser does it when somebody pastes or drops a file. */
async function give(person, event, bytes, type) {
  await person.page.getByLabel("Message", { exact: true }).evaluate(
    (field, { event, bytes, type }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], "picture", { type }));
      const init = { bubbles: true, cancelable: true };
      const happened = event === "paste" ? new ClipboardEvent("paste", { ...init, clipboardData: data }) : new DragEvent("drop", { ...init, dataTransfer: data });
      field.dispatchEvent(happened);
    },
    { event, bytes: [...bytes], type },
  );
}

export const cases = {
  async "one’s own words can be changed and taken back, others’ only by the host"(world) {
    const hub = await world.hub();
    const host = await world.person(hostUrl(hub), "Hostess");
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    for (const person of [host, ben]) await person.open("Chat");
    await ada.say("Frist words");
    await ada.say("Second words");
    await ben.shows("Second words");
    assert.deepEqual((await actions(ada, "Frist words")).slice(-2), ["Edit", "Delete"]);
    assert.equal((await actions(ben, "Frist words")).includes("Delete"), false);
    assert.equal((await actions(host, "Frist words")).includes("Edit"), false);

    await act(ada, "Frist words", "Edit");
    const field = ada.page.getByLabel("Message", { exact: true });
    assert.equal(await field.inputValue(), "Frist words");
    await field.fill("First words");
    await field.press("Enter");
    for (const person of [host, ben]) await person.shows("First words");
    await ben.shows("(edited)");

    await act(ada, "Second words", "Delete");
    await ada.page.getByRole("button", { name: "Delete", exact: true }).click();
    await ben.shows("Message deleted");
    await act(host, "First words", "Delete");
    await host.page.getByRole("button", { name: "Delete", exact: true }).click();
    await ben.shows("Message deleted by Hostess");
    const cy = await world.person(hub.url, "Cy");
    await cy.open("Chat");
    await cy.shows("Message deleted by Hostess");
    for (const person of [ada, ben, cy]) await until(`no word is left at ${person.name}’s`, async () => (await person.page.getByText("words").count()) === 0);
  },

  async "an answer shows what it answers and leads there; reactions count once a person"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.say("Shall we begin?");
    await ben.open("Chat");
    await act(ben, "Shall we begin?", "Reply");
    await ben.page.keyboard.type("Yes");
    await ben.page.keyboard.press("Enter");
    const quote = ada.page.getByRole("button", { name: /Ada Shall we begin/ });
    await quote.click();
    await ada.page.locator("li.pointed", { hasText: "Shall we begin?" }).waitFor();
    await act(ben, "Shall we begin?", "React with 🎉");
    const reaction = ada.page.getByRole("button", { name: /^🎉 1/ });
    await reaction.click();
    await ben.page.getByRole("button", { name: /^🎉 2/ }).waitFor();
    await ada.page.getByRole("button", { name: /^🎉 2/ }).click();
    await ben.page.getByRole("button", { name: /^🎉 1/ }).waitFor();
  },

  async "a picture comes by paste, drop and button, and nothing but its pixels leaves"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.open("Chat");
    await give(ada, "paste", pictureWithSecret(), "image/png");
    await ada.page.getByRole("button", { name: "Remove the picture" }).waitFor();
    await give(ada, "drop", pictureWithSecret(), "image/png");
    await ada.page.locator(".dock input[type=file]").setInputFiles({ name: "p.png", mimeType: "image/png", buffer: pictureWithSecret() });
    const three = () => until("three are attached", async () => (await ada.page.getByRole("button", { name: "Remove the picture" }).count()) === 3);
    await three();
    // They wait with the words.
    await ada.page.getByRole("button", { name: "Close: Chat" }).click();
    await ada.open("Chat");
    await three();
    await give(ada, "paste", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), "image/svg+xml");
    await ada.page.getByRole("button", { name: "Send" }).click();
    await ben.open("Chat");
    const shown = ben.page.locator("[role=log] .pictures img");
    await until("three are shown", async () => (await shown.count()) === 3 && (await shown.first().evaluate((image) => image.naturalWidth)) === 40);
    const { messages } = await (await fetch(`http://${hub.address}:${hub.port}/api/sessions/${hub.session}/messages`)).json();
    assert.equal(messages[0].pictures.length, 3);
    const bytes = await (await fetch(`http://${hub.address}:${hub.port}/api/sessions/${hub.session}/blobs/${messages[0].pictures[0].blob}`)).text();
    assert.equal(bytes.includes("secret garden"), false);
    const taken = await photograph(ada);
    assert.ok(taken.includes("GPS"));
    await give(ada, "paste", taken, "image/jpeg");
    await ada.page.getByRole("button", { name: "Remove the picture" }).waitFor();
    await ada.page.getByRole("button", { name: "Send" }).click();
    await until("the photograph is shown", async () => (await shown.count()) === 4);
    const [latest] = (await (await fetch(`http://${hub.address}:${hub.port}/api/sessions/${hub.session}/messages`)).json()).messages;
    const kept = Buffer.from(await (await fetch(`http://${hub.address}:${hub.port}/api/sessions/${hub.session}/blobs/${latest.pictures[0].blob}`)).arrayBuffer());
    assert.equal(kept.includes("Exif") || kept.includes("GPS"), false);
    await shown.first().click();
    await ben.page.getByRole("dialog", { name: "Picture by Ada" }).waitFor();
    await ben.page.keyboard.press("Escape");
    await give(ada, "drop", Buffer.from("no picture at all"), "image/png");
    await ada.shows("The picture is empty or damaged. Choose another file.");
  },

  async "what was said long ago is found, and one comes back to the present"(world) {
    const hub = await world.hub();
    // The day of the reader; a midnight may follow.
    const day = new Date().toLocaleDateString("sv-SE");
    await talk(hub, 900);
    const ben = await world.person(hub.url, "Ben");
    await ben.open("Chat");
    await ben.shows("Message 900.");
    await ben.page.getByRole("button", { name: "Search the chat" }).click();
    await ben.page.keyboard.type("message 37 from:talk");
    const results = ben.page.getByRole("list", { name: "Found messages" });
    await results.getByRole("button").first().waitFor();
    await until("37 and 370 to 379 are found", async () => (await results.getByRole("button").count()) === 11);
    await results.getByRole("button", { name: /Message 37\./ }).click();
    await ben.page.locator("li.pointed", { hasText: "Message 37." }).waitFor();
    const log = ben.page.getByRole("log");
    assert.equal(await ben.page.locator("[role=log]").getByText("Message 900.", { exact: true }).count(), 0);
    // Downwards from there until the present is reached.
    await until("the latest comes by scrolling down", async () => {
      await log.evaluate((list) => (list.scrollTop = list.scrollHeight));
      return ben.page.locator("[role=log]").getByText("Message 900.", { exact: true }).isVisible();
    });
    await ben.page.getByLabel("Go to a day").fill(day);
    await until("the first of the day", () => ben.page.locator("[role=log]").getByText("Message 1.", { exact: true }).isVisible());
    await ben.page.getByRole("button", { name: "To the latest" }).click();
    await until("the present", () => ben.page.locator("[role=log]").getByText("Message 900.", { exact: true }).isVisible());
  },

  async "in slow mode one is told how long to wait, and the host is not"(world) {
    const hub = await world.hub();
    const host = await world.person(hostUrl(hub), "Hostess");
    const ada = await world.person(hub.url, "Ada");
    await ada.say("Before");
    await host.open("Chat");
    await host.page.getByRole("button", { name: "Chat settings" }).click();
    await host.page.getByLabel("Slow mode").selectOption("5");
    await until("a message has to wait", async () => {
      await ada.say("After");
      return ada.page.getByText(/You can write again in \d s/).isVisible();
    });
    assert.equal(await ada.page.getByRole("button", { name: "Send" }).isDisabled(), true);
    await host.say("One");
    await host.say("Two");
    await ada.shows("Two");
    await ada.page.getByText(/You can write again/).waitFor({ state: "detached" });
    assert.equal(await ada.page.getByRole("button", { name: "Chat settings" }).count(), 0);
  },

  async "a script speaks by an address that the host makes and ends, and Twilio can be set up"(world) {
    const hub = await world.hub();
    const host = await world.person(hostUrl(hub), "Hostess");
    const ada = await world.person(hub.url, "Ada");
    await ada.open("Chat");
    await host.open("Chat");
    await host.page.getByRole("button", { name: "Chat settings" }).click();
    await host.page.getByRole("button", { name: "Make an address" }).click();
    const address = host.page.getByLabel("Address for messages from outside");
    await address.waitFor();
    const path = new URL(await address.inputValue()).pathname;
    const speak = (text) => fetch(`http://${hub.address}:${hub.port}${path}`, { method: "POST", body: JSON.stringify({ text, username: "Build" }) });
    assert.equal((await speak("All **green**")).status, 200);
    await ada.page.locator("[role=log] strong", { hasText: "green" }).waitFor();
    await ada.shows("from outside");
    await host.page.getByRole("button", { name: "Turn off" }).click();
    await host.page.getByRole("button", { name: "Make an address" }).waitFor();
    assert.equal((await speak("Still there?")).status, 404);
    await host.page.getByText("Text messages by Twilio").click();
    await host.page.getByRole("button", { name: "Make an address for Twilio" }).click();
    await host.shows("Give an address that begins with https://");
    await host.page.getByLabel("Address by which Twilio").fill("https://sms.example.org");
    await host.page.getByLabel("Auth token").fill("secret");
    await host.page.getByRole("button", { name: "Make an address for Twilio" }).click();
    await host.page.getByRole("button", { name: "Take no text messages" }).click();
    await host.page.getByText("Text messages by Twilio").waitFor();
  },

  async "a name is completed after an @, marks are shown, and code is copied without https"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Benedikt Maier");
    await ada.open("Chat");
    const field = ada.page.getByLabel("Message", { exact: true });
    await field.focus();
    await ada.page.keyboard.type("Hello @ben");
    await ada.page.getByRole("option", { name: "Benedikt Maier" }).waitFor();
    await ada.page.keyboard.press("Tab");
    assert.equal(await field.inputValue(), "Hello @Benedikt Maier ");
    await ada.page.keyboard.type("**really**");
    await ada.page.keyboard.press("Enter");
    await field.fill("```js\nconst a = 1;\n```");
    await field.press("Enter");
    await ben.open("Chat");
    await ben.page.locator("b.mention.me", { hasText: "@Benedikt Maier" }).waitFor();
    await ben.page.locator("[role=log] strong", { hasText: "really" }).waitFor();
    assert.equal(await ben.page.evaluate(() => isSecureContext), false);
    await ben.page.getByRole("button", { name: "Copy code" }).click();
    const own = ben.page.getByLabel("Message", { exact: true });
    await own.focus();
    await ben.page.keyboard.press("Control+v");
    assert.equal(await own.inputValue(), "const a = 1;");
  },

  async "what is new is on the page’s title and under a line; a draft outlives a reload"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.say("Old");
    await ben.open("Chat");
    await ben.shows("Old");
    await ben.page.getByLabel("Message", { exact: true }).fill("half a th");
    await ben.page.getByRole("button", { name: "Close: Chat" }).click();
    await ada.say("New one");
    await ada.say("New two");
    await ben.page.waitForFunction(() => document.title.startsWith("(2) "));
    await ben.page.reload();
    await ben.isLive();
    await ben.page.waitForFunction(() => document.title.startsWith("(2) "));
    await ben.page.bringToFront();
    await ben.open("Chat");
    const line = ben.page.locator("li.new");
    await line.waitFor();
    assert.match(await line.evaluate((it) => it.nextElementSibling.textContent), /New one/);
    await ben.page.waitForFunction(() => !document.title.startsWith("("));
    assert.equal(await ben.page.getByLabel("Message", { exact: true }).inputValue(), "half a th");
  },

  async "who comes back after long begins at the first new message, however far back it is"(world) {
    const hub = await world.hub();
    const ben = await world.person(hub.url, "Ben");
    await talk(hub, 1);
    await ben.page.bringToFront();
    await ben.open("Chat");
    await ben.shows("Message 1.");
    await ben.page.getByRole("button", { name: "Chat", exact: true }).waitFor();
    await ben.page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith("lanvas.read.") && localStorage[key] !== "0"));
    await ben.page.goto("about:blank");
    await talk(hub, 80);
    // A hub that has just begun gives newcomers the latest fifty and no more.
    await hub.kill();
    await hub.restart();
    await ben.page.goto(hub.url);
    await ben.isLive();
    await ben.page.waitForFunction(() => document.title.startsWith("(50+) "));
    await ben.page.bringToFront();
    await ben.open("Chat");
    await ben.shows("Message 80.");
    const log = ben.page.getByRole("log");
    const line = ben.page.locator("li.new");
    const stands = () => line.evaluateAll((all) => all.length === 1 && [all[0].previousElementSibling, all[0].nextElementSibling].every((it) => /Message 1\./.test(it.textContent)));
    await ben.page.getByRole("button", { name: "To the first new message" }).click();
    await until("the line is before the first new one", stands);
    await until("what came last, by scrolling down", async () => {
      await log.evaluate((list) => (list.scrollTop = list.scrollHeight));
      return log.getByText("Message 80.", { exact: true }).isVisible();
    });
    await until("the line is still there", stands);
  },

  async "a message can point at a spot on the board and at a heading"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.page.mouse.move(400, 400);
    await ada.page.mouse.wheel(900, 700);
    const camera = async (person) => (await person.debug()).camera;
    await until("Ada looks elsewhere", async () => (await camera(ada)).x > 500);
    await ada.open("Chat");
    await ada.page.getByRole("button", { name: /^Point at/ }).click();
    await ada.page.getByLabel("Message", { exact: true }).press("Enter");
    await ben.open("Chat");
    const before = await camera(ben);
    await ben.page.getByRole("button", { name: "Look here" }).click();
    await until("Ben looks there", async () => Math.abs((await camera(ben)).x - (await camera(ada)).x) < 2 && (await camera(ben)).x !== before.x);
    await ada.write(`# First\n${"line\n".repeat(80)}# Second one\n`);
    await ada.say("[the plan](#heading=Second%20one)");
    await ben.page.getByRole("button", { name: "the plan" }).click();
    await ben.page.locator(".cm-line", { hasText: "# Second one" }).waitFor({ state: "visible" });
  },

  async "a keyboard that lies over the page leaves the chat above it"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada", { phone: true });
    await ada.open("Chat");
    // As Safari on iOS tells it: the page keeps its height, only less of it is seen.
    await ada.page.evaluate(() => {
      Object.defineProperty(visualViewport, "height", { get: () => innerHeight - 300, configurable: true });
      visualViewport.dispatchEvent(new Event("resize"));
    });
    const field = ada.page.getByLabel("Message", { exact: true });
    await until("the field is lifted", async () => {
      const box = await field.boundingBox();
      return box.y + box.height <= 844 - 300;
    });
    const top = await ada.page.locator(".dock").evaluate((dock) => dock.getBoundingClientRect().top);
    assert.ok(top >= 60, "and the panel's head is still seen");
  },

  async "all of it works by keyboard"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.say("One more");
    // Only what the hub has can be changed.
    await ada.isStored();
    const field = ada.page.getByLabel("Message", { exact: true });
    await field.press("ArrowUp");
    assert.equal(await field.inputValue(), "One more");
    await field.press("Escape");
    assert.equal(await field.inputValue(), "");
    const opener = ada.page.getByRole("button", { name: "Actions for the message by Ada" });
    await opener.focus();
    await ada.page.keyboard.press("Enter");
    await until("the first action has the focus", () => ada.page.evaluate(() => document.activeElement.ariaLabel === "React with 👍"));
    await ada.page.keyboard.press("Enter");
    await ada.page.getByRole("button", { name: /^👍 1/ }).waitFor();
    await until("the focus is back", () => opener.evaluate((button) => button === document.activeElement));
  },
};
