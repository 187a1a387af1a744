/**
 * The board with its tools: what is in the person's hand and how they look at it.
 *
 * Promises: what a tool does becomes one verb of the session, and what the others
 * do reaches the engine; without a canvas (before it is mounted, after it is
 * closed) the verbs of looking do nothing.
 * Must not know: any framework, pixels, or the wire's encoding.
 */
import { isFixed } from "../document/shape";
import { Engine } from "../engine/engine";
import { centred, ZOOM_MAX, type Camera } from "../engine/camera";
import type { Point, Rect } from "../engine/geometry";
import { randomId } from "../lib/random";
import type { Color, ParticipantId, Shape, ShapeChange, ShapeId } from "../protocol/generated/messages";
import type { Session } from "../sync/session";
import { canRun, runCommand, submitChanges, submitShapes, type CommandName } from "../tools/commands";
import { selectedImage } from "../tools/framing";
import type { AppEffect, Effect, TextEdit, ToolName } from "../tools/effect";
import type { AppCommand } from "../tools/keys";
import { fetchLate, late } from "../tools/late";
import { CanvasInput } from "../tools/pointer";
import { choiceWith, type Style } from "../tools/style";
import { finishEdit } from "../tools/text";
import type { ToolView } from "../tools/tool";
import { Cell } from "./cell";
import { fetched } from "./fetched";
import type { Untakeable } from "./exchange/not_taken";
import { Following } from "./following";
import { showOthers } from "./others";
import { PictureShelf } from "./picture_shelf";
import { keepBar, keepPaper, keepRecentColors, keepStyle, keptBar, keptPaper, lastStyle, RECENT_MAX, recentColors, type PaperLook } from "./preferences";
import { nextShape, pageOrder } from "./reading_order";
import { changesFor } from "./restyle";

/** In the order of the toolbar; the keys are what `tools/keys` listens to. */
export const TOOLS: readonly { readonly name: ToolName; readonly key: string }[] = [
  { name: "select", key: "v" },
  { name: "hand", key: "h" },
  { name: "pen", key: "p" },
  { name: "marker", key: "m" },
  { name: "brush", key: "b" },
  { name: "eraser", key: "e" },
  { name: "shape", key: "r" },
  { name: "arrow", key: "a" },
  { name: "line", key: "l" },
  { name: "text", key: "t" },
  { name: "note", key: "n" },
  { name: "frame", key: "f" },
  { name: "laser", key: "k" },
  { name: "stamp", key: "u" },
  { name: "lasso", key: "s" },
  { name: "eyedropper", key: "i" },
];

/** What the person is in the middle of, or what became of what they did: said in words by the views. */
export type Hint = "crop" | "fingers" | "copied" | "copied_in_html" | "copied_here" | "not_copied" | "no_words" | "pictures_lost" | "paste_by_key" | "pdf_cut" | "words_cut" | Untakeable;
export type ClipCommand = "copy" | "cut" | "paste" | "copy_png" | "copy_svg" | "copy_text";

/** A sheet in front of the board. */
export type Sheet = "palette" | "find" | "export" | "link" | "liking" | "entrance" | "order" | "accounts" | "who" | null;

interface Canvas {
  readonly host: HTMLElement;
  readonly engine: Engine;
  readonly input: CanvasInput;
  readonly ends: readonly (() => void)[];
}

/** What changes the board. */
const CHANGES: ReadonlySet<Effect["type"]> = new Set(["submit", "extend_ink", "edit_text", "undo", "redo"]);

export class Desk {
  readonly tool = new Cell<ToolName>("pen");
  readonly style = new Cell<Style>(lastStyle());
  readonly recent = new Cell<readonly Color[]>(recentColors());
  readonly selection = new Cell<readonly ShapeId[]>([]);
  /** CSS pixels for a board unit. */
  readonly zoom = new Cell(1);
  readonly camera = new Cell<Camera>({ x: 0, y: 0, zoom: 1 });
  /** The words being written; the view puts a text field there. */
  readonly edit = new Cell<TextEdit | null>(null);
  /** Where the context menu is, CSS pixels of the canvas. */
  readonly menu = new Cell<Point | null>(null);
  readonly sheet = new Cell<Sheet>(null);
  readonly hint = new Cell<Hint | null>(null);
  /** The tools at hand, in this person's order. */
  readonly bar = new Cell<readonly ToolName[]>(keptBar());
  readonly paper = new Cell<PaperLook>(keptPaper());
  readonly minimap = new Cell(false);
  /** Only the board, nothing round it. */
  readonly zen = new Cell(false);
  /** The pointer of the arrow keys, CSS pixels of the canvas. */
  readonly pointer = new Cell<{ readonly at: Point | null; readonly isDown: boolean }>({ at: null, isDown: false });
  /** What a screen reader says next. */
  readonly said = new Cell("");
  /** The frame that is shown as a page, if the pages are shown. */
  readonly page = new Cell<ShapeId | null>(null);
  /** Whose work is about to be taken back. */
  readonly undoing = new Cell<ParticipantId | null>(null);
  readonly session: Session;
  readonly following: Following;
  readonly pictures: PictureShelf;
  copiedStyle: ShapeChange | null = null;
  /** Set by who knows the clipboard. */
  clip: ((what: ClipCommand) => void) | null = null;
  /** Set by who says it aloud; hears what is done before it is. */
  onDoing: ((effect: AppEffect) => void) | null = null;
  #canvas: Canvas | null = null;
  #lastForm: Style["form"] = "rectangle";
  /** What was in the hand when one might still draw. */
  #laidDown: ToolName | null = null;

  constructor(session: Session) {
    this.session = session;
    this.following = new Following(this);
    this.pictures = new PictureShelf(session);
  }

  get engine(): Engine | null {
    return this.#canvas?.engine ?? null;
  }

  /** Puts the board into `host`; the result takes it out again. */
  mount(host: HTMLElement): () => void {
    const engine = new Engine(host, this.session.board);
    const input = new CanvasInput(host, engine, {
      tool: this.tool.now,
      style: this.style.now,
      freshId: randomId,
      walk: (step) => this.#walk(step),
      onEffect: (effect) => this.#carryOut(effect),
    });
    engine.setCamera(this.camera.now);
    showPaper(engine, this.paper.now);
    engine.showHandles(this.tool.now === "select");
    this.#canvas = { host, engine, input, ends: this.#follow(engine) };
    host.focus({ preventScroll: true });
    void fetched(fetchLate).catch(() => undefined);
    return () => this.close();
  }

  take(tool: ToolName): void {
    this.#canvas?.input.chooseTool(tool);
    this.#taken(tool);
  }

  /** What a finger does beside a pen; null while no pen was seen on this page. */
  get fingers(): CanvasInput["fingers"] {
    return this.#canvas?.input.fingers ?? null;
  }

  /** Between drawing and moving the board; for this page alone. */
  turnFingers(): void {
    this.#canvas?.input.turnFingers();
  }

  drawForm(form: Style["form"]): void {
    this.take("shape");
    this.restyle({ form });
  }

  /** For what comes next, and for what is selected. */
  restyle(choice: Partial<Style>): void {
    if (choice.form !== undefined && choice.form !== this.style.now.form) this.#lastForm = this.style.now.form;
    this.#setStyle({ ...this.style.now, ...choiceWith(this.tool.now, choice) });
    const shapes = this.selectedShapes().filter((shape) => !isFixed(shape));
    this.carryOut(submitChanges(changesFor(shapes, choice), randomId()));
  }

  arrange(bar: readonly ToolName[]): void {
    this.bar.set(bar);
    keepBar(bar);
  }

  likePaper(change: Partial<PaperLook>): void {
    const look = { ...this.paper.now, ...change };
    this.paper.set(look);
    keepPaper(look);
    if (this.engine) showPaper(this.engine, look);
  }

  /** A colour that is not among the offered ones is offered again. */
  remember(color: Color): void {
    const colors = [color, ...this.recent.now.filter((each) => each !== color)].slice(0, RECENT_MAX);
    this.recent.set(colors);
    keepRecentColors(colors);
  }

  /** What tools look at now; null without a canvas. */
  view(): ToolView | null {
    const engine = this.engine;
    return engine && { scene: engine.scene, camera: engine.camera, heading: engine.heading, size: engine.size, selection: engine.selection, style: this.style.now };
  }

  can(command: CommandName | AppCommand): boolean {
    const view = this.view();
    if (command === "crop") return view !== null && selectedImage(view) !== null;
    if (command in this.#own()) return true;
    if (command === "seal" && this.session.people.whyNot("seal") !== null) return false;
    return view !== null && canRun(command as CommandName, view, { copiedStyle: this.copiedStyle });
  }

  run(command: CommandName): void {
    const view = this.view();
    if (view) this.carryOut(runCommand(command, view, { fresh: randomId(), copiedStyle: this.copiedStyle }));
  }

  do(command: CommandName | AppCommand): void {
    const own = this.#own()[command as AppCommand];
    if (own) own();
    else this.run(command as CommandName);
  }

  /** A key for the tool in hand, from a button. */
  press(key: string): void {
    this.#canvas?.input.press(key);
  }

  zoomIn(): void {
    this.engine?.zoomIn();
  }

  zoomOut(): void {
    this.engine?.zoomOut();
  }

  zoomHome(): void {
    this.engine?.zoomTo(1);
  }

  zoomFit(): void {
    this.engine?.fit();
  }

  /** Brings a part of the board into view. */
  show(rect: Rect): void {
    this.engine?.fit(rect);
  }

  select(ids: readonly ShapeId[]): void {
    this.take("select");
    this.engine?.setSelection(ids);
  }

  selectedShapes(): Shape[] {
    return this.selection.now.flatMap((id) => this.session.board.get(id) ?? []);
  }

  /** Puts shapes on the board as one step and selects them. */
  add(shapes: readonly Shape[]): void {
    this.carryOut(submitShapes(shapes, randomId()));
    if (shapes.length > 0) this.select(shapes.map(({ id }) => id));
  }

  /** Where one looks: the middle of the view and how large things are. */
  whereabouts(): { x: number; y: number; zoom: number } {
    const { x, y, zoom } = this.camera.now;
    const { width, height } = this.engine?.size ?? { width: 0, height: 0 };
    return { x: x + width / 2 / zoom, y: y + height / 2 / zoom, zoom };
  }

  /** Looks at another spot, gliding there. */
  lookAt({ x, y, zoom }: { x: number; y: number; zoom: number }): void {
    const { engine } = this;
    engine?.setCamera(centred({ x, y }, zoom, engine.size), { glide: true });
  }

  /** The keyboard belongs to the board again. */
  focus(): void {
    this.#canvas?.host.focus({ preventScroll: true });
  }

  /** The words that were being written are done. */
  finishText(written: string): void {
    const edit = this.edit.now;
    if (edit === null) return;
    this.edit.set(null);
    this.engine?.setEditing(null);
    const isLabel = edit.id === null || this.session.board.get(edit.id)?.body.kind === "text";
    const operation = finishEdit(edit, written, randomId(), this.engine?.scene.topZ ?? 0, isLabel, this.style.now);
    if (operation !== null) this.session.submit(operation);
    this.focus();
  }

  /** Carries out what a tool or a command wants. */
  carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === "set_selection") this.engine?.setSelection(effect.ids);
      else if (effect.type === "set_camera") this.engine?.setCamera(effect.camera, { glide: effect.glide ?? false });
      else if (effect.type === "set_preview") this.engine?.setPreview(effect.preview);
      else if (effect.type === "set_local_ink") this.engine?.setLocalInk(effect.ink);
      else if (effect.type === "set_tool") this.take(effect.tool);
      else this.#carryOut(effect);
    }
  }

  close(): void {
    const canvas = this.#canvas;
    if (canvas === null) return;
    this.#canvas = null;
    for (const end of canvas.ends) end();
    canvas.input.destroy();
    canvas.engine.destroy();
    this.following.close();
    this.session.showPresence({ cursor: null, selection: [], view: null, calling: false });
  }

  #follow(engine: Engine): (() => void)[] {
    const { wetInk, presences, people } = this.session;
    const ink = (): void => engine.setRemoteInk(wetInk.strokes.values());
    const others = showOthers(this.session, (cursors, selections) => {
      engine.setCursors(cursors);
      engine.setRemoteSelections(selections);
    });
    ink();
    others();
    this.#holdToRights();
    return [
      people.subscribe(() => this.#holdToRights()),
      wetInk.subscribe(ink),
      presences.subscribe(others),
      people.subscribe(others),
      this.pictures.serve(engine),
      this.following.watch(engine),
      engine.onSelection((ids) => this.selection.set(ids)),
      engine.onCamera((camera) => {
        this.camera.set(camera);
        this.zoom.set(camera.zoom);
      }),
    ];
  }

  /** Who may not draw looks around; the tool comes back with the right to it. */
  #holdToRights(): void {
    const barred = this.session.people.whyNot("draw") !== null;
    if (barred && this.#laidDown === null) {
      const held = this.tool.now;
      this.take("hand");
      this.#laidDown = held;
    } else if (!barred && this.#laidDown !== null) {
      const held = this.#laidDown;
      this.#laidDown = null;
      this.take(held);
    }
  }

  #carryOut(effect: AppEffect): void {
    const { session } = this;
    if (this.#laidDown !== null && CHANGES.has(effect.type)) return;
    this.onDoing?.(effect);
    switch (effect.type) {
      case "submit":
        return session.submit(effect.operation, effect.gesture, effect.taken);
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
        return this.#taken(effect.tool);
      case "keep_style":
        this.copiedStyle = effect.style;
        return;
      case "pick_color":
        return this.#pick(effect.at, effect.colors);
      case "take_place": {
        const tool = this.bar.now[effect.place];
        if (tool) this.take(tool);
        return;
      }
      case "show_pointer":
        return this.pointer.set(effect);
      case "follow_link":
        return this.openLink(effect.link);
      case "run":
        return this.do(effect.command);
      case "show_hint":
        return this.hint.set(effect.hint);
      case "open_menu":
        return this.menu.set(effect.at);
      case "undo":
        return session.undo();
      case "redo":
        return session.redo();
    }
  }

  /** Set by who knows the places beside the board. */
  onPlace: ((link: string) => void) | null = null;

  /** To a place of the session, or to a page in a tab of its own. */
  openLink(link: string): void {
    const shape = /^#shape=([\w-]+)$/.exec(link)?.[1];
    const placed = shape === undefined ? undefined : this.engine?.scene.get(shape);
    if (placed) return this.show(placed.bounds);
    if (/^(?:https?:\/\/[^/\s]+\/s\/[\w-]+)?#(?:page|heading|at)=/.test(link)) return this.onPlace?.(link);
    if (/^(?:https?:\/\/|mailto:)/.test(link)) window.open(link, "_blank", "noopener,noreferrer");
  }

  /** What is not for tools to decide. */
  #own(): Partial<Record<AppCommand, () => void>> {
    const toggle = (name: "grid" | "snap" | "keepTool") => () => this.#setStyle({ ...this.style.now, [name]: !this.style.now[name] });
    const open = (sheet: Sheet) => () => this.sheet.set(sheet);
    const form = (name: Style["form"]) => () => this.drawForm(name);
    return {
      who: open("who"), palette: open("palette"), find: open("find"), export: open("export"), link: open("link"), liking: open("liking"),
      grid: toggle("grid"), snap: toggle("snap"), keep_tool: toggle("keepTool"),
      last_shape: () => this.restyle({ form: this.#lastForm }),
      next_shape: () => this.take("shape"), rectangle: form("rectangle"), ellipse: form("ellipse"),
      copy: () => this.clip?.("copy"), cut: () => this.clip?.("cut"), paste: () => this.clip?.("paste"),
      copy_png: () => this.clip?.("copy_png"), copy_svg: () => this.clip?.("copy_svg"), copy_text: () => this.clip?.("copy_text"),
      larger: () => this.#resizeText(1.2), smaller: () => this.#resizeText(1 / 1.2),
      crop: () => {
        this.select(this.selection.now);
        this.press("Enter");
      },
      minimap: () => this.minimap.set(!this.minimap.now),
      zen: () => this.zen.set(!this.zen.now),
      open: () => this.pictures.ask?.("open"), image: () => this.pictures.ask?.("image"),
      print: open("export"),
      next_page: () => this.#turnPage(1), previous_page: () => this.#turnPage(-1),
      end_pages: () => {
        this.page.set(null);
        this.zen.set(false);
      },
    };
  }

  /** Shows the frames one by one, in their order, with nothing round them. */
  #turnPage(step: 1 | -1): void {
    const scene = this.engine?.scene;
    if (!scene) return;
    const pages = pageOrder(scene);
    const at = pages.findIndex(({ id }) => id === this.page.now);
    const page = pages[at === -1 ? 0 : Math.min(pages.length - 1, Math.max(0, at + step))];
    if (!page) return;
    this.page.set(page.id);
    this.zen.set(true);
    // A page fills the screen, however small it was drawn.
    this.engine?.fit(scene.boundsOf([page.id]), ZOOM_MAX);
  }

  #resizeText(by: number): void {
    const changes = this.selectedShapes().flatMap(({ id, body }): ShapeChange[] => ("size" in body ? [{ id, size: Math.fround(Math.min(400, Math.max(4, Math.round(body.size * by)))) }] : []));
    this.carryOut(submitChanges(changes, randomId()));
  }

  /** From thing to thing in reading order, for who does not see or point. */
  #walk(step: 1 | -1): boolean {
    const view = this.view();
    const next = view && nextShape(view.scene, this.selection.now, step);
    if (!next) return false;
    this.select([next.shape.id]);
    const { minX, minY, maxX, maxY } = next.bounds;
    const seen = this.engine?.visible;
    const inView = seen !== undefined && minX < seen.maxX && maxX > seen.minX && minY < seen.maxY && maxY > seen.minY;
    if (!inView) this.show(next.bounds);
    return true;
  }

  #taken(tool: ToolName): void {
    if (this.#laidDown !== null && tool !== "hand") return this.#canvas?.input.chooseTool("hand");
    this.tool.set(tool);
    this.engine?.showHandles(tool === "select");
  }

  #pick(at: Point, colors: readonly Color[]): void {
    const canvas = this.#canvas;
    const color = canvas && late.colorSeen?.(canvas.host, canvas.engine, at, colors);
    if (!color) return;
    this.restyle({ color });
    this.remember(color);
  }

  #beginText(edit: TextEdit): void {
    this.edit.set(edit);
    this.engine?.setEditing(edit.id);
  }

  #setStyle(style: Style): void {
    this.style.set(style);
    keepStyle(style);
    this.#canvas?.input.setStyle(style);
  }

  /** Whom one follows sees it: their name stands at the view's edge. */
  get followed(): ParticipantId | null {
    return this.following.whom.now;
  }
}

function showPaper(engine: Engine, { paper, scheme }: PaperLook): void {
  engine.setPaper(paper);
  engine.setScheme(scheme);
}
