import { expect, test } from "vitest";
import { Entrance } from "./entrance";

test("what is told once is kept, what is told anew replaces what was", () => {
  const entrance = new Entrance();
  let heard = 0;
  entrance.subscribe(() => (heard += 1));
  entrance.hear({ type: "codes_made", invite: { id: 2, token: "abc" } });
  entrance.hear({ type: "codes_made", password: "kmwp-7h2x" });
  entrance.hear({ type: "door_changed", entry: "password" });
  entrance.hear({ type: "knocks_changed", knocks: [{ id: 1, name: "Bo", device: "phone", address: "10.0.0.2", since_ms: 0 }] });
  expect([entrance.token(2), entrance.password, entrance.entry, entrance.knocks.length]).toEqual(["abc", "kmwp-7h2x", "password", 1]);
  entrance.reset();
  expect([entrance.token(2), entrance.entry, entrance.knocks]).toEqual(["abc", "open", []]);
  entrance.hear({ type: "door_changed", entry: "invited", invites: [{ id: 2, role: "editor", made_ms: 0, uses: 0 }] });
  expect([entrance.password, entrance.invites.length, heard]).toEqual([null, 1, 6]);
});
