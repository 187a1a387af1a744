/**
 * The board with its tools: what is in the person's hand and how they look at it.
 *
 * Promises: what a tool does becomes one verb of the session, and what the others
 * do reaches the engine; it works without a canvas (before it is mounted and in
 * tests), only with nothing to see.
 * Must not know: any framework, pixels, or the wire's encoding.
 */
import type { Color } from "../protocol/generated/messages";
import type { Session } from "../sync/session";
import { Cell } from "./cell";
import { DEFAULT_INK, DEFAULT_WIDTH } from "./palette";

export type ToolName = "select" | "hand" | "pen" | "eraser" | "text";
const TOOLS: readonly { readonly name: ToolName; readonly key: string }[] = [
  { name: "select", key: "v" },
  { name: "hand", key: "h" },
  { name: "pen", key: "p" },
  { name: "eraser", key: "e" },
  { name: "text", key: "t" },
];

export class Desk {
  readonly tools = TOOLS;
  readonly tool = new Cell<ToolName>("pen");
  readonly color = new Cell<Color>(DEFAULT_INK);
  readonly width = new Cell(DEFAULT_WIDTH);
  /** CSS pixels for a board unit. */
  readonly zoom = new Cell(1);
  readonly session: Session;
  readonly camera = { x: 0, y: 0, zoom: 1 };

  constructor(session: Session) {
    this.session = session;
  }

  mount(_host: HTMLElement): () => void {
    return () => undefined;
  }

  focus(): void {}

  take(tool: ToolName): void {
    this.tool.set(tool);
  }

  setColor(color: Color): void {
    this.color.set(color);
  }

  setWidth(width: number): void {
    this.width.set(width);
  }

  zoomIn(): void {}

  zoomOut(): void {}

  zoomHome(): void {}

  zoomFit(): void {}

  close(): void {}
}
