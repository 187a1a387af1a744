/**
 * A computer of its own on the network of the pages: its Wi-Fi can drop, and its programs can stand
 * still as they do while a laptop sleeps. The pages' own network sees nothing of either.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

/** The pages are 10.77.0.1 and .2 there (`network.mjs`). */
const FIRST = 9;
let made = 0;

const ip = (...words) => execFileSync("ip", words, { stdio: "pipe" });

export class Machine {
  /** Plugged in at `switch0`, and on the network when this resolves. */
  static async make() {
    const number = made++;
    const machine = new Machine(`10.77.0.${FIRST + number}`, `port${number}`);
    // Its network lives as long as this does, which says when it is there.
    machine.keeper = spawn("unshare", ["--net", "sh", "-c", "echo there; exec sleep 3600"], { stdio: ["ignore", "pipe", "inherit"] });
    await once(machine.keeper.stdout, "data");
    const { port } = machine;
    ip("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", String(machine.keeper.pid));
    ip("link", "set", port, "addrgenmode", "none", "master", "switch0", "up");
    machine.here("ip", "link", "set", "lo", "up");
    machine.here("ip", "link", "set", "eth0", "addrgenmode", "none");
    machine.here("ip", "address", "add", `${machine.address}/24`, "dev", "eth0");
    machine.here("ip", "link", "set", "eth0", "up");
    return machine;
  }

  constructor(address, port) {
    this.address = address;
    this.port = port;
  }

  /** What is put before a command that is to run there. */
  get way() {
    return ["nsenter", `--net=/proc/${this.keeper.pid}/ns/net`];
  }

  here(...command) {
    const [program, ...words] = [...this.way, ...command];
    execFileSync(program, words, { stdio: "pipe" });
  }

  dropWifi() {
    this.here("ip", "link", "set", "eth0", "down");
  }

  wifiComesBack() {
    this.here("ip", "link", "set", "eth0", "up");
  }

  async end() {
    const ended = once(this.keeper, "exit");
    this.keeper.kill("SIGKILL");
    await ended;
  }
}
