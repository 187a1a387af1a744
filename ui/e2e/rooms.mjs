/**
 * Accounts, chat and notes on a real hub in the states that need one: pictures on
 * their way, refused and shown large; what is locked or muted; paper; encryption.
 *
 *     node e2e/rooms.mjs FOLDER                    all, each as SIZE-LIGHT/NAME.png
 *     node e2e/rooms.mjs FOLDER phone-dark         one size and light
 *     node e2e/rooms.mjs FOLDER laptop-light chat  those whose name has this in it
 *
 * Says what `looks.mjs` says, and makes its sheets.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { pictureFile } from "./harness/board.mjs";
import { LIGHTS, SIZES, painted, sheets, wrong } from "./harness/looking.mjs";
import { address, enter } from "./harness/network.mjs";
import { Person } from "./harness/person.mjs";
import { World } from "./harness/world.mjs";

const PASSWORD = "grün Gras & 7 Gänse";
const button = (person, name) => person.page.getByRole("button", { name, exact: true }).first();
const press = async (person, ...names) => {
  for (const name of names) await button(person, name).click();
};
const offer = (person) => press(person, "Sign in, or make an account");
const fill = async (person, fields) => {
  const sheet = person.page.getByRole("dialog");
  for (const [label, text] of Object.entries(fields)) await sheet.getByLabel(label, { exact: true }).fill(text);
};
let accounts = 0;
/** Signed up as somebody new, with the sheet open again. */
const signedIn = async (person) => {
  accounts += 1;
  await offer(person);
  await press(person, "I have no account yet");
  await fill(person, { Name: `Chiara ${"I".repeat(accounts)}`, Password: PASSWORD });
  await press(person, "Make an account");
  await person.isLive();
  await press(person, "Menu", "Account");
};
const attach = (person, ...files) => person.page.locator("form input[type=file]").setInputFiles(files);
const joined = (act) => async (person, room) => {
  await person.introduce("Chiara");
  await person.isLive();
  await act(person, room);
};
const inChat = (act) => joined(async (person, room) => {
  await person.open("Chat");
  await person.page.getByRole("log").waitFor();
  await act(person, room);
});
const inNotes = (act) => joined(async (person, room) => {
  await person.open("Notes");
  await act(person, room);
});
const people = async ({ page }) => {
  const faces = page.getByRole("button", { name: /(person|people) here/ });
  if ((await faces.getAttribute("aria-expanded")) !== "true") await faces.click();
};
/** What the host locks is open again afterwards. */
const whileLocked = async ({ host }, name, act) => {
  await people(host);
  await host.page.getByRole("button", { name: "Order in the room" }).click();
  const lock = host.page.getByRole("switch", { name });
  await lock.check();
  try {
    await act();
  } finally {
    await lock.uncheck();
    await host.page.keyboard.press("Escape");
  }
};

/** As who runs the hub, with its accounts open; there are some. */
const hubAccounts = (act) => async (person, room) => {
  await signedIn(person); // somebody, and then who hosts
  await press(person, "Sign out here");
  await signedIn(person);
  await person.page.goto("about:blank"); // a page is not loaded anew for what stands behind the #
  await person.page.goto(room.hostUrl);
  await person.isLive();
  await people(person);
  await press(person, "Accounts of this hub");
  await person.shows(/kept for who has the password/);
  await act(person);
};
const aboutFirst = ({ page }) => page.getByRole("button", { name: /What to do about/ }).first().click();

/** By name: which hub, what to do until there is something to see. */
const SCENES = {
  "come in": ["plain", () => undefined],
  "come in encrypted": ["sealed", (person) => person.shows("Encrypted")],
  "session cannot be had": ["plain", async ({ page }) => {
    await page.goto(`${page.url()}zz`);
    await page.getByRole("heading").first().waitFor();
  }],
  "page loading": ["plain", async ({ page }) => {
    await page.route("**/assets/**", () => undefined); // never come
    await page.reload({ waitUntil: "commit" });
    await page.waitForTimeout(1_500);
  }],
  "account sign in": ["plain", offer],
  "account sign in wrong": ["plain", async (person) => {
    await offer(person);
    await fill(person, { Name: "Nobody", Password: "not this one" });
    await press(person, "Sign in");
    await person.shows("are not right");
  }],
  "account sign up": ["plain", async (person) => (await offer(person), await press(person, "I have no account yet"))],
  "account sign up short": ["plain", async (person) => {
    await offer(person);
    await press(person, "I have no account yet");
    await fill(person, { Name: "Dora", Password: "short" });
    await person.page.getByText("Show what I type").click();
    await press(person, "Make an account");
  }],
  "account name taken": ["plain", async (person) => {
    await signedIn(person);
    await press(person, "Sign out here");
    await offer(person);
    await press(person, "I have no account yet");
    await fill(person, { Name: `Chiara ${"I".repeat(accounts)}`, Password: PASSWORD });
    await press(person, "Make an account");
    await person.shows("Somebody has this name");
  }],
  "account signed in": ["plain", signedIn],
  "account change": ["plain", async (person) => (await signedIn(person), await press(person, "Change the password"))],
  "account change wrong": ["plain", async (person) => {
    await signedIn(person);
    await press(person, "Change the password");
    await fill(person, { "Password you have now": "not this one", "New password": "another one, longer" });
    await press(person, "Change the password");
    await person.shows(/not right/);
  }],
  "account hub gone": ["plain", async (person) => {
    await offer(person);
    await person.page.route("**/api/accounts/**", (route) => route.abort());
    await fill(person, { Name: "Dora", Password: PASSWORD });
    await press(person, "Sign in");
    await person.shows("does not answer");
  }],
  "hub accounts": ["plain", hubAccounts(() => undefined)],
  "hub accounts about": ["plain", hubAccounts(aboutFirst)],
  "hub accounts remove": ["plain", hubAccounts(async (person) => (await aboutFirst(person), await press(person, "Remove")))],
  "hub accounts given": ["plain", hubAccounts(async (person) => {
    await aboutFirst(person);
    await press(person, "Forgot the password", "Make a new password");
    await person.page.locator("output").waitFor();
  })],
  "hub accounts none": ["sealed", async (person, { hostUrl }) => {
    await person.page.goto("about:blank");
    await person.page.goto(hostUrl);
    await person.introduce("Ada");
    await person.isLive();
    await people(person);
    await press(person, "Accounts of this hub");
    await person.shows("Nobody has made one yet");
  }],
  "hub accounts not read": ["plain", joined(async (person, { hostUrl }) => {
    await person.page.goto("about:blank");
    await person.page.goto(hostUrl);
    await person.isLive();
    await person.page.route("**/api/accounts/all", (route) => route.abort());
    await people(person);
    await press(person, "Accounts of this hub");
    await person.shows("cannot be read now");
  })],
  "account lent": ["plain", async (person) => {
    await person.page.route("**/sign-in/finish", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), lent: true } });
    });
    await signedIn(person);
    await press(person, "Sign out here");
    await offer(person);
    await fill(person, { Name: `Chiara ${"I".repeat(accounts)}`, Password: PASSWORD });
    await press(person, "Sign in");
    await person.shows("The host chose the password");
  }],
  "account none here": ["plain", async (person) => {
    await person.page.route("**/api/accounts", (route) => route.fulfill({ json: { on: false } }));
    await offer(person);
    await person.shows("This hub has no accounts");
  }],
  "share encrypted": ["sealed", joined(async (person) => (await press(person, "Share"), await person.shows(/Encrypted\. Browsers warn/)))],
  "share words": ["plain", joined(async (person) => {
    await press(person, "Share");
    await person.shows(/Not encrypted/);
    await person.page.locator(".share-card").evaluate((card) => card.parentElement.scrollTo(0, 10_000));
  })],
  "chat empty": ["sealed", inChat((person) => person.shows("Nothing said yet"))],
  "chat picture on its way": ["plain", inChat(async (person) => {
    await person.page.route("**/blobs", () => undefined); // never answered
    await attach(person, pictureFile("a.png", 300, 200, [120, 150, 190]));
    await person.page.getByRole("button", { name: "Cancel", exact: true }).waitFor();
    await person.shows("Adding a.png");
  })],
  "chat picture damaged": ["plain", inChat(async (person) => {
    await attach(person, { name: "a.png", mimeType: "image/png", buffer: Buffer.alloc(0) });
    await person.shows("empty or damaged");
  })],
  "chat pictures attached": ["plain", inChat(async (person) => {
    await attach(person, pictureFile("a.png", 300, 200, [120, 150, 190]), pictureFile("b.png", 100, 300, [190, 120, 150]), pictureFile("c.png", 80, 80, [90, 160, 120]));
    await person.page.getByRole("button", { name: "Remove the picture" }).nth(2).waitFor();
  })],
  "chat picture not sent": ["plain", inChat(async (person) => {
    await person.page.route("**/blobs", (route) => route.abort());
    await attach(person, pictureFile("a.png", 300, 200));
    await person.shows("cannot be reached");
  })],
  "chat no picture": ["plain", inChat(async (person) => {
    await attach(person, { name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>") });
    await person.shows("That is not a picture");
  })],
  "chat picture large": ["plain", inChat(async (person) => {
    await person.page.getByRole("button", { name: /show it larger/ }).first().click();
    await person.page.waitForFunction(() => document.querySelector("dialog img")?.naturalWidth > 0);
  })],
  "chat picture gone": ["plain", inChat(async (person) => {
    await person.page.route("**/blobs/*", (route) => route.fulfill({ status: 404 }));
    await person.page.getByRole("button", { name: "Close" }).first().click();
    await person.open("Chat");
    await person.shows("The picture could not be loaded");
  })],
  "chat locked": ["plain", inChat((person, room) => whileLocked(room, "The chat", async () => (await person.shows("The chat is locked"), await room.shoot())))],
  "chat muted": ["plain", inChat(async (person, { host, shoot }) => {
    await people(host);
    await host.page.getByRole("button", { name: /What to do about Chiara/ }).first().click();
    await host.page.getByRole("button", { name: "Mute in the chat" }).click();
    await person.shows("A moderator muted you");
    await host.page.keyboard.press("Escape");
    await shoot();
  })],
  "chat search nothing": ["plain", inChat(async (person) => {
    await press(person, "Search the chat");
    await person.page.getByRole("searchbox").fill("zebra");
    await person.shows("Nothing found");
  })],
  "chat search not had": ["plain", inChat(async (person) => {
    await person.page.route("**/search*", (route) => route.abort());
    await press(person, "Search the chat");
    await person.page.getByRole("searchbox").fill("pendulum");
    await person.shows("could not be searched");
  })],
  "notes empty": ["sealed", inNotes(() => undefined)],
  "notes caret on the first line": ["plain", inNotes(async (person, { host }) => {
    await host.page.locator(".cm-content").click({ position: { x: 60, y: 30 } });
    await host.page.keyboard.press("Control+Home");
    for (let i = 0; i < 5; i++) await host.page.keyboard.press("ArrowRight");
    await person.page.locator(".lanvas-caret-name").first().waitFor({ state: "attached" });
    await person.page.addStyleTag({ content: ".lanvas-caret-name { animation: none !important; opacity: 0.92 !important }" });
  })],
  "notes caret at the end of the first line": ["plain", inNotes(async (person, { host }) => {
    await host.page.locator(".cm-content").click({ position: { x: 60, y: 30 } });
    await host.page.keyboard.press("Control+Home");
    await host.page.keyboard.press("End");
    await person.page.locator(".lanvas-caret-name").first().waitFor({ state: "attached" });
    await person.page.addStyleTag({ content: ".lanvas-caret-name { animation: none !important; opacity: 0.92 !important }" });
  })],
  "notes locked": ["plain", inNotes((person, room) => whileLocked(room, "The notes", async () => (await person.shows("The notes are locked"), await room.shoot())))],
  "board locked": ["plain", joined((person, room) => whileLocked(room, "The board", async () => (await person.shows("The board is locked"), await room.shoot())))],
  "notes on paper": ["plain", inNotes(async (person) => {
    await press(person, "More for the notes");
    await person.page.evaluate(() => {
      const append = document.body.appendChild.bind(document.body);
      document.body.appendChild = (node) => {
        const added = append(node);
        if (node instanceof HTMLIFrameElement) node.contentWindow.print = () => (window.paper = new XMLSerializer().serializeToString(node.contentDocument));
        return added;
      };
    });
    await press(person, "Print");
    await person.page.waitForFunction(() => window.paper !== undefined);
    await person.page.setContent(await person.page.evaluate(() => window.paper));
    await person.page.emulateMedia({ media: "print", colorScheme: "light" });
  })],
};

const NOTES = `# Pendulum

The period depends on **length**, not on mass.

## To do

- [x] measure 10 swings
- [ ] divide by 10

> Ask about the \`1.2 m\` string.

| length | period |
|---|---|
| 1.2 m | 2.2 s |

\`\`\`py
g = 4 * pi**2 * l / T**2
\`\`\`
`;

/** A hub with a host, who has written and said something unless it is to be bare. */
async function room(world, bare, ...options) {
  const hub = await world.hub("--title", "Physics, Friday", ...options);
  const hostUrl = hub.ready.host_url.replace(/\/\/[^/]+/, `//${hub.address}:${hub.port}`);
  const host = await world.person(hostUrl, "Ada", { trusting: true });
  if (bare) return { hub, host, hostUrl, url: hub.sealedUrl };
  await host.say("Who has the long string?");
  await host.say("The pendulum is the one from Tuesday");
  await attach(host, pictureFile("a.png", 640, 400, [120, 150, 190]));
  await host.page.getByRole("button", { name: "Remove the picture" }).waitFor();
  await press(host, "Send");
  await host.write(NOTES);
  await host.isStored();
  return { hub, host, hostUrl, url: hub.url };
}

async function scene(browser, rooms, set, name, folder) {
  const [size, light] = set.split("-");
  const phone = size === "phone";
  const [where, act] = SCENES[name];
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: LIGHTS[light], hasTouch: phone, isMobile: phone, reducedMotion: "reduce", ignoreHTTPSErrors: true });
  if (light === "chosen") await context.addInitScript(() => localStorage.setItem("lanvas.paper", '{"paper":"dots","scheme":"dark"}'));
  const person = new Person(context, await context.newPage());
  let shot = false;
  const shoot = async () => {
    shot = true;
    await painted(person.page);
    await person.page.screenshot({ path: join(folder, `${name.replaceAll(" ", "-")}.png`) });
    // Paper is not touched.
    if (name.endsWith("paper")) return;
    for (const fault of await wrong(person.page, phone)) console.log(`${set} ${name}: ${fault}`);
  };
  try {
    await person.page.goto(rooms[where].url);
    await person.page.getByLabel("Your name").waitFor();
    await act(person, { ...rooms[where], shoot });
    if (!shot) await shoot();
  } catch (error) {
    console.log(`${set} ${name}: NOT SEEN ${String(error).split("\n")[0]}`);
    await person.page.screenshot({ path: join(folder, `${name.replaceAll(" ", "-")}.png`) });
  } finally {
    await context.close();
  }
}

await enter();
const [out, only = "", part = ""] = process.argv.slice(2);
if (out === undefined) throw new Error("say into which folder: node e2e/rooms.mjs FOLDER");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const world = new World(browser, address());
try {
  const rooms = { plain: await room(world, false), sealed: await room(world, true, "--tls", "self-signed") };
  const names = Object.keys(SCENES).filter((name) => name.includes(part));
  for (const set of Object.keys(SIZES).flatMap((size) => Object.keys(LIGHTS).map((light) => `${size}-${light}`))) {
    if (!set.startsWith(only)) continue;
    const folder = join(out, set);
    mkdirSync(folder, { recursive: true });
    for (const name of names) await scene(browser, rooms, set, name, folder);
    await sheets(browser, folder, names, set.split("-")[0]);
  }
} finally {
  await world.end().catch((fault) => console.log(String(fault)));
  await browser.close();
}
