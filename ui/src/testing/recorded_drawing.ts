/** Surfaces that write down what is drawn on them, for tests of the layers. */
import type { PathSink } from "../engine/outline";
import type { Drawing, Pen, Surface } from "../engine/layers/surface";

export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A path that knows how many vertices it has and where they lie. */
export class RecordedPath implements PathSink {
  readonly points: { x: number; y: number }[] = [];
  moveTo(x: number, y: number): void {
    this.points.push({ x, y });
  }
  lineTo(x: number, y: number): void {
    this.points.push({ x, y });
  }
  quadraticCurveTo(_cx: number, _cy: number, x: number, y: number): void {
    this.points.push({ x, y });
  }
  arc(x: number, y: number): void {
    this.points.push({ x, y });
  }
  closePath(): void {}
}

export class RecordedSurface implements Surface {
  readonly calls: Call[] = [];
  readonly pen: Pen;
  readonly image = this as unknown as CanvasImageSource;
  readonly isReusable = true;
  width: number;
  height: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    const state: Record<string, unknown> = { globalAlpha: 1 };
    this.pen = new Proxy(state, {
      get: (_, name: string) => {
        if (name in state) return state[name];
        if (name === "measureText") return (text: string) => ({ width: text.length * 7 });
        return (...args: unknown[]) => void this.calls.push({ name, args });
      },
      set: (_, name: string, value: unknown) => {
        state[name] = value;
        return true;
      },
    }) as unknown as Pen;
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
  }

  count(name: string): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  forget(): void {
    this.calls.length = 0;
  }
}

export class RecordedDrawing implements Drawing {
  readonly surfaces: RecordedSurface[] = [];

  surface(width: number, height: number): RecordedSurface {
    const surface = new RecordedSurface(width, height);
    this.surfaces.push(surface);
    return surface;
  }

  path(): PathSink & Path2D {
    return new RecordedPath() as unknown as PathSink & Path2D;
  }

  /** How often something was drawn, over all surfaces. */
  count(name: string): number {
    return this.surfaces.reduce((sum, surface) => sum + surface.count(name), 0);
  }

  forget(): void {
    for (const surface of this.surfaces) surface.forget();
  }
}
