/** What a case is given: a hub, people, cables; all of it is put away when the case ends. */
import { join } from "node:path";
import { Disk } from "./disk.mjs";
import { Laptop } from "./laptop.mjs";
import { Hub } from "./hub.mjs";
import { Machine } from "./machine.mjs";
import { Person } from "./person.mjs";
import { Stranger } from "./stranger.mjs";
import { Witness } from "./witness.mjs";
import { Wire } from "./wire.mjs";

export class World {
  constructor(browser, address) {
    this.browser = browser;
    this.address = address;
    this.leaving = [];
  }

  async hub(...options) {
    return this.keep(await Hub.start(this.address, options), (hub) => hub.stop());
  }

  /** On `disk`, which outlives it. */
  async hubOn(disk) {
    return this.keep(await Hub.start(this.address, [], join(disk.folder, "sessions")), (hub) => hub.stop());
  }

  /** A hub on a machine of its own, which is `hub.machine`. */
  async hubElsewhere(...options) {
    const machine = this.keep(await Machine.make(), (it) => it.end());
    const hub = this.keep(await Hub.start(machine.address, options, undefined, machine.way), (it) => it.stop());
    return Object.assign(hub, { machine });
  }

  /** Null where none can be made. */
  smallDisk(megabytes) {
    const disk = Disk.make(megabytes);
    return disk === null ? null : this.keep(disk, (it) => it.end());
  }

  async person(url, name, options) {
    return this.keep(await Person.arrive(this.browser, url, name, options), (person) => person.leave());
  }

  /** The laptop of a guest: a browser of its own, which can sleep. */
  async laptop() {
    return this.keep(await Laptop.open(), (laptop) => laptop.shut());
  }

  /** Somebody who has only opened the link. */
  async visitor(url, options) {
    return this.keep(await Person.open(this.browser, url, options), (person) => person.leave());
  }

  /** Somebody who only listens. */
  async witness(hub) {
    return this.keep(await Witness.of(this.browser, hub), (witness) => witness.leave());
  }

  async wire(hub) {
    return this.keep(await Wire.between(this.address, hub.port), (wire) => wire.close());
  }

  stranger(url, name) {
    return this.keep(new Stranger(url, name), (stranger) => stranger.leave());
  }

  keep(thing, put) {
    this.leaving.unshift(() => put(thing));
    return thing;
  }

  /** The first fault of the putting away, if there is one; all of it is done either way. */
  async end() {
    const faults = [];
    for (const leave of this.leaving.splice(0)) await leave().catch((fault) => faults.push(fault));
    if (faults.length > 0) throw faults[0];
  }
}
