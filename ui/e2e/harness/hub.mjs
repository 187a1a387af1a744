/** A real `lanvas-server` in a folder of its own, that can be killed and started again. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { within } from "./until.mjs";

const ROOT = new URL("../../../", import.meta.url).pathname;

function program() {
  const given = process.env.LANVAS_SERVER;
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  const path = given ?? join(target, "debug/lanvas-server");
  if (!existsSync(path)) throw new Error(`${path} is missing: build it with \`cargo build -p lanvas-server\``);
  return path;
}

export class Hub {
  /** In a folder of its own, unless one is given. */
  static async start(address, options = [], folder = mkdtempSync(join(tmpdir(), "lanvas-e2e-")), way = []) {
    const hub = new Hub(address, options, folder, way);
    await hub.launch(0);
    return hub;
  }

  /** `way` is put before the command, where it runs on a machine of its own. */
  constructor(address, options, folder, way) {
    this.way = way;
    this.address = address;
    this.options = options;
    this.folder = folder;
    this.log = [];
  }

  async launch(port) {
    const args = ["serve", "--no-discovery", "--port", String(port), "--data", this.folder, ...this.options];
    const [command, ...words] = [...this.way, program(), ...args];
    this.process = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"] });
    this.process.stderr.on("data", (chunk) => this.log.push(String(chunk)));
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    const lines = createInterface({ input: this.process.stdout });
    const first = new Promise((resolve, reject) => {
      lines.once("line", resolve);
      lines.once("close", () => reject(new Error(`the hub ended: ${this.log.join("")}`)));
    });
    this.ready = JSON.parse(await within("the hub's ready line", first));
    this.port = this.ready.port;
    this.session = this.ready.session;
  }

  get url() {
    return `http://${this.address}:${this.port}/s/${this.session}`;
  }

  /** The same where everything is encrypted. */
  get sealedUrl() {
    return this.url.replace("http:", "https:");
  }

  /** As if the power went: nothing is said, nothing is flushed. */
  async kill() {
    this.process.kill("SIGKILL");
    await within("the hub's end", this.ended);
  }

  /** As while its laptop sleeps: connections stay, and nothing is heard. */
  fallAsleep() {
    this.process.kill("SIGSTOP");
  }

  wakeUp() {
    this.process.kill("SIGCONT");
  }

  /** Again, where it was. */
  async restart() {
    await this.launch(this.port);
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.wakeUp();
      this.process.kill("SIGTERM");
      await within("the hub's end", this.ended);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
