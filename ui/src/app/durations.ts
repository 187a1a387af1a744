/** Spans of time as people read them on a clock. Pure. */

/** `0:42`, `12:05`, `1:02:09`. Negative spans read as none: clocks of two machines differ. */
export function clock(span_ms: number): string {
  const seconds = Math.max(0, Math.floor(span_ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (part: number): string => String(part).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
