import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EXAMINATIONS } from "../../testing/examinations";
import { translator } from "../sentences";
import { FINDINGS } from "./findings";

const DOCTOR = new URL("../../../../src-tauri/crates/lanvas-discovery/src/doctor/", import.meta.url);
/** As the doctor writes it: strings over several lines are one, and quotes in them are escaped. */
const source = readdirSync(DOCTOR)
  .map((file) => readFileSync(new URL(file, DOCTOR), "utf8"))
  .join("\n")
  .replace(/\\"/g, '"');
const german = translator(FINDINGS);

test("what is said in German is still said in English by the doctor", () => {
  const gone = Object.keys(FINDINGS).flatMap((english) => english.split(/\{\w+\}|, and one more|; only a test /).filter((piece) => piece.trim().length > 6 && !source.includes(piece.replace(/[“”].*?[“”]/g, "").trim())));
  // “… is announced and does not answer.” is put before what was found at the address.
  expect(gone.filter((piece) => !piece.startsWith("” is announced"))).toEqual([]);
});

test("every sentence and every advice of an examination comes in German", () => {
  for (const { findings } of Object.values(EXAMINATIONS))
    for (const { says, action } of findings) {
      expect(german(says)).not.toBe(says);
      if (action !== "") expect(german(action)).not.toBe(action);
    }
});

test("addresses, names and commands stay as they are", () => {
  expect(german("A VPN or tunnel is on (wg0); many of them cut a computer off from its own network.")).toBe("Ein VPN oder Tunnel ist an (wg0); viele davon trennen einen Computer von seinem eigenen Netz.");
  expect(german("Let Lanvas in: sudo ufw allow 7421/tcp && sudo ufw allow 5353/udp")).toBe("Lass Lanvas herein: sudo ufw allow 7421/tcp && sudo ufw allow 5353/udp");
  expect(german("“Class 0” is announced and does not answer. No device answers at 192.168.1.0.")).toBe("„Class 0“ ist angekündigt und antwortet nicht. Unter 192.168.1.0 antwortet kein Gerät.");
  expect(german("2 sessions nearby are called “Class 0”, hosted by Ann (192.168.1.0:7420), Ann (192.168.1.1:7420), and one more title is used twice.")).toBe(
    "In der Nähe heißen 2 Sitzungen „Class 0“, Gastgeber: Ann (192.168.1.0:7420), Ann (192.168.1.1:7420). Noch ein Titel kommt zweimal vor.",
  );
});
