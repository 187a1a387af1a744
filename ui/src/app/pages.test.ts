import fc from "fast-check";
import { expect, test } from "vitest";
import { changedShape } from "../document/shape";
import type { Shape } from "../protocol/generated/messages";
import { someShape } from "../testing/some_shapes";
import { viewOn } from "../testing/tool_view";
import { pageKey, pageMoved } from "./pages";
import { pageOrder } from "./reading_order";

const press = (key: string, part: object = {}) => pageKey({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...part });

test("while pages are shown arrows, page keys and Space turn them, and Escape ends it", () => {
  for (const key of ["ArrowRight", "ArrowDown", "PageDown", " "]) expect(press(key)).toBe("next_page");
  for (const key of ["ArrowLeft", "ArrowUp", "PageUp"]) expect(press(key)).toBe("previous_page");
  expect([press(" ", { shiftKey: true }), press("Escape")]).toEqual(["previous_page", "end_pages"]);
  expect([press("p"), press("ArrowRight", { ctrlKey: true }), press("PageDown", { altKey: true }), press("ArrowRight", { shiftKey: true })]).toEqual([null, null, null, null]);
});

const frame = (id: string, order: number): Shape => someShape(id, { kind: "frame", w: 30, h: 20, text: id, order });
const namesIn = (shapes: readonly Shape[]): string[] => pageOrder(viewOn(shapes).scene).map(({ id }) => id);

test("a page goes one place earlier or later, whatever numbers the pages have", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -2, max: 3 }), { minLength: 1, maxLength: 5 }), fc.nat(4), fc.constantFrom(1, -1), (orders, which, step) => {
      const shapes = orders.map((order, i) => frame(`f${i}`, order));
      const before = namesIn(shapes);
      const id = before[which % before.length] ?? "";
      const changes = pageMoved(pageOrder(viewOn(shapes).scene), id, step);
      const after = namesIn(shapes.map((shape) => changes.reduce((now, change) => (change.id === now.id ? changedShape(now, change) : now), shape)));
      const to = before.indexOf(id) + step;
      fc.pre(to >= 0 && to < before.length);
      const expected = before.filter((each) => each !== id);
      expected.splice(to, 0, id);
      expect(after).toEqual(expected);
    }),
  );
});

test("only the pages that get another place change", () => {
  const { scene } = viewOn([frame("a", 1), frame("b", 2), frame("c", 3)]);
  expect(pageMoved(pageOrder(scene), "c", -1)).toEqual([{ id: "b", order: 3 }, { id: "c", order: 2 }]);
});
