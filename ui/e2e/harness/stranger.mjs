/** The protocol document's Python client, run as it stands there. */
import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { until, within } from "./until.mjs";

const SCRIPT = new URL("../../../src-tauri/docs/examples/stranger.py", import.meta.url).pathname;
/** Debian's, which has `websockets` as a package. */
const PYTHON = process.env.LANVAS_PYTHON ?? "/usr/bin/python3";
/** Nine hundred messages and a slow disk: this only tells slow from never. */
const TALK_MS = 90_000;

/** Somebody says `count` messages, "Message 1." to the last, and all are stored when this resolves. */
export async function talk(hub, count) {
  const script = new URL("talk.py", import.meta.url).pathname;
  const link = `ws://${hub.address}:${hub.port}/ws/${hub.session}`;
  await within("the talk", promisify(execFile)(PYTHON, [script, link, String(count)]), TALK_MS);
}

export class Stranger {
  constructor(url, name) {
    this.lines = [];
    this.errors = "";
    this.process = spawn(PYTHON, [SCRIPT, url, name], { stdio: ["ignore", "pipe", "pipe"] });
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    createInterface({ input: this.process.stdout }).on("line", (line) => this.lines.push(line));
    this.process.stderr.on("data", (chunk) => (this.errors += chunk));
  }

  /** Waits for a line that contains all of `parts`. */
  heard(...parts) {
    const said = () => this.lines.some((line) => parts.every((part) => line.includes(part)));
    return until(`the stranger hears ${parts.join(", ")}`, said).catch((error) => {
      throw new Error(`${error.message}\n${this.lines.join("\n")}\n${this.errors}`);
    });
  }

  async leave() {
    this.process.kill("SIGTERM");
    await within("the stranger's end", this.ended);
  }
}
