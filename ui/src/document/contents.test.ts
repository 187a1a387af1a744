import { expect, test } from "vitest";
import { REMOVED_PAGES_LENGTH_MAX, REMOVED_PAGES_MAX } from "../protocol/generated/limits";
import { Contents, FIRST_PAGE } from "./contents";
import { orderAfter } from "./page_order";

function withPages(count: number): Contents {
  const contents = new Contents();
  for (let page = 1; page <= count; page += 1) contents.apply(page, { type: "add_page", page: `p${page}`, title: `Page ${page}`, order: page }, () => 0);
  return contents;
}

const ids = (contents: Contents): string[] => contents.shown([]).map(({ id }) => id);

test("pages stand by their order, those taken out behind them, the latest first", () => {
  const contents = withPages(3);
  contents.apply(4, { type: "update_page", page: "p3", order: 0.5 }, () => 0);
  expect(ids(contents)).toEqual([FIRST_PAGE, "p3", "p1", "p2"]);
  contents.apply(5, { type: "update_page", page: FIRST_PAGE, removed: true }, () => 0);
  contents.apply(6, { type: "update_page", page: "p1", removed: true }, () => 0);
  expect(ids(contents)).toEqual(["p3", "p2", "p1", FIRST_PAGE]);
  contents.apply(7, { type: "update_page", page: FIRST_PAGE, removed: false }, () => 0);
  expect(ids(contents)).toEqual([FIRST_PAGE, "p3", "p2", "p1"]);
});

test("what is on its way shows at once and changes nothing that the hub ordered", () => {
  const contents = withPages(1);
  const shown = contents.shown([
    { type: "add_page", page: "mine", title: "Mine", order: 0.5 },
    { type: "update_page", page: "p1", title: "Other" },
  ]);
  expect(shown.map(({ title }) => title)).toEqual(["", "Mine", "Other"]);
  expect(contents.has("mine")).toBe(false);
});

test("the oldest of many that were taken out are given up, never the first page or the latest (R64)", () => {
  const contents = withPages(REMOVED_PAGES_MAX + 2);
  const remove = (page: string, number: number, length = 0): string[] => contents.apply(number, { type: "update_page", page, removed: true }, () => length);
  expect(remove(FIRST_PAGE, 100)).toEqual([]);
  for (let page = 1; page <= REMOVED_PAGES_MAX; page += 1) expect(remove(`p${page}`, 100 + page)).toEqual([]);
  expect(remove(`p${REMOVED_PAGES_MAX + 1}`, 200)).toEqual(["p1"]);

  const few = withPages(2);
  const lengths = (page: string): number => (page === "p1" ? REMOVED_PAGES_LENGTH_MAX : 1);
  expect(few.apply(10, { type: "update_page", page: "p1", removed: true }, lengths)).toEqual([]);
  expect(few.apply(11, { type: "update_page", page: "p2", removed: true }, lengths)).toEqual(["p1"]);
});

test("a page is put between its neighbours", () => {
  const pages = withPages(2).shown([]);
  expect([orderAfter(pages, null), orderAfter(pages, FIRST_PAGE), orderAfter(pages, "p1"), orderAfter(pages, "p2")]).toEqual([-1, 0.5, 1.5, 3]);
});
