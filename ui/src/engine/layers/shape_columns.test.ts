import fc from "fast-check";
import { expect, test } from "vitest";
import { boardOf, label, stroke } from "../../testing/ink";
import type { Shape } from "../../protocol/generated/messages";
import { Scene } from "../scene";
import { boundsAt, isPlainInk, readIds, shapeAt, toColumns } from "./shape_columns";

const place = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const shape = fc.record({ x: place, y: place, z: place, width: fc.integer({ min: 1, max: 80 }), dots: fc.nat(6), color: fc.constantFrom("#123456", "#abcdef") });

test("plain ink comes out as it went in, but for who drew it", () => {
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 30 }), (list) => {
      const shapes = list.map(({ x, y, z, width, dots, color }, i): Shape => {
        const points = Array.from({ length: dots + 1 }, (_, k) => ({ x: x + k * 7, y }));
        return { ...stroke(`s${i}`, points, { width, z, color }), x, y };
      });
      const placed = [...new Scene(boardOf(...shapes), () => 0).all()].filter(isPlainInk);
      expect(placed.length).toBe(shapes.length);
      const columns = structuredClone(toColumns(placed));
      readIds(columns.ids).forEach((id, row) => {
        const before = placed[row];
        expect(shapeAt(columns, row, id).shape).toEqual({ ...before?.shape, author: 0 });
        expect(boundsAt(columns, row).minX).toBeCloseTo(before?.bounds.minX ?? NaN, 1);
        expect(boundsAt(columns, row).maxY).toBeCloseTo(before?.bounds.maxY ?? NaN, 1);
      });
    }),
  );
});

test("what is painted otherwise than by a colour and a width is no plain ink", () => {
  const plain = stroke("s", [{ x: 0, y: 0 }]);
  const shapes = [plain, label("t", 0, 0, "words"), { ...plain, id: "linked", link: "#elsewhere", added_ms: 17 }, { ...plain, id: "dashed", dash: "dashed" } as Shape, { ...plain, id: "brush", body: { ...plain.body, nib: "brush" } as Shape["body"] }];
  const placed = [...new Scene(boardOf(...shapes), () => 0).all()];
  expect(placed.filter(isPlainInk).map(({ shape }) => shape.id)).toEqual(["s", "linked"]);
});
