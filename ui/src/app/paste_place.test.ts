import { expect, test } from "vitest";
import { PastePlace } from "./paste_place";

const SEEN = { minX: 0, minY: 0, maxX: 400, maxY: 200 };
/** At twice the size: a CSS pixel is half a board unit. */
const next = (place: PastePlace, seen = SEEN) => place.next(seen, ({ x, y }) => ({ x: seen.minX + x / 2, y: seen.minY + y / 2 }), 2, 16);

test("what is pasted lies under the mouse, in the middle when there is none or it is out of view", () => {
  const place = new PastePlace();
  expect(next(place)).toEqual({ x: 200, y: 100 });
  place.point({ x: 60, y: 80 });
  expect(next(place)).toEqual({ x: 30, y: 40 });
  place.point({ x: 9_000, y: 80 });
  expect(next(place)).toEqual({ x: 200, y: 100 });
  place.point({ x: 60, y: 80 });
  place.point(null);
  expect(next(place, { ...SEEN, minX: 100, maxX: 500 })).toEqual({ x: 300, y: 100 });
});

test("three pastes at one place lie beside each other, the next place begins anew", () => {
  const place = new PastePlace();
  place.point({ x: 60, y: 80 });
  expect([next(place), next(place), next(place)]).toEqual([{ x: 30, y: 40 }, { x: 38, y: 48 }, { x: 46, y: 56 }]);
  place.point({ x: 200, y: 100 });
  expect(next(place)).toEqual({ x: 100, y: 50 });
});

test("the view moved under the mouse is another place", () => {
  const place = new PastePlace();
  place.point({ x: 60, y: 80 });
  next(place);
  expect(next(place, { ...SEEN, minX: 100, maxX: 500 })).toEqual({ x: 130, y: 40 });
});
