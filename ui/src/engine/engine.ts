/**
 * The canvas engine: shows a board, and what goes on around it, in a host element.
 *
 * Whoever uses it hands in values (camera, wet ink, pointers, selection, preview)
 * and reads geometry; it never changes the board. Promises: a frame is scheduled
 * only when something changed or is not painted yet; `destroy` leaves no frame,
 * listener or element behind. Must not know tools, the network or any framework.
 *
 * A frame: tiles are painted as far as the pace allows, dry ink is put together,
 * wet ink that has dried goes, then wet and overlay are drawn if they changed.
 */
import type { BoardView } from "../document/board";
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { ShapeId } from "../protocol/generated/messages";
import { centred, clampCamera, fit, HOME, toBoard, toScreen, visibleRect, zoomStep, type Camera, type Size } from "./camera";
import { Atelier, spawnTileWorker } from "./atelier";
import { Carrier } from "./carrier";
import { Cursors } from "./cursors";
import { EMPTY_RECT, translate, type Point, type Rect } from "./geometry";
import { glideAt, type Glide } from "./glide";
import { DryLayer } from "./layers/dry";
import { OverlayLayer } from "./layers/overlay";
import type { WorkerPort } from "./layers/remote_studio";
import { Pace } from "./layers/pace";
import { Painter } from "./layers/painter";
import { browserDrawing, type Drawing } from "./layers/surface";
import { sameView, shownRect, viewOf, type View } from "./layers/view";
import { WetLayer } from "./layers/wet";
import { guessesAfter } from "./ahead";
import type { InkPoint } from "./outline";
import { PictureBook } from "./pictures";
import type { Cursor, PaperKind, Preview, RemoteSelection, Scheme, WetInk } from "./picture";
import type { Handles } from "./handles";
import { Scene, type SceneChange } from "./scene";
import { Selected } from "./selected";
import { Stage } from "./stage";
import { lineMeasure } from "./text";

export interface EngineOptions {
  /** Bytes of bitmaps kept at most; 160 MiB if absent. A small view keeps less anyway. */
  readonly tileBytesMax?: number;
  /** Follows the system if absent or "auto". */
  readonly scheme?: Scheme | "auto";
  /** Where tiles may be painted; the browser's own worker if absent. */
  readonly spawn?: () => WorkerPort | null;
  /** For tests. */
  readonly drawing?: Drawing;
}

/** What the engine did since it was made. */
export interface Counters {
  frames: number;
  tilesPainted: number;
  dryDraws: number;
  wetDraws: number;
  overlayDraws: number;
}

const TILE_BYTES_MAX = 160 * 1024 * 1024;
/** Of bitmaps, for a view however small, and in views: what is near the screen at a scale or two, and the overview. */
const TILE_BYTES_MIN = 32 * 1024 * 1024;
const TILE_VIEWS = 8;
/** A hand counts as moving this long after it moved the camera or ink. */
const BUSY_MS = 250;
/** Milliseconds of a frame that painting tiles may take while a hand moves, and while none does. */
const WORK_MS_BUSY = 6;
const WORK_MS_REST = 24;
/** How long the view stands still before what is selected is made ready to be carried. */
const PREPARE_MS = 150;

export class Engine {
  readonly scene: Scene;
  /** What image shapes show: hear what is wanted and bring it with `addPicture`. */
  readonly pictures = new PictureBook();
  readonly counters: Counters = { frames: 0, tilesPainted: 0, dryDraws: 0, wetDraws: 0, overlayDraws: 0 };
  readonly #stage: Stage;
  readonly #tileBytesMax: number;
  readonly #dry: DryLayer;
  readonly #atelier: Atelier;
  readonly #wet: WetLayer;
  readonly #carrier: Carrier;
  readonly #overlay: OverlayLayer;
  readonly #pace = new Pace();
  readonly #cursors = new Cursors();
  readonly #selected: Selected;
  readonly #cameraHeard = new Subscribers<Camera>();
  readonly #selectionHeard = new Subscribers<readonly ShapeId[]>();
  readonly #leave: Unsubscribe[] = [];

  #camera: Camera = HOME;
  #glide: Glide | null = null;
  #wantedScheme: Scheme | "auto";
  #remoteInk: readonly WetInk[] = [];
  #localInk: WetInk | null = null;
  #ahead: readonly InkPoint[] = [];
  #preview: Preview = {};
  #editing: ShapeId | null = null;
  #showsHandles = false;
  #remoteSelections: readonly RemoteSelection[] = [];

  #view: View | null = null;
  #dryStale = true;
  #overlayStale = true;
  #busyUntil = 0;
  #frame: number | null = null;
  #preparing: ReturnType<typeof setTimeout> | undefined;

  constructor(host: HTMLElement, board: BoardView, options: EngineOptions = {}) {
    const drawing = options.drawing ?? browserDrawing;
    const painter = new Painter(drawing, this.pictures);
    this.#wantedScheme = options.scheme ?? "auto";
    this.scene = new Scene(board, lineMeasure());
    this.#selected = new Selected(this.scene);
    this.#tileBytesMax = options.tileBytesMax ?? TILE_BYTES_MAX;
    this.#dry = new DryLayer(drawing, this.scene, painter, this.#tileBytesMax, () => performance.now());
    const painting = { easel: this.#dry.easel, scene: this.scene, pictures: this.pictures, drawing };
    this.#atelier = new Atelier(painting, options.spawn ?? spawnTileWorker, () => {
      this.#dry.orderOn();
      this.#repaint();
    });
    this.#wet = new WetLayer(drawing, painter);
    this.#carrier = new Carrier(this.scene, this.#dry, this.#wet, () => {
      this.#applyLooks();
      this.#request();
    });
    this.#overlay = new OverlayLayer(drawing);
    this.#stage = new Stage(host, { stageChanged: () => this.#stageChanged() });
    for (const layer of [this.#dry, this.#wet, this.#overlay]) this.#stage.mount(layer.surface);
    this.#leave.push(this.scene.subscribe((change) => this.#follow(change)));
    this.#stageChanged();
  }

  // --- Looking ---

  get camera(): Camera {
    return this.#camera;
  }

  /** Of the view, CSS pixels. */
  get size(): Size {
    return this.#stage.size;
  }

  /** What of the board is on the screen. */
  get visible(): Rect {
    return visibleRect(this.#camera, this.size);
  }

  get scheme(): Scheme {
    return this.#wantedScheme === "auto" ? this.#stage.scheme : this.#wantedScheme;
  }

  /** Looks from `camera`, or the nearest that is allowed; `glide` goes there within a fifth of a second. */
  setCamera(camera: Camera, options: { readonly glide?: boolean } = {}): void {
    const to = clampCamera(camera, this.size);
    if (options.glide && !this.#stage.reducedMotion) {
      this.#glide = { from: this.#camera, to, since: performance.now() };
      this.#touch();
      return;
    }
    this.#glide = null;
    this.#moveCamera(to);
  }

  /** All of the board, or of `rect`, with a margin. */
  fit(rect: Rect = this.scene.bounds(), zoomMax?: number): void {
    this.setCamera(fit(rect, this.size, zoomMax), { glide: true });
  }

  /** To `zoom` (1 is 100 %) about the view's middle. */
  zoomTo(zoom: number): void {
    const middle = this.screenToBoard({ x: this.size.width / 2, y: this.size.height / 2 });
    this.setCamera(centred(middle, zoom, this.size), { glide: true });
  }

  /** Where the camera will be once it has arrived. */
  get heading(): Camera {
    return this.#glide?.to ?? this.#camera;
  }

  zoomIn(): void {
    this.setCamera(zoomStep(this.heading, 1, this.size), { glide: true });
  }

  zoomOut(): void {
    this.setCamera(zoomStep(this.heading, -1, this.size), { glide: true });
  }

  get paper(): PaperKind {
    return this.#dry.paper;
  }

  /** What is printed on the paper. */
  setPaper(paper: PaperKind): void {
    this.#dry.paper = paper;
    this.#repaint();
  }

  setScheme(scheme: Scheme | "auto"): void {
    this.#wantedScheme = scheme;
    this.#stageChanged();
  }

  // --- What is shown beside the board ---

  /** Everybody else's wet ink: all of it each time. What is missing has ended. */
  setRemoteInk(ink: Iterable<WetInk>): void {
    this.#remoteInk = [...ink];
    this.#touch();
  }

  /** One's own stroke under the pen; null when there is none. */
  setLocalInk(ink: WetInk | null): void {
    this.#localInk = ink;
    this.#ahead = [];
    this.#touch();
  }

  /** Where the browser expects the pen next, in board units: shown at the end of the local ink, in its next frame only. */
  setInkAhead(places: readonly Point[]): void {
    this.#ahead = this.#localInk ? guessesAfter(this.#localInk.points, places) : [];
  }

  setCursors(cursors: readonly Cursor[]): void {
    this.#cursors.report(cursors);
    this.#overlayStale = true;
    this.#request();
  }

  get selection(): readonly ShapeId[] {
    return this.#selected.ids;
  }

  /** Ids that are not on the board are left out. */
  setSelection(ids: readonly ShapeId[]): void {
    if (!this.#selected.set(ids)) return;
    this.#overlayStale = true;
    this.#request();
    this.#selectionHeard.emit(this.#selected.ids);
  }

  /** Whether the selection can be taken hold of: with the select tool in hand. */
  showHandles(shown: boolean): void {
    if (shown === this.#showsHandles) return;
    this.#showsHandles = shown;
    this.#overlayStale = true;
    this.#request();
  }

  setRemoteSelections(selections: readonly RemoteSelection[]): void {
    this.#remoteSelections = selections;
    this.#overlayStale = true;
    this.#request();
  }

  /** What the gesture under way would do. */
  setPreview(preview: Preview): void {
    const before = this.#preview;
    this.#preview = preview;
    this.#overlayStale = true;
    const drafted = preview.draft !== before.draft;
    if (preview.move !== before.move || drafted) this.#carrier.show(preview, this.#viewNow());
    if (preview.move?.ids !== before.move?.ids || preview.erase !== before.erase || drafted) this.#applyLooks();
    this.#touch();
  }

  /** The label that a text field stands in for, so that it is not shown twice. */
  setEditing(id: ShapeId | null): void {
    this.#editing = id;
    this.#applyLooks();
    this.#request();
  }

  /** Brings a picture that `pictures.onWanted` asked for. The engine keeps it, and closes it when it has no more room. */
  addPicture(key: string, picture: ImageBitmap): void {
    // The worker's copy first: what there is no room for here is closed.
    this.#atelier.addPicture(key, picture);
    this.pictures.put(key, picture);
    for (const { bounds } of this.scene.showing(key)) this.#dry.easel.invalidate(bounds);
    this.#repaint();
  }

  // --- Geometry and events ---

  /** `screen`: CSS pixels from the host's top left. */
  screenToBoard(screen: Point): Point {
    return toBoard(this.#camera, screen);
  }

  boardToScreen(board: Point): Point {
    return toScreen(this.#camera, board);
  }

  /** Around the shapes, in board units; empty when none is there. */
  boundsOf(ids: Iterable<ShapeId>): Rect {
    return this.scene.boundsOf(ids);
  }

  onCamera(hear: (camera: Camera) => void): Unsubscribe {
    return this.#cameraHeard.subscribe(hear);
  }

  onSelection(hear: (ids: readonly ShapeId[]) => void): Unsubscribe {
    return this.#selectionHeard.subscribe(hear);
  }

  /** Whether everything is on the screen as it should be and no frame is due. */
  get isAtRest(): boolean {
    return this.#frame === null && this.#dry.isIdle;
  }

  /** Whether all that is in view is on the screen as it should be. */
  get isVisible(): boolean {
    return this.#view !== null && !this.#dryStale && this.#dry.isFresh(shownRect(this.#view), this.#view);
  }

  /** Whether a worker paints. */
  get paintsElsewhere(): boolean {
    return this.#atelier.isRemote;
  }

  /** Bytes of the pictures that are kept. */
  get tileBytes(): number {
    return this.#dry.tiles.bytes;
  }

  destroy(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    clearTimeout(this.#preparing);
    for (const leave of this.#leave.splice(0)) leave();
    this.scene.destroy();
    this.#dry.destroy();
    this.#atelier.destroy();
    this.#stage.destroy();
  }

  // --- Inside ---

  #moveCamera(camera: Camera): void {
    const { x, y, zoom } = this.#camera;
    if (camera.x === x && camera.y === y && camera.zoom === zoom) return;
    this.#camera = camera;
    this.#overlayStale = true;
    this.#touch();
    this.#cameraHeard.emit(camera);
  }

  #stageChanged(): void {
    this.#cursors.reducedMotion = this.#stage.reducedMotion;
    this.#dry.setScheme(this.scheme);
    this.#dryStale = true;
    this.#overlayStale = true;
    this.#moveCamera(clampCamera(this.#camera, this.size));
    this.#request();
  }

  #follow(change: SceneChange): void {
    this.#dry.follow(change);
    this.#atelier.follow(change);
    this.#dryStale = true;
    this.#overlayStale = true;
    this.#selected.follow();
    if (change.reset || change.removed.length > 0) this.setSelection(this.selection);
    this.#request();
  }

  #applyLooks(): void {
    const hidden = this.#carrier.hidden();
    for (const id of this.#preview.hide ?? []) hidden.add(id);
    if (this.#editing !== null) hidden.add(this.#editing);
    this.#dry.setLooks({ hidden, faint: new Set(this.#preview.erase) });
  }

  /** Tiles came, or are to be painted elsewhere. */
  #repaint(): void {
    this.#dryStale = true;
    this.#request();
  }

  /** A hand moved: the next frames must be quick. */
  #touch(): void {
    this.#busyUntil = performance.now() + BUSY_MS;
    this.#request();
  }

  #request(): void {
    this.#frame ??= requestAnimationFrame((now) => {
      this.#frame = null;
      this.#draw(now);
    });
  }

  #draw(now: number): void {
    this.counters.frames += 1;
    this.#stepGlide(now);
    const view = this.#viewNow();
    const left = this.#drawDry(view, now);
    this.#drawWet(view, left);
    this.#drawOverlay(view, now);
    this.#view = view;
    if (left || this.#glide) this.#request();
    else if (this.#showsHandles && this.paintsElsewhere && this.#carrier.awaits(this.selection)) this.#prepareSoon();
  }

  /** On the page it would hold up frames for what may never be asked for. */
  #prepareSoon(): void {
    this.#preparing ??= setTimeout(() => {
      this.#preparing = undefined;
      if (this.#frame === null && this.#dry.isIdle) this.#carrier.prepare(this.selection, this.#viewNow());
    }, PREPARE_MS);
  }

  #viewNow(): View {
    return viewOf(this.#camera, this.size, this.#stage.ratio);
  }

  #stepGlide(now: number): void {
    if (!this.#glide) return;
    const { camera, done } = glideAt(this.#glide, now, this.size);
    if (done) this.#glide = null;
    this.#moveCamera(camera);
  }

  #drawDry(view: View, now: number): boolean {
    const busy = performance.now() < this.#busyUntil;
    const points = this.#pace.allowance(now, busy);
    const painted = this.#dry.easel.finished;
    const work = this.#dry.work(view, now, { points, ms: busy ? WORK_MS_BUSY : WORK_MS_REST });
    this.#pace.spent(work.points);
    this.counters.tilesPainted = this.#dry.easel.finished;
    if (this.#view === null || this.#view.width !== view.width || this.#view.height !== view.height) {
      this.#stage.fit(view.width, view.height);
      this.#dry.tiles.bytesMax = Math.min(this.#tileBytesMax, Math.max(TILE_BYTES_MIN, view.width * view.height * 4 * TILE_VIEWS));
    }
    const moved = this.#view === null || !sameView(this.#view, view);
    if (moved || this.#dryStale || painted !== this.#dry.easel.finished) {
      this.#dry.draw(view);
      this.counters.dryDraws += 1;
      this.#dryStale = false;
    }
    return work.left;
  }

  #drawWet(view: View, left: boolean): void {
    for (const ink of this.#remoteInk) this.#wet.show(ink);
    if (this.#localInk) this.#wet.show(this.#localInk, this.#ahead);
    if (this.#ahead.length > 0) {
      // Without another sample the next frame takes the guess back.
      this.#ahead = [];
      this.#request();
    }
    const live = new Set(this.#remoteInk.map((ink) => ink.stroke));
    if (this.#localInk) live.add(this.#localInk.stroke);
    this.#wet.dropWhere((stroke, bounds) => {
      // Dry by now: gone when the dry layer shows it. Neither wet nor dry: it was given up.
      if (this.scene.get(stroke)) return this.#dry.isFresh(bounds, view);
      return !live.has(stroke);
    });
    this.#carrier.putDown(view, !left && this.#dry.isIdle);
    if (this.#wet.draw(view, this.scheme)) this.counters.wetDraws += 1;
    this.#stage.reveal(this.#wet.surface, !this.#wet.isEmpty);
  }

  /** Only while nothing is under way: then they may be taken hold of. */
  #handles(): Handles | null {
    if (this.#preview.crop) return this.#preview.crop;
    if (this.#preview.move || this.#preview.draft || this.#preview.marquee || !this.#showsHandles) return null;
    return this.#selected.handles;
  }

  #drawOverlay(view: View, now: number): void {
    const gliding = this.#cursors.step(now, this.#camera.zoom);
    if (gliding) this.#request();
    if (!this.#overlayStale && this.#view && sameView(this.#view, view)) return;
    this.#overlayStale = gliding;
    this.counters.overlayDraws += 1;
    const move = this.#preview.move;
    const [dx, dy] = [move?.dx ?? 0, move?.dy ?? 0];
    this.#overlay.draw(view, this.scheme, {
      selected: this.#preview.draft ? [] : this.#selected.boxes.map((box) => translate(box, dx, dy)),
      selection: this.selection.length === 0 || this.#preview.draft ? EMPTY_RECT : translate(this.#selected.bounds, dx, dy),
      remote: this.#remoteSelections.map((of) => ({ of, bounds: this.scene.boundsOf(of.ids) })),
      marquee: this.#preview.marquee ?? null,
      trail: this.#preview.trail ?? [],
      cursors: this.#cursors.shown(),
      lasso: this.#preview.lasso ?? [],
      guides: this.#preview.guides ?? [],
      target: this.#preview.target === undefined ? null : (this.scene.get(this.#preview.target)?.bounds ?? null),
      handles: this.#handles(),
    });
    this.#stage.reveal(this.#overlay.surface, !this.#overlay.isEmpty);
  }
}
