/**
 * What is different between two texts, as replaced stretches: by characters, so
 * that a place between two letters that both texts have is found again; long or
 * very different texts by lines, then words, then characters.
 *
 * Promises: applying the result to `before` gives `after`; a pair of UTF-16
 * surrogates is never split. Texts that differ in very many places give larger
 * stretches rather than a long wait.
 */

/** `before[from..to]` became `insert`. */
export interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** Texts up to this long, together, are compared by their characters at once. */
const CHARACTERS_MAX = 100_000;
/** Different pieces to look for before giving up on a finer answer; the work grows with its square. */
const DIFFERENCES_MAX = 1_000;

export function diff(before: string, after: string): Replacement[] {
  return before === after ? [] : differences(before, after, 0, LEVELS);
}

type Splitting = (text: string) => string[];

const characters: Splitting = (text) => [...text];

/** What is the same in whole lines or words stands for itself. */
const LEVELS: readonly Splitting[] = [
  (text) => text.split(/(?<=\n)/),
  (text) => text.match(/\s+|[^\s]+/g) ?? [],
  characters,
];

function differences(before: string, after: string, offset: number, levels: readonly Splitting[]): Replacement[] {
  const whole = trimmed(before, after, offset);
  const inner = before.slice(whole.from - offset, whole.to - offset);
  if (levels.length === 0 || inner === "" || whole.insert === "") return [whole];
  // The finest answer at once where it can be had: lines that are alike by chance would hide it.
  const short = inner.length + whole.insert.length <= CHARACTERS_MAX;
  const found = short ? splitBy(characters, inner, whole, []) : null;
  return found ?? splitBy(levels[0] ?? characters, inner, whole, levels.slice(1)) ?? [whole];
}

/** What differs by pieces, each looked at more finely; null when there is too little in common. */
function splitBy(split: Splitting, inner: string, { from: start, insert }: Replacement, finer: readonly Splitting[]): Replacement[] | null {
  const pieces = split(inner);
  const starts = offsets(pieces, 0);
  const runs = changedRuns(pieces, split(insert));
  return (
    runs?.flatMap(({ from, to, lines }) => {
      const [begin, end] = [starts[from] ?? inner.length, starts[to] ?? inner.length];
      return differences(inner.slice(begin, end), lines.join(""), start + begin, finer);
    }) ?? null
  );
}

/** One replacement without what is equal at both ends. */
function trimmed(before: string, after: string, offset: number): Replacement {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head += 1;
  if (head > 0 && isHighSurrogate(before.charCodeAt(head - 1))) head -= 1;
  let tail = 0;
  while (tail < most - head && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1;
  if (tail > 0 && isLowSurrogate(before.charCodeAt(before.length - tail))) tail -= 1;
  return { from: offset + head, to: offset + before.length - tail, insert: after.slice(head, after.length - tail) };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Where each line begins, and after the last one the end. */
function offsets(lines: readonly string[], start: number): number[] {
  const result = [start];
  let at = start;
  for (const line of lines) result.push((at += line.length));
  return result;
}

interface Run {
  /** Line numbers of the old text. */
  from: number;
  to: number;
  lines: string[];
}

/** Myers' greedy walk; null when the texts have too little in common. */
function changedRuns(before: readonly string[], after: readonly string[]): Run[] | null {
  const frontiers: Map<number, number>[] = [];
  let frontier = new Map<number, number>([[1, 0]]);
  for (let cost = 0; cost <= DIFFERENCES_MAX; cost += 1) {
    frontiers.push(new Map(frontier));
    for (let diagonal = -cost; diagonal <= cost; diagonal += 2) {
      const x = walked(before, after, frontier, diagonal, cost);
      frontier.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return runsOf(before, after, frontiers);
    }
    frontier = new Map(frontier);
  }
  return null;
}

/** How far a path of `cost` differences gets on a diagonal. */
function walked(before: readonly string[], after: readonly string[], frontier: ReadonlyMap<number, number>, diagonal: number, cost: number): number {
  let x = cameDown(frontier, diagonal, cost) ? reached(frontier, diagonal + 1) : reached(frontier, diagonal - 1) + 1;
  while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
  return x;
}

function reached(frontier: ReadonlyMap<number, number>, diagonal: number): number {
  return frontier.get(diagonal) ?? -1;
}

function cameDown(frontier: ReadonlyMap<number, number>, diagonal: number, cost: number): boolean {
  return diagonal === -cost || (diagonal !== cost && reached(frontier, diagonal - 1) < reached(frontier, diagonal + 1));
}

/** Follows the frontiers back from the end and joins neighbouring differences. */
function runsOf(before: readonly string[], after: readonly string[], frontiers: readonly ReadonlyMap<number, number>[]): Run[] {
  const runs: Run[] = [];
  let x = before.length;
  let y = after.length;
  for (let cost = frontiers.length - 1; cost > 0; cost -= 1) {
    const frontier = frontiers[cost] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = cameDown(frontier, diagonal, cost);
    const fromDiagonal = down ? diagonal + 1 : diagonal - 1;
    x = reached(frontier, fromDiagonal);
    y = x - fromDiagonal;
    join(runs, down ? { from: x, to: x, lines: [after[y] ?? ""] } : { from: x, to: x + 1, lines: [] });
  }
  return runs.reverse();
}

/** `earlier` comes before the last one taken: the walk is backwards. */
function join(runs: Run[], earlier: Run): void {
  const last = runs.at(-1);
  if (last === undefined || last.from !== earlier.to) {
    runs.push(earlier);
    return;
  }
  last.from = earlier.from;
  last.lines.unshift(...earlier.lines);
}
