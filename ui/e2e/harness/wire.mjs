/** A cable between pages and a hub that can be pulled: one page is offline while the others go on. */
import { connect, createServer } from "node:net";

export class Wire {
  static async between(address, port) {
    const wire = new Wire(port);
    await new Promise((resolve) => wire.server.listen(0, address, resolve));
    wire.address = address;
    wire.port = wire.server.address().port;
    return wire;
  }

  constructor(hubPort) {
    this.hubPort = hubPort;
    this.sockets = new Set();
    this.whole = true;
    this.server = createServer((near) => this.join(near));
  }

  join(near) {
    if (!this.whole) return near.destroy();
    const far = connect(this.hubPort, this.address);
    for (const [one, other] of [[near, far], [far, near]]) {
      this.sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  /** Where a page goes to reach `hub` over this cable. */
  urlOf(hub) {
    return `http://${this.address}:${this.port}/s/${hub.session}`;
  }

  cut() {
    this.whole = false;
    for (const socket of this.sockets) socket.destroy();
  }

  mend() {
    this.whole = true;
  }

  async close() {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
