import fc from "fast-check";
import { expect, test } from "vitest";
import type { Shape } from "../protocol/generated/messages";
import { someShape } from "../testing/some_shapes";
import { resolved, wayOf, type ConnectorBody } from "./connectors";
import { cornersOf, innerLinesOf, isInside, outlineOf } from "./forms";
import { edgeOf } from "./boxes";
import { fromOwn, toOwn } from "./placement";

type Form = Extract<Shape["body"], { kind: "geo" }>["form"];

const box = (id: string, x: number, y: number, form: Form = "rectangle", rotation = 0): Shape =>
  someShape(id, { kind: "geo", form, w: 100, h: 60, width: 2, text: "", size: 20 }, { x, y, rotation });

function resolve(part: Partial<ConnectorBody>, ...shapes: Shape[]) {
  const body: ConnectorBody = { kind: "connector", w: 10, h: 10, width: 2, route: "straight", head_start: "none", head_end: "arrow", size: 20, ...part };
  const shape = { ...someShape("a", body), body };
  return resolved(shape, (id) => shapes.find((each) => each.id === id));
}

test("bound ends stop at the edges and follow", () => {
  const seen = resolve({ from: "p", to: "q" }, box("p", 0, 0), box("q", 300, 0));
  expect(seen.y).toBeCloseTo(30);
  expect(seen.x).toBeCloseTo(104);
  expect(seen.x + seen.body.w).toBeCloseTo(296);
  const moved = resolve({ from: "p", to: "q" }, box("p", 0, 0), box("q", 300, 400));
  expect(moved.y + moved.body.h).toBeLessThan(400);
});

test("an end whose shape is gone is where it was said to be", () => {
  const seen = resolve({ from: "gone", w: 70, h: -5 });
  expect([seen.x, seen.y, seen.body.w, seen.body.h]).toEqual([0, 0, 70, -5]);
});

test("whatever the form and however it is turned, a bound end is never inside it", () => {
  const forms: Form[] = ["rectangle", "ellipse", "diamond", "triangle", "star", "cloud", "heart"];
  fc.assert(
    fc.property(fc.constantFrom(...forms), fc.double({ min: -3, max: 3, noNaN: true }), fc.integer({ min: -400, max: 400 }), (form, rotation, y) => {
      const held = box("p", 0, 0, form, rotation);
      const seen = resolve({ from: "p", w: 500, h: y }, held);
      expect(isInside(edgeOf(held), toOwn(held, { x: seen.x, y: seen.y }))).toBe(false);
    }),
  );
});

test("every outline lies in its box", () => {
  const forms: Form[] = ["rectangle", "rounded", "ellipse", "diamond", "triangle", "parallelogram", "trapezoid", "pentagon", "hexagon", "octagon", "star", "cloud", "heart", "arrow_right", "cross", "speech", "cylinder", "stamp_yes", "stamp_thumb", "stamp_question"];
  for (const form of forms) {
    for (const { x, y } of [outlineOf(form, 120, 80), ...innerLinesOf(form, 120, 80)].flatMap((steps) => cornersOf(steps))) {
      expect(x, form).toBeGreaterThan(-1e-6);
      expect(x, form).toBeLessThan(120 + 1e-6);
      expect(y, form).toBeGreaterThan(-1e-6);
      expect(y, form).toBeLessThan(80 + 1e-6);
    }
  }
});

test("own coordinates and back are the same place", () => {
  fc.assert(
    fc.property(fc.double({ min: -7, max: 7, noNaN: true }), fc.boolean(), fc.integer(), (rotation, mirrored, x) => {
      const shape = { ...box("p", 13, -7, "rectangle", rotation), mirrored };
      const at = { x: (x % 1000) + 0.5, y: 40 };
      const back = fromOwn(shape, toOwn(shape, at));
      expect(back.x).toBeCloseTo(at.x, 6);
      expect(back.y).toBeCloseTo(at.y, 6);
    }),
  );
});

test("an elbow goes along the axes", () => {
  const way = wayOf({ kind: "connector", w: 90, h: 40, width: 2, route: "elbow", head_start: "none", head_end: "none", size: 20 });
  way.forEach((step, i) => {
    const before = way[i - 1];
    if (before) expect(step.x === before.x || step.y === before.y).toBe(true);
  });
});
