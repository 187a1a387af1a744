import { strict as assert } from "node:assert";
import { createServer, connect } from "node:net";

const PASSWORD = "grün Gras & 7 Gänse";

export const cases = {
  async "an account is one person on every device, its name is nobody else's, and signed out everywhere is out"(world) {
    const hub = await world.hub("--title", "Chemistry");
    assert.ok(!hub.url.includes("localhost") && !hub.url.includes("127.0.0.1"), hub.url);
    const ann = await world.visitor(hub.url);
    await account(ann, { name: "Ann Lee", password: PASSWORD, up: true });
    await ann.isLive();

    const phone = await world.visitor(hub.url, { phone: true });
    await account(phone, { name: "ann lee", password: "not this one" });
    await phone.shows("Name or password are not right");
    await phone.page.getByLabel("Password").fill(PASSWORD);
    await phone.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await phone.isLive();
    await phone.has({ people: 1 }); // the same participant, by two devices

    const guest = await world.visitor(hub.url);
    await guest.introduce("Аnn Lee"); // with a Cyrillic letter
    await guest.shows("This name belongs to an account");
    await guest.page.getByRole("button", { name: "Come in as a guest" }).click();
    await guest.introduce("Anna");
    await guest.isLive();
    await guest.page.getByRole("button", { name: /people here/ }).click();
    await guest.shows(/signed in/);

    await sheet(ann);
    await ann.page.getByRole("button", { name: "Sign out everywhere" }).click();
    await phone.shows("You were signed out");
    await phone.page.getByLabel("Password").fill(PASSWORD);
    await phone.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await phone.isLive();
    await phone.has({ people: 2 });
    await ann.page.getByLabel("Your name").waitFor();
  },

  async "another password signs the other devices out, and guessing is slowed down, not the owner"(world) {
    const hub = await world.hub("--title", "History");
    const ann = await world.visitor(hub.url);
    await account(ann, { name: "Ann", password: PASSWORD, up: true });
    await ann.isLive();
    const other = await world.visitor(hub.url);
    await account(other, { name: "Ann", password: PASSWORD });
    await other.isLive();
    await sheet(ann);
    await ann.page.getByRole("button", { name: "Change the password" }).click();
    await ann.page.getByLabel("Password you have now").fill(PASSWORD);
    await ann.page.getByLabel("New password").fill("another one, longer");
    await ann.page.getByRole("button", { name: "Change the password" }).click();
    await other.shows("You were signed out");
    await ann.isLive();

    const guesser = await world.visitor(hub.url);
    await account(guesser, { name: "Ann", password: "guess number 0" });
    for (let guess = 1; guess < 9; guess += 1) {
      await guesser.shows(/are not right|tried too often/);
      if (await guesser.page.getByText("tried too often").isVisible()) break;
      await guesser.page.getByLabel("Password").fill(`guess number ${guess}`);
      await guesser.page.getByRole("button", { name: "Sign in", exact: true }).click();
    }
    await guesser.shows("tried too often");
    await guesser.shows(/Wait \d+ s/);
    // From the same address, but from a device of hers.
    await other.page.getByLabel("Password").fill("another one, longer");
    await ann.page.reload();
    await ann.isLive();
    await sheet(ann);
    await ann.shows("You are signed in as Ann.");
  },

  async "no password is in the bytes that cross the network"(world) {
    const hub = await world.hub("--title", "Overheard");
    const wire = await tapped(new URL(hub.url));
    try {
      const ann = await world.visitor(wire.url);
      await account(ann, { name: "Ann", password: PASSWORD, up: true });
      await ann.isLive();
      await sheet(ann);
      await ann.page.getByRole("button", { name: "Sign out here" }).click();
      await ann.page.getByLabel("Your name").waitFor();
      await account(ann, { name: "Ann", password: PASSWORD });
      await ann.isLive();
      const heard = wire.heard();
      assert.ok(heard.includes("/api/accounts/sign-in/finish"), "the tap hears the sign-in");
      for (const form of forms(PASSWORD)) assert.ok(!heard.includes(form), "the password is not in the bytes");
    } finally {
      wire.close();
    }
  },
};

/** Fills in the sheet that the name's screen offers. */
async function account(person, { name, password, up = false }) {
  await person.page.getByRole("button", { name: "Sign in, or make an account" }).click();
  if (up) await person.page.getByRole("button", { name: "I have no account yet" }).click();
  await person.page.getByRole("dialog").getByLabel("Name").fill(name);
  await person.page.getByLabel("Password").fill(password);
  await person.page.getByRole("button", { name: up ? "Make an account" : "Sign in", exact: true }).click();
}

async function sheet(person) {
  await person.page.getByRole("button", { name: "Menu" }).click();
  await person.page.getByRole("button", { name: "Account" }).click();
}

/** A wire that keeps what goes both ways. */
async function tapped({ hostname, port, pathname }) {
  const kept = [];
  const sockets = new Set();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [[near, far], [far, near]]) {
      sockets.add(from);
      from.on("data", (bytes) => kept.push(bytes));
      from.on("error", () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise((done) => server.listen(0, hostname, done));
  return {
    url: `http://${hostname}:${server.address().port}${pathname}`,
    heard: () => Buffer.concat(kept).toString("latin1"),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** How a password may be written down. */
function forms(password) {
  const utf8 = Buffer.from(password, "utf8");
  const utf16 = Buffer.from(password, "utf16le");
  const said = [JSON.stringify(password).slice(1, -1), encodeURIComponent(password), password];
  const bytes = [utf8, utf16].flatMap((one) => [one.toString("hex"), one.toString("base64").replace(/=+$/, ""), one.toString("latin1")]);
  return [...said.map((one) => Buffer.from(one, "utf8").toString("latin1")), ...bytes];
}
