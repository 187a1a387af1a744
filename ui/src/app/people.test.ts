import { expect, test } from "vitest";
import type { Participant } from "../protocol/generated/messages";
import { shownPeople } from "./people";

const person = (id: number, name: string, role: Participant["role"] = "editor"): Participant => ({ id, name, role, color: "#0d9488" });

test("you come first, then the host, then the others by name", () => {
  const me = person(7, "Zoë");
  const all = [person(1, "Mona", "host"), person(2, "bob"), person(3, "Ada"), me, person(4, "Ada")];
  expect(shownPeople(all, me).map(({ id }) => id)).toEqual([7, 1, 3, 4, 2]);
});
