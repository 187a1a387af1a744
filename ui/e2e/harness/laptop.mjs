/** A guest's laptop: a Chromium of its own, all of which stands still while the laptop sleeps. */
import { chromium } from "playwright-core";

/** How every browser of these tests is started. */
export const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export class Laptop {
  static async open() {
    const server = await chromium.launchServer(CHROMIUM);
    return new Laptop(server, await chromium.connect(server.wsEndpoint()));
  }

  constructor(server, browser) {
    this.server = server;
    this.browser = browser;
  }

  /** Nothing of it answers until it wakes up. */
  sleep() {
    this.#signal("SIGSTOP");
  }

  wakeUp() {
    this.#signal("SIGCONT");
  }

  async shut() {
    this.wakeUp();
    await this.server.close();
  }

  /** The browser is the first of a group of processes. */
  #signal(name) {
    process.kill(-this.server.process().pid, name);
  }
}
