import { strict as assert } from "node:assert";

const PASSWORD = "seven geese and a gate";

/** The host's page, by the address that the others use. */
const hostUrl = (hub) => hub.ready.host_url.replace(/\/\/[^/]+/, `//${hub.address}:${hub.port}`);

export const cases = {
  async "the host helps who forgot a password, and removes an account"(world) {
    const hub = await world.hub("--title", "Geology");
    const host = await world.person(hostUrl(hub), "Hanna");
    await accounts(host);
    await host.shows("Nobody has made one yet");
    await host.page.keyboard.press("Escape");

    const ann = await world.visitor(hub.url);
    await signUp(ann, "Ann Lee", PASSWORD);
    await ann.isLive();
    await accounts(host);
    await host.shows("signed in at one place");
    await host.page.getByRole("button", { name: "What to do about Ann Lee" }).click();
    await host.page.getByRole("button", { name: "Forgot the password" }).click();
    await host.page.getByRole("button", { name: "Make a new password" }).click();
    const given = await host.page.locator("output").innerText();
    assert.match(given, /^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
    await host.shows("has a password from you");

    await ann.shows("You were signed out");
    await ann.page.getByLabel("Password").fill(PASSWORD);
    await ann.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await ann.shows("Name or password are not right");
    await ann.page.getByLabel("Password").fill(given);
    await ann.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await ann.shows("The host chose the password");
    await ann.page.getByLabel("New password").fill("another, of her own");
    await ann.page.getByRole("button", { name: "Change the password" }).click();
    await ann.isLive();
    await ann.has({ people: 2 });

    await host.page.getByRole("button", { name: "Done" }).click();
    await host.page.getByRole("button", { name: "What to do about Ann Lee" }).click();
    await host.page.getByRole("button", { name: "Remove", exact: true }).click();
    await host.page.getByRole("button", { name: "Remove Ann Lee" }).click();
    await host.shows("The account of Ann Lee is removed");
    await host.shows("Nobody has made one yet");
    await ann.shows("You were signed out");
    await ann.page.getByRole("button", { name: "Come in as a guest" }).click();
    await ann.introduce("Ann Lee");
    await ann.isLive();
  },

  async "only who runs the hub finds its accounts"(world) {
    const hub = await world.hub("--title", "Physics");
    const guest = await world.person(hub.url, "Gus");
    await guest.page.getByRole("button", { name: /(person|people) here/ }).click();
    await guest.page.getByRole("heading", { name: /here$/ }).waitFor();
    assert.equal(await guest.page.getByRole("button", { name: "Accounts of this hub" }).count(), 0);
  },

  async "a hub without accounts says so instead of asking for a password"(world) {
    const hub = await world.hub("--title", "Latin", "--accounts", "off");
    const guest = await world.visitor(hub.url);
    await guest.page.getByRole("button", { name: "Sign in, or make an account" }).click();
    await guest.shows("This hub has no accounts");
    assert.equal(await guest.page.getByRole("dialog").getByLabel("Password").count(), 0);
    await guest.page.keyboard.press("Escape");
    await guest.introduce("Gus");
    await guest.isLive();
    const host = await world.person(hostUrl(hub), "Hanna");
    await accounts(host);
    await host.shows("started without accounts");
  },

  async "the account's sheet goes by keyboard alone, and gives the keyboard back"(world) {
    const hub = await world.hub("--title", "Greek");
    const ann = await world.visitor(hub.url);
    const { keyboard } = ann.page;
    const offer = ann.page.getByRole("button", { name: "Sign in, or make an account" });
    await offer.focus();
    await keyboard.press("Enter");
    await isAt(ann, "Name");
    await keyboard.press("Escape");
    await ann.page.getByRole("dialog").waitFor({ state: "detached" });
    assert.ok(await offer.evaluate((button) => button === document.activeElement), "where one was");

    await keyboard.press("Enter");
    await isAt(ann, "Name");
    await ann.page.getByRole("button", { name: "I have no account yet" }).press("Enter");
    await ann.page.getByRole("dialog").getByLabel("Name").focus();
    await keyboard.type("Ann");
    await keyboard.press("Tab");
    await isAt(ann, "Password");
    await keyboard.type(PASSWORD);
    await keyboard.press("Enter");
    await ann.isLive();

    const menu = ann.page.getByRole("button", { name: "Menu" });
    await menu.focus();
    await keyboard.press("Enter");
    await ann.page.getByRole("button", { name: "Account" }).press("Enter");
    await ann.shows("You are signed in as Ann.");
    await ann.page.getByRole("button", { name: "Change the password" }).press("Enter");
    await isAt(ann, "Password you have now");
    await keyboard.type(PASSWORD);
    await keyboard.press("Tab");
    await isAt(ann, "New password");
    await keyboard.type("another, of her own");
    await keyboard.press("Enter");
    await ann.isLive();
    await ann.page.getByRole("dialog").waitFor({ state: "detached" });

    await menu.focus();
    await keyboard.press("Enter");
    await ann.page.getByRole("button", { name: "Account" }).press("Enter");
    await ann.shows("You are signed in as Ann.");
    await keyboard.press("Escape");
    await ann.page.getByRole("dialog").waitFor({ state: "detached" });
    assert.ok(await menu.evaluate((button) => button === document.activeElement), "at the menu again");
  },
};

/** The field of that label has the keyboard. */
async function isAt(person, label) {
  const field = person.page.getByRole("dialog").getByLabel(label, { exact: true });
  await field.and(person.page.locator(":focus")).waitFor();
}

async function signUp(person, name, password) {
  await person.page.getByRole("button", { name: "Sign in, or make an account" }).click();
  await person.page.getByRole("button", { name: "I have no account yet" }).click();
  await person.page.getByRole("dialog").getByLabel("Name").fill(name);
  await person.page.getByLabel("Password").fill(password);
  await person.page.getByRole("button", { name: "Make an account", exact: true }).click();
}

async function accounts(host) {
  await host.page.getByRole("button", { name: /(person|people) here/ }).click();
  await host.page.getByRole("button", { name: "Accounts of this hub" }).click();
}
