/** The canvas's figures as a table and as a plot. Knows neither browsers nor traces. */
import { percentile } from "./trace.mjs";

/** `results`: of all runs, several of one name; `saved`: a board as files, each once. */
export function report(results, saved) {
  const names = [...new Set(results.map(({ name }) => name))];
  const runsOf = (name) => results.filter((result) => result.name === name);
  const bare = runsOf("bare canvas");
  const boards = names.filter((name) => name !== "bare canvas");
  const scenes = [...new Set(boards.flatMap((name) => Object.keys(runsOf(name)[0]?.frames ?? {})))];
  const rows = [
    ["", "bare canvas", ...boards],
    ...scenes.map((scene) => [scene, scene.startsWith("pan") ? frameCell(bare.flatMap(({ frames }) => frames.pan)) : "", ...boards.map((name) => frameCell(runsOf(name).flatMap(({ frames }) => frames[scene] ?? [])))]),
    ["input to ink on the screen", latencyCell(bare), ...boards.map((name) => latencyCell(runsOf(name)))],
    ["bytes read", "", ...boards.map((name) => spread(runsOf(name).map(({ opened }) => opened.read), "ms"))],
    ["visible in view", "", ...boards.map((name) => spread(runsOf(name).map(({ opened }) => opened.visible), "ms"))],
    ["all of it painted", "", ...boards.map((name) => spread(runsOf(name).map(({ opened }) => opened.whole), "ms"))],
    ["longest task meanwhile", "", ...boards.map((name) => spread(runsOf(name).map(({ opened }) => opened.blocked), "ms"))],
    ["JavaScript heap, then after all that", "", ...boards.map((name) => `${spread(runsOf(name).map(({ memory }) => memory.heap), "")}, ${spread(runsOf(name).map(({ after }) => after.heap), "MB")}`)],
    ["process above an empty page's, then after", "", ...boards.map((name) => `${spread(runsOf(name).map(({ memory }) => memory.resident), "")}, ${spread(runsOf(name).map(({ after }) => after.resident), "MB")}`)],
  ];
  const lines = rows.map((row) => `| ${row.join(" | ")} |`);
  lines.splice(1, 0, `|${"---|".repeat(rows[0].length)}`);
  return { table: `${standing(runsOf, saved)}${lines.join("\n")}\n${filesTable(saved)}`, plot: plot(boards, scenes, runsOf) };
}

const [STROKES, MANY, THINGS] = ["50,000 strokes", "200,000 strokes", "5,000 things"];
const PANS = ["pan, all in view", "pan at 100 %", "zoom 8 % to 100 % and back"];

/** Where it is against what is wanted: a line for each promise. */
function standing(runsOf, saved) {
  const frames = (name, scenes) => runsOf(name).flatMap((run) => scenes.flatMap((scene) => run.frames[scene] ?? []));
  const p95 = (name, ...scenes) => Math.max(...scenes.map((scene) => percentile(frames(name, [scene]), 0.95)));
  const most = (name, ...scenes) => Math.max(...frames(name, scenes));
  const middle = (name, of) => percentile(runsOf(name).map(of), 0.5);
  const ink = (name) => percentile(runsOf(name).flatMap((run) => run.ink), 0.5);
  const promises = [
    ["50,000: pan and zoom, 95th percentile", p95(STROKES, ...PANS), 25, "ms"],
    ["50,000: pan and zoom, longest", most(STROKES, ...PANS), 50, "ms"],
    ["50,000: draw, 95th percentile", p95(STROKES, "draw a stroke of 200 points"), 20, "ms"],
    ["50,000: 10 remote strokes, 95th percentile", p95(STROKES, "10 remote strokes growing"), 20, "ms"],
    ["50,000: visible in view", middle(STROKES, ({ opened }) => opened.visible), 700, "ms"],
    ["50,000: all of it painted", middle(STROKES, ({ opened }) => opened.whole), 2_000, "ms"],
    ["50,000: longest task while it opens", middle(STROKES, ({ opened }) => opened.blocked), 50, "ms"],
    ["50,000: JavaScript heap", middle(STROKES, ({ after }) => after.heap), 120, "MB"],
    ["50,000: process above an empty page's, after all of it", middle(STROKES, ({ after }) => after.resident), 200, "MB"],
    ["50,000: input to ink, more than the bare canvas", ink(STROKES) - ink("bare canvas"), 16.7, "ms"],
    ["200,000: pan, zoom, draw: longest", most(MANY, ...PANS, "draw a stroke of 200 points"), 100, "ms"],
    ["5,000 things: pan, zoom, select all, drag all: 95th percentile", p95(THINGS, ...PANS, "select all", "drag all"), 33, "ms"],
    ["50,000 as files: longest task", Math.max(...saved.map(({ blocked }) => blocked)), 50, "ms"],
  ];
  const rows = promises.filter(([, value]) => Number.isFinite(value)).map(([what, value, wanted, unit]) => `| ${what} | ${one(value)} ${unit} | ${wanted} ${unit}${value <= wanted ? "" : ": **missed**"} |\n`);
  return `| figure | now | wanted, at most |\n|---|---|---|\n${rows.join("")}\n`;
}

function filesTable(saved) {
  if (saved.length === 0) return "";
  const rows = saved.map(({ kind, ms, blocked, bytes, peak }) => `| ${kind} | ${one(ms / 1000)} s | ${one(blocked)} ms | ${one(bytes / 1e6)} MB | ${one(peak)} MB |\n`);
  return `\n50,000 strokes as files:\n\n| | takes | longest task meanwhile | size | process at most |\n|---|---|---|---|---|\n${rows.join("")}`;
}

const one = (value) => (Number.isFinite(value) ? value.toFixed(value < 100 ? 1 : 0) : "–");

function frameCell(values) {
  return values.length === 0 ? "–" : `${one(percentile(values, 0.5))} / ${one(percentile(values, 0.95))} / ${one(Math.max(...values))}`;
}

function latencyCell(runs) {
  const values = runs.flatMap(({ ink }) => ink);
  return values.length === 0 ? "–" : `${one(percentile(values, 0.5))} / ${one(percentile(values, 0.95))}`;
}

function spread(values, unit) {
  const [low, middle, high] = [Math.min(...values), percentile(values, 0.5), Math.max(...values)];
  const wide = high - low > middle * 0.1 ? ` (${one(low)}–${one(high)})` : "";
  return `${one(middle)}${wide} ${unit}`.trim();
}

const COLORS = ["#2f6fed", "#e8590c", "#2f9e44", "#9c36b5", "#e03131"];

/** 95th percentile of each scene against the size of the board. */
function plot(boards, scenes, runsOf) {
  const [width, height, left, top] = [720, 330, 60, 30];
  const inner = { width: width - left - 250, height: height - top - 50 };
  const p95 = (name, scene) => percentile(runsOf(name).flatMap(({ frames }) => frames[scene] ?? []), 0.95);
  const most = Math.max(40, ...boards.flatMap((name) => scenes.map((scene) => p95(name, scene))).filter(Number.isFinite));
  const x = (i) => left + (boards.length < 2 ? 0 : (i / (boards.length - 1)) * inner.width);
  const y = (value) => top + inner.height * (1 - value / most);
  const parts = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`, `<rect width="${width}" height="${height}" fill="#fff"/>`, `<text x="${left}" y="18" font-weight="600">Frame intervals, 95th percentile, ms</text>`];
  for (const value of [16.7, 33.3, most]) {
    parts.push(`<path d="M${left} ${y(value)}h${inner.width}" stroke="#ddd"/><text x="${left - 8}" y="${y(value) + 4}" text-anchor="end" fill="#555">${value.toFixed(1)}</text>`);
  }
  boards.forEach((name, i) => parts.push(`<text x="${x(i)}" y="${height - 25}" text-anchor="middle" fill="#555">${name}</text>`));
  scenes.forEach((scene, k) => {
    const color = COLORS[k % COLORS.length];
    const points = boards.flatMap((name, i) => (Number.isFinite(p95(name, scene)) ? [`${x(i).toFixed(1)},${y(p95(name, scene)).toFixed(1)}`] : []));
    parts.push(`<polyline points="${points.join(" ")}" fill="none" stroke="${color}" stroke-width="2"/>`);
    parts.push(`<text x="${left + inner.width + 24}" y="${top + 20 + k * 20}" fill="${color}">${scene}</text>`);
  });
  return `${parts.join("\n")}\n</svg>\n`;
}
