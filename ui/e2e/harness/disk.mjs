/** A disk of a few megabytes for a hub, that can be filled to the last byte and emptied again. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isInside } from "./network.mjs";

export class Disk {
  /** Null where this program has no mounts of its own. */
  static make(megabytes) {
    if (!isInside()) return null;
    const folder = mkdtempSync(join(tmpdir(), "lanvas-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "lanvas", folder]);
    return new Disk(folder);
  }

  constructor(folder) {
    this.folder = folder;
    this.filler = join(folder, "filler");
  }

  fill() {
    const file = openSync(this.filler, "a");
    try {
      for (const size of [65536, 4096, 1]) this.write(file, Buffer.alloc(size));
    } finally {
      closeSync(file);
    }
  }

  write(file, block) {
    try {
      while (writeSync(file, block) === block.length);
    } catch (error) {
      if (error.code !== "ENOSPC") throw error;
    }
  }

  empty() {
    rmSync(this.filler, { force: true });
  }

  end() {
    execFileSync("umount", ["--lazy", this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
    return Promise.resolve();
  }
}
