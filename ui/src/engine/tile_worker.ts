/**
 * The worker that paints tiles: the browser's part of it. Says first whether it can.
 */
import type { FromWorker, ToWorker } from "./layers/remote_studio";
import { SurfaceOn, type Drawing, type Surface } from "./layers/surface";
import { TILE_SIZE } from "./layers/tiles";
import { Workshop } from "./layers/workshop";
import { lineMeasureOn } from "./text";

/** What of a worker's scope is used; the page's types are the ones the program is checked with. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer: readonly Transferable[]): void;
}

const scope = self as unknown as Scope;

class OffscreenSurface extends SurfaceOn<OffscreenCanvas> {
  constructor(width: number, height: number) {
    const canvas = new OffscreenCanvas(width, height);
    super(canvas, canvas.getContext("2d"));
  }
}

/** One canvas serves all whole tiles: its picture is taken off it each time. */
let whole: OffscreenSurface | null = null;

function surface(width: number, height: number): Surface {
  if (width !== TILE_SIZE || height !== TILE_SIZE) return new OffscreenSurface(width, height);
  if (!whole || whole.width !== TILE_SIZE) whole = new OffscreenSurface(width, height);
  const { pen } = whole;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, width, height);
  return whole;
}

const drawing: Drawing = { surface, path: () => new Path2D(), forgetsPaths: true };

/** Unlike a timer of no time, not held back to a few milliseconds by browsers. */
function soon(): (then: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (then) => {
    waiting.push(then);
    port2.postMessage(null);
  };
}

function open(): Workshop {
  const ruler = new OffscreenCanvas(1, 1).getContext("2d");
  if (!ruler || !("transferToImageBitmap" in OffscreenCanvas.prototype)) throw new Error("this browser cannot paint in a worker");
  return new Workshop({
    drawing,
    measure: lineMeasureOn(ruler),
    now: () => performance.now(),
    say: (message, transfer) => scope.postMessage(message, transfer),
    later: soon(),
    pictureOf: (from) => (from as OffscreenSurface).canvas.transferToImageBitmap(),
  });
}

try {
  const workshop = open();
  scope.onmessage = ({ data }) => workshop.hear(data);
  scope.postMessage({ type: "ready" }, []);
} catch {
  scope.postMessage({ type: "unable" }, []);
}
