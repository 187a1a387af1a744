import fc from "fast-check";
import { expect, test } from "vitest";
import { label, stroke } from "../../testing/ink";
import type { Shape } from "../../protocol/generated/messages";
import { fromColumns, toColumns } from "./shape_columns";

const place = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const shape = fc.record({ x: place, y: place, z: place, width: fc.integer({ min: 1, max: 80 }), dots: fc.nat(6), kind: fc.nat(3) });

test("shapes come out as they went in, plain or not", () => {
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 30 }), (list) => {
      const shapes = list.map(({ x, y, z, width, dots, kind }, i): Shape => {
        const points = Array.from({ length: dots + 1 }, (_, k) => ({ x: x + k * 7, y }));
        const plain = { ...stroke(`s${i}`, points, { width, z, color: kind === 0 ? "#123456" : "#abcdef" }), x, y };
        if (kind === 2) return label(`s${i}`, x, y, "words");
        return kind === 3 ? ({ ...plain, link: "#elsewhere" } as Shape) : plain;
      });
      const out = fromColumns(structuredClone(toColumns(shapes)));
      const byId = (a: Shape, b: Shape): number => (a.id < b.id ? -1 : 1);
      expect(out.sort(byId)).toEqual(shapes.sort(byId));
    }),
  );
});
