/** The worker that writes PNG files: the browser's part of it. Says first whether it can. */
import { PngFile } from "./png_file";
import type { FromWorker, ToWorker } from "./png_writer";

/** What of a worker's scope is used; the page's types are the ones the program is checked with. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

const scope = self as unknown as Scope;
let file: PngFile | null = null;

async function hear(message: ToWorker): Promise<FromWorker> {
  if (message.type === "begin") {
    file = new PngFile(message.size);
    return { type: "taken" };
  }
  if (!file) return { type: "failed" };
  if (message.type === "end") return { type: "written", file: await file.end() };
  await file.add(new Uint8ClampedArray(message.pixels));
  return { type: "taken" };
}

let last = Promise.resolve();
scope.onmessage = ({ data }) => {
  last = last
    .then(() => hear(data))
    .then((answer) => scope.postMessage(answer))
    .catch(() => scope.postMessage({ type: "failed" }));
};
