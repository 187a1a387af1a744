import { expect, test } from "vitest";
import type { Participant } from "../../protocol/generated/messages";
import { candidates, mentioned, mentioningAt } from "./mentions";
import { headingAt, headingsOf, linkTo, placeOf } from "./places";
import { queryOf } from "./query";

const NOW = new Date(2026, 10, 21, 15, 30);

test("words and what narrows them", () => {
  expect(queryOf("plan from:@Ann before:2026-11-20 after:yesterday has:image \"two words\"", NOW)).toEqual({
    words: "plan two words",
    from: "Ann",
    saidBefore: new Date(2026, 10, 20).getTime(),
    saidAfter: new Date(2026, 10, 21).getTime(),
    has: ["image"],
  });
  expect(queryOf('from:"Ann Lee"', NOW)).toMatchObject({ words: "", from: "Ann Lee" });
  expect(queryOf("   ", NOW)).toBeNull();
  expect(queryOf("10:30 http://a.test", NOW)).toMatchObject({ words: "10:30 http://a.test" });
});

test("what narrows may be written in German", () => {
  expect(queryOf('plan von:Anna vor:2026-11-20 nach:gestern hat:Bild hat:link', NOW)).toEqual(queryOf("plan from:Anna before:2026-11-20 after:yesterday has:image has:link", NOW));
  expect(queryOf("vor:heute", NOW)).toEqual(queryOf("before:today", NOW));
});

test("days are understood as people write them", () => {
  const before = (day: string) => queryOf(`before:${day}`, NOW);
  for (const day of ["22.11.2026", "2026-11-22", "tomorrow", "Morgen"]) expect(before(day)).toMatchObject({ saidBefore: new Date(2026, 10, 22).getTime() });
  expect(before("2.3.2026")).toEqual(before("02.03.2026"));
  expect(queryOf("after:tomorrow", NOW)).toMatchObject({ saidAfter: new Date(2026, 10, 23).getTime() });
});

test("a picture is called as people call it", () => {
  for (const has of ["has:picture", "has:image", "hat:bild"]) expect(queryOf(has, NOW)).toMatchObject({ has: ["image"] });
});

test("what cannot be understood is told, not left out", () => {
  for (const day of ["2026-02-30", "31.2.2026", "22.11.26", "0002-11-22", "soon", ""]) expect(queryOf(`plan before:${day}`, NOW)).toEqual({ unclear: "day", written: `before:${day}` });
  for (const has of ["nothing", "constructor", ""]) expect(queryOf(`plan has:${has}`, NOW)).toEqual({ unclear: "has", written: `has:${has}` });
  expect(queryOf("from:", NOW)).toBeNull();
});

const person = (id: number, name: string): Participant => ({ id, name, color: "#000000", role: "editor" });
const PEOPLE = [person(1, "Ann"), person(2, "Ann Lee"), person(3, "Bo Ann"), person(4, "Zoë")];

test("a name is written after an @ that begins a word", () => {
  expect(mentioningAt("hi @an", 6)).toEqual({ start: 3, written: "an" });
  expect(mentioningAt("@", 1)).toEqual({ start: 0, written: "" });
  for (const text of ["a@b", "@ann ", "no"]) expect(mentioningAt(text, text.length)).toBeNull();
});

test("who may be meant comes by how the name begins, never oneself", () => {
  expect(candidates(PEOPLE, 1, "an").map(({ name }) => name)).toEqual(["Ann Lee", "Bo Ann"]);
  expect(candidates(PEOPLE, 4, "").length).toBe(3);
});

test("who is meant is who is named, not whose name begins like it", () => {
  expect(mentioned("hello @Ann Lee", PEOPLE)).toEqual([2]);
  expect(mentioned("@Ann and @Ann Lee, @Zoë!", PEOPLE)).toEqual([1, 2, 4]);
  expect(mentioned("nobody", PEOPLE)).toEqual([]);
});

test("a name ends where the word ends", () => {
  const at = (text: string, ...names: string[]) => mentioned(text, names.map((name, index) => person(index, name))).map((id) => names[id]);
  for (const text of ["@Bending bars", "@Bens", "@Ben2", "@Benë", "@Bene\u0308", "@Ben-Luca", "@Ben_x", "mail a@Ben.de"]) expect(at(text, "Ben")).toEqual([]);
  for (const text of ["@Ben", "@Ben, look", "(@Ben)", "@Ben's", "@Ben 👍", "@Ben👍", "@Ben – now", "_@Ben_", "**@Ben**", "@Ben!\n", "-@Ben", "@Bending @Ben", "@@Ben"]) expect(at(text, "Ben")).toEqual(["Ben"]);
  expect(at("@Ben Luca and @Benjamin", "Ben", "Ben Luca")).toEqual(["Ben Luca"]);
  expect(at("@Ben Lucas", "Ben", "Ben Luca")).toEqual(["Ben"]);
  expect(at("@Zoë 🎉👩 hi", "Zoë 🎉", "Zoë 🎉👩")).toEqual(["Zoë 🎉👩"]);
  expect(at("@👩‍💻 @👍🏽", "👩", "👍")).toEqual([]);
});

test("a place goes into a link and comes out again", () => {
  const places = [
    { kind: "board", x: -12.3, y: 4, zoom: 1.5 },
    { kind: "heading", page: "first", text: "Über (uns) & [mehr]" },
    { kind: "heading", page: "p-2", text: "A plan" },
    { kind: "heading", page: "p-2", text: "" },
    { kind: "heading", page: "first", text: "" },
  ] as const;
  for (const place of places) {
    const target = /\]\((.*)\)$/.exec(linkTo(place, "Look [here]"))?.[1] ?? "";
    expect(placeOf(target)).toEqual(place);
  }
  for (const bad of ["#at=", "#at=1,2,0", "#at=1", "#heading=%E0%A4%A", "at=1,2", "#other", "#", "#page=a b", "#page="]) expect(placeOf(bad)).toBeNull();
});

test("a place with a session's address before it is the same place", () => {
  expect(placeOf("http://192.168.1.5:7420/s/abc#page=p2&heading=Plan")).toEqual({ kind: "heading", page: "p2", text: "Plan" });
  expect(placeOf("http://192.168.1.5:7420/s/abc")).toBeNull();
});

test("headings are found where they stand", () => {
  const notes = "# One\ntext\n## Two ##\n#no\n";
  expect(headingsOf(notes)).toEqual(["One", "Two"]);
  expect([headingAt(notes, "Two"), headingAt(notes, "Three")]).toEqual([11, -1]);
});
