/**
 * Shapes that a gesture carries along or would change: off the dry layer, onto the
 * wet one, and back when the gesture is over.
 *
 * Promises: what is carried is seen once, wherever it is; put down, it stays on the
 * wet layer until the dry one shows it, so nothing blinks; many shapes cost a frame
 * no more than a few. Must not know gestures.
 */
import type { ShapeId } from "../protocol/generated/messages";
import { drafted } from "./drafts";
import type { DryLayer } from "./layers/dry";
import { Raft, RAFT_SHAPES_MIN } from "./layers/raft";
import { sameView, type View } from "./layers/view";
import type { WetLayer } from "./layers/wet";
import type { Preview } from "./picture";
import type { Placed, Scene } from "./scene";

type Carried = Pick<Preview, "move" | "draft">;

export class Carrier {
  readonly #scene: Scene;
  readonly #dry: DryLayer;
  readonly #wet: WetLayer;
  readonly #raft: Raft;
  #preview: Carried = {};
  /** The list whose shapes the raft has, and carries. */
  #onRaft: readonly ShapeId[] | null = null;
  /** The list whose shapes the raft has in case they are carried. */
  #ready: readonly ShapeId[] | null = null;
  #readyIn: View | null = null;

  /** `changed` is called when what has to be off the dry layer is no longer the same. */
  constructor(scene: Scene, dry: DryLayer, wet: WetLayer, changed: () => void) {
    this.#scene = scene;
    this.#dry = dry;
    this.#wet = wet;
    this.#raft = new Raft(dry.easel, () => {
      if (this.#onRaft === null) return;
      this.#lift();
      changed();
    });
  }

  /**
   * `ids` are likely to be carried next: many of them are taken up now, so that they move
   * with the first frame of a gesture. To be called again after each, when there is time.
   */
  prepare(ids: readonly ShapeId[], view: View): void {
    if (this.#preview.move || this.#onRaft !== null) return;
    if (ids.length < RAFT_SHAPES_MIN) {
      if (this.#ready) this.#leaveRaft();
      return;
    }
    if (ids === this.#ready && sameView(view, this.#readyIn ?? view)) return;
    [this.#ready, this.#readyIn] = [ids, view];
    this.#takeUp(ids, view);
  }

  /** Whether `prepare` has something to do, or to undo. */
  awaits(ids: readonly ShapeId[]): boolean {
    return ids.length >= RAFT_SHAPES_MIN || this.#ready !== null;
  }

  /** What the gesture under way would do now; `view` is what it is seen in. */
  show(preview: Carried, view: View): void {
    const isOver = !preview.move && !preview.draft;
    this.#preview = preview;
    if (isOver) return this.#letGo();
    const ids = preview.move?.ids ?? [];
    if (ids.length < RAFT_SHAPES_MIN) this.#leaveRaft();
    else if (ids !== this.#onRaft) {
      this.#onRaft = ids;
      this.#takeUp(ids, view);
    }
    this.#lift();
  }

  /** What the dry layer must not show. */
  hidden(): Set<ShapeId> {
    const isCarried = this.#onRaft === null || this.#raft.isReady;
    const hidden = new Set<ShapeId>(isCarried ? this.#preview.move?.ids : []);
    for (const { shape } of this.#wet.lifted.still) hidden.add(shape.id);
    return hidden;
  }

  /** Once the gesture is over: what the dry layer shows is not shown twice. `isDone`: nothing is left to paint. */
  putDown(view: View, isDone: boolean): void {
    if (this.#preview.move || this.#preview.draft) return;
    const { shapes, raft } = this.#wet.lifted;
    const carried = raft ? raft.shapes : shapes;
    if (carried.length === 0) return;
    const ids = carried.map(({ shape }) => shape.id);
    if (isDone || this.#dry.isFresh(this.#scene.boundsOf(ids), view)) {
      this.#leaveRaft();
      this.#wet.lift(null);
    } else if (!raft && shapes.some((placed) => this.#scene.get(placed.shape.id) !== placed)) this.#letGo();
  }

  #takeUp(ids: readonly ShapeId[], view: View): void {
    const shapes = this.#placed(ids);
    if (!this.#raft.holds(shapes, view)) this.#raft.take(shapes, view);
  }

  #placed(ids: readonly ShapeId[]): Placed[] {
    return ids.flatMap((id) => this.#scene.get(id) ?? []);
  }

  #lift(): void {
    const { move } = this.#preview;
    const [dx, dy] = [move?.dx ?? 0, move?.dy ?? 0];
    if (this.#onRaft === null) {
      const still = drafted(this.#scene, this.#preview);
      this.#wet.lift({ shapes: this.#placed(move?.ids ?? []), still, dx, dy, raft: null });
    } else if (this.#raft.isReady && move) {
      this.#wet.lift({ shapes: [], still: drafted(this.#scene, this.#preview), dx, dy, raft: this.#raft });
    }
  }

  /** It stays where it is now until the dry layer has it. */
  #letGo(): void {
    const { shapes, still, raft } = this.#wet.lifted;
    if (raft) return;
    this.#leaveRaft();
    const ids = [...shapes, ...still].map(({ shape }) => shape.id);
    this.#wet.lift({ shapes: this.#placed(ids), still: [], dx: 0, dy: 0, raft: null });
  }

  #leaveRaft(): void {
    this.#onRaft = null;
    this.#ready = null;
    this.#raft.drop();
  }
}
