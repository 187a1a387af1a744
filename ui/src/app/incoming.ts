/**
 * What comes to the board from outside, pasted, dropped or chosen, and what leaves
 * it by the clipboard. Files of other programs are read by code that is loaded when
 * one comes.
 */
import { fetched } from "./fetched";
import { normalShape } from "../document/shape";
import { EMPTY_RECT, isEmpty, union, type Point, type Rect } from "../engine/geometry";
import { randomId } from "../lib/random";
import { BOARD_SHAPES_MAX, TEXT_LENGTH_MAX } from "../protocol/generated/limits";
import type { Shape } from "../protocol/generated/messages";
import { DUPLICATE_PX, free, removed } from "../tools/commands";
import { selectedWithFrames, withFrames } from "../tools/frames";
import { copyTexts, readTexts } from "../platform/clipboard";
import { copiedShapes, shapesInHtml, type Copied, type Pasted } from "./clipboard";
import type { ClipCommand, Desk } from "./desk";
import { BOARD_FILE_BYTES_MAX, NotTaken } from "./exchange/not_taken";
import { PictureLuggage } from "./luggage";
import { PastePlace } from "./paste_place";

/** Of a picture, at most this part of the view's sides. */
const PICTURE_PART = 0.6;
const LINK = /^(?:https?:\/\/|mailto:)\S+$/;
/** What the notes take. */
const NOTES_FILE = /\.(?:md|markdown|txt|text)$/i;
/** Between pictures that come together, CSS pixels. */
const GAP_PX = 24;

export class Incoming {
  readonly #desk: Desk;
  readonly #luggage: PictureLuggage;
  readonly #place = new PastePlace();
  /** What was copied last, for where a page may not read the clipboard. */
  #last: Copied | null = null;

  /** `session`: its id. */
  constructor(desk: Desk, session: string) {
    this.#desk = desk;
    this.#luggage = new PictureLuggage(desk, `/api/sessions/${session}`);
    desk.clip = (what) => void this.#clip(what);
  }

  /** Makes ready what a copy would take along, and knows where the pointer is on `board`; the result ends it. */
  follow(board: HTMLElement): () => void {
    const leave = this.#desk.selection.subscribe(() => void this.#luggage.pack());
    const listening = new AbortController();
    for (const type of ["pointermove", "pointerdown"] as const) board.addEventListener(type, (event) => this.#point(event), { signal: listening.signal });
    return () => {
      leave();
      listening.abort();
    };
  }

  #point({ pointerType, offsetX, offsetY }: PointerEvent): void {
    this.#place.point(pointerType === "mouse" ? { x: offsetX, y: offsetY } : null);
  }

  /** Where the next thing goes that is pasted. */
  #pastePlace(): Point | null {
    const { engine } = this.#desk;
    return engine && this.#place.next(engine.visible, (at) => engine.screenToBoard(at), engine.camera.zoom, DUPLICATE_PX);
  }

  /** Takes what a paste event brings. Whether there was anything. */
  paste(data: DataTransfer, plain: boolean): boolean {
    return this.take(data, this.#pastePlace(), plain);
  }

  /** Puts the selection into a copy or cut event. */
  copy(data: DataTransfer, cuts: boolean): boolean {
    const copied = this.#copied();
    if (copied === null) return false;
    data.setData("text/html", copied.html);
    data.setData("text/plain", copied.text);
    if (cuts) this.#cut();
    return true;
  }

  #copied(): Copied | null {
    const view = this.#desk.view();
    const shapes = view ? selectedWithFrames(view).map(({ shape }) => shape) : [];
    if (shapes.length === 0) return null;
    this.#last = copiedShapes(shapes, this.#luggage.of(shapes));
    return this.#last;
  }

  /** Unlike what is removed, a frame takes along what lies in it. */
  #cut(): void {
    const view = this.#desk.view();
    if (view) this.#desk.carryOut(removed(withFrames(free(view), view.scene), view, randomId()));
  }

  /** From a menu, where no event brings a clipboard. */
  async #clip(what: ClipCommand): Promise<void> {
    if (what === "paste") return this.#pasteLast();
    if (what === "copy_png" || what === "copy_svg" || what === "copy_text") {
      const { copyAs } = await import("./exchange/copy_out");
      this.#desk.hint.set(await copyAs(this.#desk, what));
      return;
    }
    const copied = this.#copied();
    const done = copied !== null && copyTexts({ "text/html": copied.html, "text/plain": copied.text });
    if (what === "cut" && copied !== null) this.#cut();
    // Within this page it can be pasted all the same.
    if (!done && copied !== null) this.#desk.hint.set("copied_here");
  }

  /** The clipboard where a page may read it, else what was copied here. */
  async #pasteLast(): Promise<void> {
    const read = await readTexts();
    const html = read?.html ?? this.#last?.html ?? "";
    const pasted = shapesInHtml(html);
    if (pasted !== null) void this.#unpack(pasted, this.#pastePlace());
    else if (read !== null && read.text !== "") this.#words(read.text, this.#pastePlace());
    else this.#desk.hint.set("paste_by_key");
  }

  async #unpack(pasted: Pasted, at: Point | null): Promise<void> {
    const { shapes, lost } = await this.#luggage.unpack(pasted);
    if (shapes.length > 0) await this.#try(() => this.#put(shapes, at));
    if (lost > 0) this.#desk.hint.set("pictures_lost");
  }

  /** Takes what an event brings, to `at` on the board or the view's middle. Whether there was anything. */
  take(data: DataTransfer, at: Point | null, plain = false): boolean {
    const files = [...data.files];
    if (files.length > 0) {
      void this.files(files, at);
      return true;
    }
    const text = data.getData("text/plain");
    const pasted = plain ? null : shapesInHtml(data.getData("text/html"));
    if (pasted && pasted.shapes.length > 0) {
      void this.#unpack(pasted, at);
      return true;
    }
    if (text.trim() === "") return false;
    if (!plain && text.includes('"excalidraw')) {
      void this.#try(async () => (await this.#excalidraw(text, at)) ?? this.#words(text, at));
      return true;
    }
    return this.#words(text, at);
  }

  /** Files by what they are: pictures, boards, pages. What cannot be taken is said. */
  async files(files: readonly File[], at: Point | null): Promise<void> {
    let next = at;
    for (const file of files) {
      if (!(await this.#try(() => this.#file(file, next)))) continue;
      const placed = this.#desk.engine?.boundsOf(this.#desk.selection.now);
      if (placed && !isEmpty(placed)) next = { x: placed.maxX + GAP_PX / this.#desk.zoom.now + (placed.maxX - placed.minX) / 2, y: (placed.minY + placed.maxY) / 2 };
    }
  }

  /** Whether it was taken; else the person is told why not. */
  async #try(take: () => Promise<boolean>): Promise<boolean> {
    try {
      return await take();
    } catch (error) {
      this.#desk.hint.set(error instanceof NotTaken ? error.why : "file_unknown");
      return false;
    }
  }

  async #file(file: File, at: Point | null): Promise<boolean> {
    if (/^image\/(?:png|jpeg|gif|webp)$/.test(file.type)) return this.#picture(file, at);
    if (file.type === "application/pdf" || /\.pdf$/i.test(file.name)) {
      const { pagesOf } = await fetched(() => import("./exchange/pdf_in"));
      if (!(await pagesOf(this.#desk, file))) this.#desk.hint.set("pdf_cut");
      return true;
    }
    if (NOTES_FILE.test(file.name)) throw new NotTaken("file_of_words");
    if (file.size > BOARD_FILE_BYTES_MAX) throw new NotTaken("file_too_large");
    const text = await file.text();
    if (text.includes('"excalidraw"')) return (await this.#excalidraw(text, at)) ?? this.#put(null, at);
    const { boardFromJson } = await fetched(() => import("./exchange/board_json"));
    return this.#put(await boardFromJson(text, (blob) => this.#desk.pictures.bring(blob)), at);
  }

  /** Null for a text that only speaks of it. */
  async #excalidraw(text: string, at: Point | null): Promise<boolean | null> {
    const { fromExcalidraw } = await fetched(() => import("./exchange/excalidraw"));
    const shapes = await fromExcalidraw(text, (blob) => this.#desk.pictures.bring(blob));
    return shapes && this.#put(shapes, at);
  }

  async #picture(file: File, at: Point | null): Promise<boolean> {
    const brought = await this.#desk.pictures.bring(file);
    const view = this.#desk.view();
    if (!brought || !view) return false;
    // The hub looks no further than its first bytes, and does not turn a photo as it was held.
    const whole = await createImageBitmap(file).catch(() => Promise.reject(new NotTaken("picture_damaged")));
    const { width, height } = whole;
    whole.close();
    const { zoom } = view.camera;
    const by = Math.min(1 / zoom, (view.size.width * PICTURE_PART) / width / zoom, (view.size.height * PICTURE_PART) / height / zoom);
    const [w, h] = [width * by, height * by];
    const middle = at ?? this.#middle();
    const name = file.name.replace(/\.\w+$/, "").slice(0, 200);
    const image: Shape = { id: randomId(), author: 0, x: middle.x - w / 2, y: middle.y - h / 2, z: view.scene.topZ + 1, color: "#22252a", name, body: { kind: "image", w, h, blob: brought.blob } };
    this.#desk.add([normalShape(image)]);
    return true;
  }

  #words(text: string, at: Point | null): boolean {
    const { style } = this.#desk;
    const all = [...text.replace(/\r\n?/g, "\n").trimEnd()];
    const words = all.slice(0, TEXT_LENGTH_MAX).join("");
    if (all.length > TEXT_LENGTH_MAX) this.#desk.hint.set("words_cut");
    const { x, y } = at ?? this.#middle();
    const link = LINK.test(words) ? { link: words } : {};
    const wraps = words.length > 60 ? { w: 480 } : {};
    const size = style.now.textSize;
    this.#desk.add([normalShape({ id: randomId(), author: 0, x: x - (wraps.w ?? words.length * size * 0.5) / 2, y: y - size, z: (this.#desk.engine?.scene.topZ ?? 0) + 1, color: style.now.color, body: { kind: "text", text: words, size, ...wraps }, ...link })]);
    return true;
  }

  /** Copies with ids of their own, about a place. Throws `NotTaken` when there is nothing to place, or no room. */
  async #put(shapes: readonly Shape[] | null, at: Point | null): Promise<boolean> {
    const engine = this.#desk.engine;
    if (shapes === null || shapes.length === 0) throw new NotTaken("file_unknown");
    if (shapes.length + this.#desk.session.board.size > BOARD_SHAPES_MAX) throw new NotTaken("too_many_things");
    if (!engine) return false;
    const { copied } = await fetched(() => import("../tools/late_parts"));
    const box = shapes.reduce<Rect>((rect, shape) => union(rect, engine.scene.place(shape).bounds), EMPTY_RECT);
    const { x, y } = at ?? this.#middle();
    const by = { x: x - (box.minX + box.maxX) / 2, y: y - (box.minY + box.maxY) / 2 };
    this.#desk.add(copied(shapes, randomId(), by, engine.scene));
    return true;
  }

  #middle(): Point {
    const seen = this.#desk.engine?.visible ?? { minX: 0, minY: 0, maxX: 0, maxY: 0 };
    return { x: (seen.minX + seen.maxX) / 2, y: (seen.minY + seen.maxY) / 2 };
  }
}
