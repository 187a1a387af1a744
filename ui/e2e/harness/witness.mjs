/**
 * Somebody who only listens, in the JSON of the protocol's document and without any of
 * our page's code: what the hub tells everybody is what this has.
 */
import { until } from "./until.mjs";

export class Witness {
  static async of(browser, hub) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(new URL("/healthz", hub.url).href);
    await page.evaluate(listen, hub.session);
    const witness = new Witness(context, page);
    await witness.sees("the board", () => true);
    return witness;
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
  }

  /** All shapes, the first added first. */
  shapes() {
    return this.page.evaluate(() => [...window.board.values()]);
  }

  /** The shape that was added last. */
  async latest() {
    return (await this.shapes()).at(-1);
  }

  /** Wet ink that came, by what it was drawn with: how often. */
  ink() {
    return this.page.evaluate(() => window.ink);
  }

  /** Waits until the shapes are as `fits` wants them; its result is theirs. */
  async sees(what, fits) {
    let found;
    await until(`everybody is told of ${what}`, async () => (await this.page.evaluate(() => window.isThere)) && (found = await fits(await this.shapes())));
    return found;
  }

  leave() {
    return this.context.close();
  }
}

/** In the witness's page. */
function listen(session) {
  const OF_ALL = ["x", "y", "z", "color", "opacity", "rotation", "mirrored", "locked", "sealed", "group", "link", "name", "fill", "dash", "font", "align", "bold", "italic"];
  const board = (window.board = new Map());
  window.ink = {};
  window.isThere = false;
  const add = (shape) => board.has(shape.id) || board.set(shape.id, shape);
  const update = ({ id, ...values }) => {
    const shape = board.get(id);
    for (const [name, value] of Object.entries(shape ? values : {})) (OF_ALL.includes(name) ? shape : shape.body)[name] = value;
  };
  const remove = ({ ids, left = [] }) => {
    const pieces = left.flatMap(({ of, id, points }) => (board.has(of) ? [{ ...board.get(of), id, body: { ...board.get(of).body, points } }] : []));
    for (const id of ids) board.delete(id);
    pieces.forEach(add);
  };
  const happened = {
    add_shapes: ({ shapes }) => shapes.forEach(add),
    update_shapes: ({ changes }) => changes.forEach(update),
    remove_shapes: remove,
  };
  const heard = {
    snapshot: ({ shapes }) => shapes.forEach(add),
    caught_up: () => (window.isThere = true),
    applied: ({ operation }) => happened[operation.type]?.(operation),
    ink_extended: ({ ink, nib = ink?.nib ?? "pen" }) => (window.ink[nib] = (window.ink[nib] ?? 0) + 1),
  };
  const socket = new WebSocket(`ws://${location.host}/ws/${session}`);
  socket.onopen = () => socket.send(JSON.stringify({ type: "hello", name: "Witness" }));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    heard[message.type]?.(message);
  };
}
