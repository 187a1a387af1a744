import { expect, test } from "vitest";
import { pngWriter, type FromWorker, type ToWorker, type WriterPort } from "./png_writer";

const SIZE = { width: 2, height: 2, hasAlpha: true };
const rows = (): Uint8ClampedArray<ArrayBuffer> => new Uint8ClampedArray(8);

/** A worker that answers as it is told to. */
class Worker implements WriterPort {
  onmessage: WriterPort["onmessage"] = null;
  onerror: WriterPort["onerror"] = null;
  readonly heard: string[] = [];
  readonly #answer: (message: ToWorker) => FromWorker | "breaks" | null;
  isEnded = false;

  constructor(answer: (message: ToWorker) => FromWorker | "breaks" | null) {
    this.#answer = answer;
  }

  postMessage(message: ToWorker): void {
    this.heard.push(message.type);
    const answer = this.#answer(message);
    if (answer === "breaks") queueMicrotask(() => this.onerror?.({} as ErrorEvent));
    else if (answer) queueMicrotask(() => this.say(answer));
  }

  say(word: FromWorker): void {
    this.onmessage?.({ data: word } as MessageEvent<FromWorker>);
  }

  terminate(): void {
    this.isEnded = true;
  }
}

const FILE = new Blob(["a file"]);
const good = (message: ToWorker): FromWorker => (message.type === "end" ? { type: "written", file: FILE } : { type: "taken" });

test("a worker that can writes all of it, in order", async () => {
  const worker = new Worker(good);
  const writer = await pngWriter(SIZE, () => worker);
  await writer.add(rows());
  await writer.add(rows());
  expect(await writer.end()).toBe(FILE);
  expect(worker.heard).toEqual(["begin", "rows", "rows", "end"]);
  writer.destroy();
  expect(worker.isEnded).toBe(true);
});

test("one part is on its way while the next is read, never two", async () => {
  const worker = new Worker((message) => (message.type === "rows" ? null : good(message)));
  const writer = await pngWriter(SIZE, () => worker);
  await writer.add(rows());
  const second = writer.add(rows());
  await Promise.resolve();
  expect(worker.heard).toEqual(["begin", "rows"]);
  worker.say({ type: "taken" });
  await second;
  expect(worker.heard).toEqual(["begin", "rows", "rows"]);
});

test.each([
  ["there is none", () => null],
  ["it breaks at once", () => new Worker(() => "breaks" as const)],
  ["it cannot", () => new Worker(() => ({ type: "failed" }) as const)],
])("the page writes when %s", async (_, spawn) => {
  const writer = await pngWriter(SIZE, spawn);
  await writer.add(rows());
  await writer.add(rows());
  const file = await writer.end();
  expect(file.type).toBe("image/png");
  expect(file.size).toBeGreaterThan(50);
});

test("a worker that fails in the midst of it is told to whoever waits", async () => {
  const worker = new Worker((message) => (message.type === "rows" ? { type: "failed" } : good(message)));
  const writer = await pngWriter(SIZE, () => worker);
  await writer.add(rows());
  await expect(writer.end()).rejects.toThrow("could not write");
});
