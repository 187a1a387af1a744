/**
 * A machine on a network of its own: one address that is not localhost, so that
 * pages are what they are for guests (no secure context), and nothing else to
 * reach, so that a page that asks anybody outside fails. It has mounts of its own
 * too, so that a case can give a hub a small disk.
 */
import { spawn } from "node:child_process";
import { networkInterfaces } from "node:os";

const INSIDE = "LANVAS_E2E_INSIDE";
const ADDRESS = "10.77.0.1";
/**
 * No addresses of IPv6: the kernel settles one a second or two after a cable is up, and
 * Chromium then drops every request under way (ERR_NETWORK_CHANGED), whichever case that hits.
 */
const QUIET = "addrgenmode none";
const SET_UP = [
  "ip link set lo up",
  "ip link add lanvas0 type veth peer name lanvas1",
  `ip link set lanvas0 ${QUIET}`,
  `ip link set lanvas1 ${QUIET}`,
  `ip addr add ${ADDRESS}/24 dev lanvas0`,
  "ip link set lanvas0 up",
  "ip link set lanvas1 up",
  // Where machines of their own are plugged in (`machine.mjs`).
  `if ip link add switch0 type bridge; then ip link set switch0 ${QUIET} up && ip link set lanvas1 master switch0; fi`,
  'exec "$@"',
].join(" && ");

/** Runs this program again inside such a network; never returns there. Where none can be made, goes on with the machine's own address. */
export async function enter() {
  if (process.env[INSIDE] !== undefined) return;
  const asRoot = process.getuid?.() === 0 ? [] : ["--map-root-user", "--user"];
  const possible = await run("unshare", [...asRoot, "--net", "--mount", "sh", "-c", SET_UP, "sh", "true"], "ignore");
  if (possible !== 0) {
    console.log("no network of its own can be made here: the machine's own address is used");
    return;
  }
  process.env[INSIDE] = ADDRESS;
  process.exit(await run("unshare", [...asRoot, "--net", "--mount", "sh", "-c", SET_UP, "sh", process.execPath, ...process.argv.slice(1)], "inherit"));
}

function run(command, args, stdio) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio });
    const pass = (signal) => child.kill(signal);
    process.on("SIGINT", pass);
    process.on("SIGTERM", pass);
    child.on("error", () => resolve(127));
    child.on("exit", (code) => {
      process.off("SIGINT", pass);
      process.off("SIGTERM", pass);
      resolve(code ?? 1);
    });
  });
}

/** Whether this is such a machine. */
export function isInside() {
  return process.env[INSIDE] !== undefined;
}

/** The address that pages use. */
export function address() {
  const inside = process.env[INSIDE];
  if (inside !== undefined) return inside;
  const found = Object.values(networkInterfaces()).flat().find((one) => one?.family === "IPv4" && !one.internal);
  if (found === undefined) throw new Error("this machine has no address but localhost, and no network could be made");
  return found.address;
}
