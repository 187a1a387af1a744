/**
 * A browser by the WebDriver protocol, said in plain HTTP: the one way to speak to
 * Firefox and to WebKitGTK alike. Knows nothing of Lanvas.
 */
import { spawn } from "node:child_process";
import { request } from "node:http";
import { createServer } from "node:net";
import { until, within } from "./until.mjs";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
/** What WebDriver calls keys that are no letter. */
export const KEYS = { Enter: "\uE007", Control: "\uE009", Escape: "\uE00C", Home: "\uE011" };

/** A driver program with one browser; `log` has what both wrote. */
export class Browser {
  static async start({ program, args = [], env = {}, capabilities }) {
    const port = await freePort();
    const browser = new Browser(`http://127.0.0.1:${port}`);
    browser.#run(program, [...args, `--port=${port}`], env);
    await until(`${program} listens`, () => browser.#ready());
    const { sessionId, capabilities: given } = await browser.#ask("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
    browser.session = `/session/${sessionId}`;
    browser.version = `${given.browserName} ${given.browserVersion}`;
    return browser;
  }

  constructor(address) {
    this.address = address;
    this.log = [];
  }

  #run(program, args, env) {
    // No bus: the first browser would start one for this display, and the others end when it does.
    const around = { ...process.env, DBUS_SESSION_BUS_ADDRESS: "disabled:", NO_AT_BRIDGE: "1", ...env };
    // A group of its own, so that what it started ends with it.
    this.process = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: around, detached: true });
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (chunk) => this.log.push(String(chunk)));
    this.process.once("error", (error) => this.log.push(String(error)));
  }

  async #ready() {
    if (this.process.pid === undefined || this.process.exitCode !== null) throw new Error(`the driver ended: ${this.log.join("")}`);
    return this.#ask("GET", "/status").then(({ ready }) => ready, () => false);
  }

  async #ask(method, path, body) {
    const [status, text] = await exchange(method, this.address + path, body === undefined ? undefined : JSON.stringify(body));
    const { value } = JSON.parse(text);
    if (status !== 200) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  post(path, body = {}) {
    return this.#ask("POST", this.session + path, body);
  }

  goTo(url) {
    return this.post("/url", { url });
  }

  run(script, ...args) {
    return this.post("/execute/sync", { script, args });
  }

  async find(css) {
    return (await this.post("/element", { using: "css selector", value: css }))[ELEMENT];
  }

  async click(css) {
    await this.post(`/element/${await this.find(css)}/click`);
  }

  /** Types into what `css` names. */
  async type(css, text) {
    await this.post(`/element/${await this.find(css)}/value`, { text });
  }

  /** Letter by letter, `pause_ms` apart, wherever the caret is. */
  keys(text, pause_ms = 0) {
    const actions = [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }, { type: "pause", duration: pause_ms }]);
    return this.post("/actions", { actions: [{ type: "key", id: "keys", actions }] });
  }

  /** Keys held together, such as Control and Home. */
  chord(...keys) {
    const down = keys.map((value) => ({ type: "keyDown", value }));
    const up = keys.map((value) => ({ type: "keyUp", value })).reverse();
    return this.post("/actions", { actions: [{ type: "key", id: "keys", actions: [...down, ...up] }] });
  }

  /** Moves of one pointer; it stays down when `actions` leave it down. */
  point(kind, actions) {
    return this.post("/actions", { actions: [{ type: "pointer", id: kind, parameters: { pointerType: kind }, actions }] });
  }

  /** Two fingers, each from its first point to its last, at once. */
  fingers(...paths) {
    const actions = paths.map((path, at) => {
      const [first, ...rest] = path.map(([x, y]) => ({ type: "pointerMove", duration: 16, x, y }));
      const moves = [first, { type: "pointerDown", button: 0 }, ...rest, { type: "pointerUp", button: 0 }];
      return { type: "pointer", id: `finger${at}`, parameters: { pointerType: "touch" }, actions: moves };
    });
    return this.post("/actions", { actions });
  }

  /** Turns the wheel at (x, y), with a key held where one is named. */
  async wheel(x, y, deltaY, key) {
    const turn = { type: "wheel", id: "wheel", actions: [{ type: "pause" }, { type: "scroll", x, y, deltaX: 0, deltaY }, { type: "pause" }] };
    const held = [{ type: "keyDown", value: key }, { type: "pause" }, { type: "keyUp", value: key }];
    await this.post("/actions", { actions: key === undefined ? [turn] : [{ type: "key", id: "keys", actions: held }, turn] });
  }

  resize(width, height) {
    return this.post("/window/rect", { width, height });
  }

  async picture() {
    return Buffer.from(await this.#ask("GET", `${this.session}/screenshot`), "base64");
  }

  async quit() {
    if (this.session !== undefined) await within("the browser's end", this.#ask("DELETE", this.session)).catch(() => undefined);
    if (this.process.pid === undefined || this.process.exitCode !== null) return;
    process.kill(-this.process.pid, "SIGTERM");
    await within("the driver's end", this.ended).catch(() => process.kill(-this.process.pid, "SIGKILL"));
  }
}

/** One request on a connection of its own: WebKit's driver closes idle ones just when they are wanted. */
function exchange(method, url, body) {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) };
    const asking = request(url, { method, headers, agent: false }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.once("end", () => resolve([answer.statusCode, Buffer.concat(parts).toString()]));
      answer.once("error", reject);
    });
    asking.once("error", reject);
    asking.end(body);
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
