/**
 * Plane geometry shared by drawing, finding and tools.
 *
 * Pure, allocation-light, unit-free: a rectangle or a point is in whatever units
 * its caller uses (board units or CSS pixels, see `camera.ts`).
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Closed: both edges belong to it. An empty rectangle has `maxX < minX`. */
export interface Rect {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

export const EMPTY_RECT: Rect = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };

export function isEmpty(rect: Rect): boolean {
  return rect.maxX < rect.minX || rect.maxY < rect.minY;
}

/** The rectangle with two opposite corners at `a` and `b`, in any order. */
export function rectBetween(a: Point, b: Point): Rect {
  return {
    minX: Math.min(a.x, b.x),
    minY: Math.min(a.y, b.y),
    maxX: Math.max(a.x, b.x),
    maxY: Math.max(a.y, b.y),
  };
}

/** The smallest rectangle around both. */
export function union(a: Rect, b: Rect): Rect {
  return {
    minX: Math.min(a.minX, b.minX),
    minY: Math.min(a.minY, b.minY),
    maxX: Math.max(a.maxX, b.maxX),
    maxY: Math.max(a.maxY, b.maxY),
  };
}

/** What both share; empty when they are apart. */
export function intersection(a: Rect, b: Rect): Rect {
  return {
    minX: Math.max(a.minX, b.minX),
    minY: Math.max(a.minY, b.minY),
    maxX: Math.min(a.maxX, b.maxX),
    maxY: Math.min(a.maxY, b.maxY),
  };
}

export function intersects(a: Rect, b: Rect): boolean {
  return a.minX <= b.maxX && b.minX <= a.maxX && a.minY <= b.maxY && b.minY <= a.maxY;
}

/** Whether `inner` lies wholly in `outer`. */
export function containsRect(outer: Rect, inner: Rect): boolean {
  return (
    inner.minX >= outer.minX && inner.maxX <= outer.maxX && inner.minY >= outer.minY && inner.maxY <= outer.maxY
  );
}

export function containsPoint(rect: Rect, point: Point): boolean {
  return point.x >= rect.minX && point.x <= rect.maxX && point.y >= rect.minY && point.y <= rect.maxY;
}

/** `rect` with `margin` more on every side. */
export function expand(rect: Rect, margin: number): Rect {
  return {
    minX: rect.minX - margin,
    minY: rect.minY - margin,
    maxX: rect.maxX + margin,
    maxY: rect.maxY + margin,
  };
}

export function translate(rect: Rect, dx: number, dy: number): Rect {
  return { minX: rect.minX + dx, minY: rect.minY + dy, maxX: rect.maxX + dx, maxY: rect.maxY + dy };
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Distance from `p` to the segment a–b, squared. */
export function segmentDistanceSquared(p: Point, a: Point, b: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const lengthSquared = dx * dx + dy * dy;
  const along = lengthSquared === 0 ? 0 : clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / lengthSquared, 0, 1);
  const ex = p.x - (a.x + along * dx);
  const ey = p.y - (a.y + along * dy);
  return ex * ex + ey * ey;
}

function side(a: Point, b: Point, p: Point): number {
  return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

/** Whether segments a–b and c–d cross properly; touching ends are left to the distance test. */
function segmentsCross(a: Point, b: Point, c: Point, d: Point): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** Least distance between the segments a–b and c–d; zero when they cross. */
export function segmentsDistance(a: Point, b: Point, c: Point, d: Point): number {
  if (segmentsCross(a, b, c, d)) return 0;
  return Math.sqrt(
    Math.min(
      segmentDistanceSquared(a, c, d),
      segmentDistanceSquared(b, c, d),
      segmentDistanceSquared(c, a, b),
      segmentDistanceSquared(d, a, b),
    ),
  );
}

/** Whether the segment a–b has a point in `rect`. */
export function segmentMeetsRect(a: Point, b: Point, rect: Rect): boolean {
  if (containsPoint(rect, a) || containsPoint(rect, b)) return true;
  const corners: Point[] = [
    { x: rect.minX, y: rect.minY },
    { x: rect.maxX, y: rect.minY },
    { x: rect.maxX, y: rect.maxY },
    { x: rect.minX, y: rect.maxY },
  ];
  return corners.some((corner, i) => segmentsDistance(a, b, corner, corners[(i + 1) % 4] ?? corner) === 0);
}
