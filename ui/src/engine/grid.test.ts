import fc from "fast-check";
import { expect, test } from "vitest";
import { intersects, type Rect } from "./geometry";
import { Grid } from "./grid";

const box = fc
  .tuple(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.oneof(fc.constant(0), fc.double({ min: 0, max: 50, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true })),
    fc.double({ min: 0, max: 500, noNaN: true }),
  )
  .map(([minX, minY, width, height]): Rect => ({ minX, minY, maxX: minX + width, maxY: minY + height }));

test("finds exactly what meets an area, whatever came, moved and went", () => {
  const step = fc.record({ item: fc.nat(30), box: fc.option(box) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.array(box, { maxLength: 10 }), (steps, areas) => {
      const grid = new Grid<number>();
      const plain = new Map<number, Rect>();
      for (const { item, box: at } of steps) {
        const before = plain.get(item);
        if (before) grid.remove(item, before);
        plain.delete(item);
        if (!at) continue;
        grid.put(item, at);
        plain.set(item, at);
      }
      expect(grid.size).toBe(plain.size);
      for (const area of [...areas, ...plain.values()]) {
        const found: number[] = [];
        grid.search(area, (item) => found.push(item));
        const expected = [...plain].filter(([, at]) => intersects(at, area)).map(([item]) => item);
        expect(found.sort()).toEqual(expected.sort());
      }
    }),
  );
});
