/**
 * The thin shell between the DOM and the tools: listens to a host element and the
 * keyboard, hands plain inputs to `stepGestures`, and carries out what comes back:
 * on the engine itself, or by `onEffect` for the app.
 *
 * Knows what browsers do: coalesced samples are missing on plain http, a mouse
 * claims a pressure of one half, WebKitGTK calls everything a mouse, Safari has
 * pinch events of its own. Promises: `destroy` leaves no listener and no frame; an
 * event on anything inside the host (a text field there) is not ours.
 */
import type { Engine } from "../engine/engine";
import type { Point } from "../engine/geometry";
import { OPERATION_SHAPES_MAX } from "../protocol/generated/limits";
import type { AppEffect, Effect, ToolName } from "./effect";
import { cursorOf, initialGestures, stepGestures, type GestureState, type Input, type PointerKind, type ScreenSample } from "./gestures";
import { meaningOf } from "./keys";
import type { Modifiers, Style, ToolView } from "./tool";

export interface CanvasInputOptions {
  readonly tool: ToolName;
  readonly style: Style;
  /** An id nobody has: `randomId` of lib. */
  readonly freshId: () => string;
  /** To the next thing on the board, or the one before; whether there is one. */
  readonly walk: (step: 1 | -1) => boolean;
  /** Everything that is not the engine's to do. */
  readonly onEffect: (effect: AppEffect) => void;
}

/** Safari's, not in the DOM's types. */
interface PinchEvent extends UIEvent {
  readonly scale: number;
  readonly clientX: number;
  readonly clientY: number;
}

export class CanvasInput {
  readonly #host: HTMLElement;
  readonly #engine: Engine;
  readonly #options: CanvasInputOptions;
  readonly #listening = new AbortController();
  readonly #leave: () => void;
  #style: Style;
  #state: GestureState;
  #frame: number | null = null;
  #origin: Point = { x: 0, y: 0 };
  #pinchScale = 1;

  constructor(host: HTMLElement, engine: Engine, options: CanvasInputOptions) {
    this.#host = host;
    this.#engine = engine;
    this.#options = options;
    this.#style = options.style;
    this.#state = initialGestures(options.tool);
    Object.assign(host.style, { touchAction: "none", userSelect: "none", webkitUserSelect: "none", outline: "none" });
    if (!host.hasAttribute("tabindex")) host.tabIndex = 0;
    this.#listenToPointers();
    this.#listenToKeys();
    this.#leave = engine.onSelection((ids) => {
      options.onEffect({ type: "show_selection", ids: ids.slice(0, OPERATION_SHAPES_MAX) });
    });
    this.#showCursor();
  }

  /** The tool that was chosen. */
  get tool(): ToolName {
    return this.#state.tool;
  }

  /** What a finger does beside a pen; null while no pen was seen. */
  get fingers(): "move" | "draw" | null {
    const { penSeen, fingers } = this.#state;
    return penSeen ? (fingers === "draw" ? "draw" : "move") : null;
  }

  turnFingers(): void {
    this.#step({ type: "turn_fingers" });
  }

  chooseTool(tool: ToolName): void {
    this.#step({ type: "choose_tool", tool });
  }

  /** As if the key had been pressed on the canvas. */
  press(key: string): void {
    this.#step({ type: "key", meaning: { type: "key", key }, modifiers: { shift: false, command: false, alt: false }, fresh: this.#options.freshId(), timeMs: performance.now() });
  }

  get style(): Style {
    return this.#style;
  }

  /** For the next stroke or label. */
  setStyle(style: Style): void {
    this.#style = style;
  }

  destroy(): void {
    this.#listening.abort();
    this.#leave();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }

  // --- Deciding and doing ---

  #view(): ToolView {
    const { scene, camera, heading, size, selection } = this.#engine;
    return { scene, camera, heading, size, selection, style: this.#style };
  }

  #step(input: Input): void {
    const { state, effects } = stepGestures(this.#state, input, this.#view());
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    this.#showCursor();
    if (state.mode.type === "tool") this.#requestFrame();
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case "set_camera":
        this.#engine.setCamera(effect.camera, { glide: effect.glide ?? false });
        return;
      case "set_local_ink":
        this.#engine.setLocalInk(effect.ink);
        return;
      case "set_preview":
        this.#engine.setPreview(effect.preview);
        return;
      case "set_selection":
        this.#engine.setSelection(effect.ids);
        return;
      default:
        this.#options.onEffect(effect);
    }
  }

  /** One frame event for each animation frame while a tool has the pointer. */
  #requestFrame(): void {
    this.#frame ??= requestAnimationFrame((now) => {
      this.#frame = null;
      this.#step({ type: "frame", now });
    });
  }

  #showCursor(): void {
    const cursor = cursorOf(this.#state);
    if (this.#host.style.cursor !== cursor) this.#host.style.cursor = cursor;
  }

  // --- Listening ---

  #on<K extends keyof HTMLElementEventMap>(type: K, hear: (event: HTMLElementEventMap[K]) => void): void {
    const heard = (event: HTMLElementEventMap[K]) => {
      if (event.target === this.#host) hear(event);
    };
    this.#host.addEventListener(type, heard, { signal: this.#listening.signal, passive: false });
  }

  #listenToPointers(): void {
    this.#on("pointerenter", () => this.#locate());
    this.#on("pointerdown", (event) => this.#pointerDown(event));
    this.#on("pointermove", (event) => this.#pointerMove(event));
    this.#on("pointerup", (event) => {
      this.#step({ type: "pointer_up", pointer: event.pointerId, at: this.#sample(event), modifiers: modifiersOf(event) });
    });
    const cancel = (event: PointerEvent) => this.#step({ type: "pointer_cancel", pointer: event.pointerId });
    this.#on("pointercancel", cancel);
    // Comes after every up, too, when there is nothing left to cancel.
    this.#on("lostpointercapture", cancel);
    this.#on("pointerleave", () => this.#step({ type: "pointer_leave" }));
    this.#on("wheel", (event) => this.#wheel(event));
    for (const type of ["contextmenu", "touchstart", "dragstart"] as const) this.#on(type, (event) => event.preventDefault());
    // The middle button would scroll the page by itself.
    this.#on("mousedown", (event) => {
      if (event.button === 1) event.preventDefault();
    });
    this.#listenToSafariPinch();
  }

  #pointerDown(event: PointerEvent): void {
    this.#locate();
    this.#host.focus({ preventScroll: true });
    try {
      this.#host.setPointerCapture(event.pointerId);
    } catch {
      // The pointer was gone before we heard of it: its up will not come, so it never was down.
      return;
    }
    this.#step({
      type: "pointer_down",
      pointer: event.pointerId,
      kind: kindOf(event),
      button: event.button,
      at: this.#sample(event),
      modifiers: modifiersOf(event),
      fresh: this.#options.freshId(),
    });
  }

  #pointerMove(event: PointerEvent): void {
    // Missing on plain http, and empty in some engines.
    const coalesced = event.getCoalescedEvents?.() ?? [];
    const samples = (coalesced.length > 0 ? coalesced : [event]).map((one) => this.#sample(one));
    this.#step({
      type: "pointer_move",
      pointer: event.pointerId,
      kind: kindOf(event),
      samples,
      modifiers: modifiersOf(event),
    });
    // Some engines have no such thing.
    const ahead = event.getPredictedEvents?.() ?? [];
    this.#engine.setInkAhead(ahead.map((one) => this.#engine.screenToBoard(this.#place(one))));
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    this.#locate();
    const { deltaX, deltaY, deltaMode, shiftKey: shift } = event;
    const turn = { deltaX, deltaY, deltaMode, shift, command: event.ctrlKey || event.metaKey };
    this.#step({ type: "wheel", at: this.#place(event), turn });
  }

  #listenToSafariPinch(): void {
    const hear = (type: string, act: (event: PinchEvent) => void) => {
      const heard = (event: Event) => {
        event.preventDefault();
        // Fingers on the glass come as pointers, too.
        if (this.#state.down.size === 0) act(event as PinchEvent);
      };
      this.#host.addEventListener(type, heard, { signal: this.#listening.signal, passive: false });
    };
    hear("gesturestart", (event) => {
      this.#locate();
      this.#pinchScale = event.scale;
    });
    hear("gesturechange", (event) => {
      const factor = event.scale / this.#pinchScale;
      this.#pinchScale = event.scale;
      this.#step({ type: "zoom_by", at: this.#place(event), factor });
    });
  }

  #listenToKeys(): void {
    const { signal } = this.#listening;
    window.addEventListener("keydown", (event) => this.#keyDown(event), { signal });
    window.addEventListener(
      "keyup",
      (event) => {
        if (event.key === " ") this.#step({ type: "space_up" });
      },
      { signal },
    );
    window.addEventListener("blur", () => this.#step({ type: "blur" }), { signal });
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || !isForCanvas(event)) return;
    const modifiers = modifiersOf(event);
    // From thing to thing; past the last one the browser goes on to what comes after the board.
    if (event.key === "Tab" && this.#state.mode.type === "idle" && this.#options.walk(event.shiftKey ? -1 : 1)) event.preventDefault();
    const meaning = meaningOf({ key: event.key, code: event.code, modifiers });
    if (!meaning) return;
    event.preventDefault();
    if (event.repeat && meaning.type === "tool") return;
    this.#step({ type: "key", meaning, modifiers, fresh: this.#options.freshId(), timeMs: event.timeStamp });
  }

  // --- Reading events ---

  #locate(): void {
    const { left, top } = this.#host.getBoundingClientRect();
    this.#origin = { x: left, y: top };
  }

  #place(event: { readonly clientX: number; readonly clientY: number }): Point {
    return { x: event.clientX - this.#origin.x, y: event.clientY - this.#origin.y };
  }

  #sample(event: PointerEvent): ScreenSample {
    const place = { ...this.#place(event), timeMs: event.timeStamp };
    const pressure = pressureOf(event);
    return pressure === undefined ? place : { ...place, pressure, tilt: tiltOf(event) };
  }
}

function kindOf({ pointerType }: PointerEvent): PointerKind {
  return pointerType === "pen" || pointerType === "touch" ? pointerType : "mouse";
}

/** What a device without a gauge reports is none: one half for a mouse, 0 or 1 for many fingers. */
function pressureOf({ pointerType, pressure }: PointerEvent): number | undefined {
  if (pointerType === "pen") return pressure;
  return pointerType === "touch" && pressure !== 0 && pressure !== 0.5 && pressure !== 1 ? pressure : undefined;
}

/** Off upright, radians. Devices that measure none say 0. */
function tiltOf({ tiltX, tiltY }: PointerEvent): number {
  const [x, y] = [tiltX, tiltY].map((degrees) => Math.tan((degrees * Math.PI) / 180)) as [number, number];
  return Math.atan(Math.hypot(x, y)) || 0;
}

function modifiersOf(event: MouseEvent | KeyboardEvent): Modifiers {
  return { shift: event.shiftKey, command: event.ctrlKey || event.metaKey, alt: event.altKey };
}

const WRITES = 'input, textarea, select, [contenteditable]:not([contenteditable="false"]), [role="dialog"], dialog';
const ACTS = 'button, a[href], summary, [role="menu"], [role="listbox"], [role="radiogroup"], [role="toolbar"]';
/** Keys that a focused button or menu needs for itself. */
const ACT_KEYS = new Set(["Tab", " ", "Enter", "Escape", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

/** Whether a key is meant for the canvas and not for what has the focus. */
function isForCanvas(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (!target || target.closest(WRITES)) return target === null;
  return !(target.closest(ACTS) && ACT_KEYS.has(event.key));
}
