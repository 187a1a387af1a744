/**
 * The board with its tools: what is in the person's hand and how they look at it.
 *
 * Promises: what a tool does becomes one verb of the session, and what the others
 * do reaches the engine; without a canvas (before it is mounted, after it is
 * closed) the verbs of looking do nothing.
 * Must not know: any framework, pixels, or the wire's encoding.
 */
import { Engine } from "../engine/engine";
import type { Camera } from "../engine/camera";
import { randomId } from "../lib/random";
import { OPERATION_SHAPES_MAX } from "../protocol/generated/limits";
import type { Color, ShapeId } from "../protocol/generated/messages";
import type { Session } from "../sync/session";
import type { AppEffect, TextEdit, ToolName } from "../tools/effect";
import { CanvasInput } from "../tools/pointer";
import { finishEdit } from "../tools/text";
import type { Style } from "../tools/tool";
import { Cell } from "./cell";
import { textSizeFor } from "./palette";
import { shownCursors, shownSelections } from "./others";
import { keepInk, lastInk } from "./preferences";

/** In the order of the toolbar; the keys are what `tools/keys` listens to. */
export const TOOLS: readonly { readonly name: ToolName; readonly key: string }[] = [
  { name: "select", key: "v" },
  { name: "hand", key: "h" },
  { name: "pen", key: "p" },
  { name: "eraser", key: "e" },
  { name: "text", key: "t" },
];

interface Canvas {
  readonly host: HTMLElement;
  readonly engine: Engine;
  readonly input: CanvasInput;
  readonly ends: readonly (() => void)[];
}

export class Desk {
  readonly tool = new Cell<ToolName>("pen");
  readonly color: Cell<Color>;
  readonly width: Cell<number>;
  /** CSS pixels for a board unit. */
  readonly zoom = new Cell(1);
  readonly camera = new Cell<Camera>({ x: 0, y: 0, zoom: 1 });
  /** The label being written; the view puts a text field there. */
  readonly edit = new Cell<TextEdit | null>(null);
  readonly session: Session;
  #canvas: Canvas | null = null;

  constructor(session: Session) {
    this.session = session;
    const { color, width } = lastInk();
    this.color = new Cell(color);
    this.width = new Cell(width);
  }

  /** Puts the board into `host`; the result takes it out again. */
  mount(host: HTMLElement): () => void {
    const engine = new Engine(host, this.session.board);
    const input = new CanvasInput(host, engine, {
      tool: this.tool.now,
      style: this.#style(),
      freshId: randomId,
      onEffect: (effect) => this.#carryOut(effect),
    });
    engine.setCamera(this.camera.now);
    this.#canvas = { host, engine, input, ends: this.#follow(engine) };
    host.focus({ preventScroll: true });
    return () => this.close();
  }

  take(tool: ToolName): void {
    this.#canvas?.input.chooseTool(tool);
    this.tool.set(tool);
  }

  /** For what comes next, and for what is selected. */
  setColor(color: Color): void {
    this.color.set(color);
    this.#restyle();
    const ids = this.#selected();
    if (ids.length > 0) this.session.submit({ type: "update_shapes", changes: ids.map((id) => ({ id, color })) });
  }

  setWidth(width: number): void {
    this.width.set(width);
    this.#restyle();
    const strokes = this.#selected().filter((id) => this.session.board.get(id)?.body.kind === "stroke");
    if (strokes.length > 0) this.session.submit({ type: "update_shapes", changes: strokes.map((id) => ({ id, width })) });
  }

  zoomIn(): void {
    this.#canvas?.engine.zoomIn();
  }

  zoomOut(): void {
    this.#canvas?.engine.zoomOut();
  }

  zoomHome(): void {
    this.#canvas?.engine.zoomTo(1);
  }

  zoomFit(): void {
    this.#canvas?.engine.fit();
  }

  /** The keyboard belongs to the board again. */
  focus(): void {
    this.#canvas?.host.focus({ preventScroll: true });
  }

  /** The label that was being written is done. */
  finishText(written: string): void {
    const edit = this.edit.now;
    if (edit === null) return;
    this.edit.set(null);
    this.#canvas?.engine.setEditing(null);
    const operation = finishEdit(edit, written, randomId(), this.#canvas?.engine.scene.topZ ?? 0);
    if (operation !== null) this.session.submit(operation);
    this.focus();
  }

  close(): void {
    const canvas = this.#canvas;
    if (canvas === null) return;
    this.#canvas = null;
    for (const end of canvas.ends) end();
    canvas.input.destroy();
    canvas.engine.destroy();
    this.session.showPresence({ cursor: null, selection: [] });
  }

  #follow(engine: Engine): (() => void)[] {
    const { wetInk, presences, people } = this.session;
    const ink = (): void => engine.setRemoteInk(wetInk.strokes.values());
    const others = (): void => {
      engine.setCursors(shownCursors(presences, people));
      engine.setRemoteSelections(shownSelections(presences, people));
    };
    ink();
    others();
    return [
      wetInk.subscribe(ink),
      presences.subscribe(others),
      people.subscribe(others),
      engine.onCamera((camera) => {
        this.camera.set(camera);
        this.zoom.set(camera.zoom);
      }),
    ];
  }

  #carryOut(effect: AppEffect): void {
    const { session } = this;
    switch (effect.type) {
      case "submit":
        return session.submit(effect.operation, effect.gesture);
      case "extend_ink":
        return session.extendInk(effect.ink);
      case "cancel_ink":
        return session.cancelInk(effect.stroke);
      case "edit_text":
        return this.#beginText(effect.edit);
      case "show_cursor":
        return session.showPresence({ cursor: effect.at });
      case "show_selection":
        return session.showPresence({ selection: effect.ids });
      case "set_tool":
        return this.tool.set(effect.tool);
      case "undo":
        return session.undo();
      case "redo":
        return session.redo();
    }
  }

  #beginText(edit: TextEdit): void {
    this.edit.set(edit);
    this.#canvas?.engine.setEditing(edit.id);
  }

  #selected(): readonly ShapeId[] {
    return (this.#canvas?.engine.selection ?? []).slice(0, OPERATION_SHAPES_MAX);
  }

  #restyle(): void {
    keepInk({ color: this.color.now, width: this.width.now });
    this.#canvas?.input.setStyle(this.#style());
  }

  #style(): Style {
    return { color: this.color.now, width: this.width.now, textSize: textSizeFor(this.width.now) };
  }
}
