/**
 * Looking where somebody else looks: following one person, and coming when
 * somebody asks everybody to look. One's own pan or zoom ends it; whoever said no
 * to a call is not asked again until it ends.
 */
import type { Camera } from "../engine/camera";
import type { Engine } from "../engine/engine";
import type { ParticipantId } from "../protocol/generated/messages";
import { Cell } from "./cell";
import type { Desk } from "./desk";

/** Others hear where one looks no more often. */
const SHOW_VIEW_MS = 150;

export class Following {
  readonly whom = new Cell<ParticipantId | null>(null);
  /** Who calls, and has been neither followed nor declined. */
  readonly caller = new Cell<ParticipantId | null>(null);
  /** Whether one calls oneself. */
  readonly calling = new Cell(false);
  readonly #desk: Desk;
  #declined: ParticipantId | null = null;
  /** Where one was led last; whoever heads elsewhere does so by themselves. */
  #led: Camera | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  follow(id: ParticipantId | null): void {
    this.#led = null;
    this.whom.set(id);
    this.#lead();
  }

  accept(): void {
    this.follow(this.caller.now);
    this.caller.set(null);
  }

  decline(): void {
    this.#declined = this.caller.now;
    this.caller.set(null);
  }

  /** Asks everybody to look here, or no longer. */
  call(on: boolean): void {
    this.calling.set(on);
    this.#desk.session.showPresence({ calling: on });
    this.#show();
  }

  watch(engine: Engine): () => void {
    const { presences, people } = this.#desk.session;
    const ends = [
      presences.subscribe(() => this.#changed()),
      people.subscribe(() => this.#changed()),
      engine.onCamera(() => this.#moved()),
    ];
    this.#show();
    return () => ends.forEach((end) => end());
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.whom.set(null);
    this.caller.set(null);
    this.calling.set(false);
  }

  #changed(): void {
    const { presences, people } = this.#desk.session;
    const whom = this.whom.now;
    if (whom !== null && people.get(whom) === undefined) this.whom.set(null);
    const me = people.me?.id;
    const callers = [...presences.all].filter(([id, presence]) => presence.calling === true && id !== me && people.get(id) !== undefined).map(([id]) => id);
    if (this.#declined !== null && !callers.includes(this.#declined)) this.#declined = null;
    const caller = callers.find((id) => id !== this.#declined && id !== whom) ?? null;
    this.caller.set(caller);
    this.#lead();
  }

  /** To where the followed person looks, so that all they see is seen. */
  #lead(): void {
    const whom = this.whom.now;
    const engine = this.#desk.engine;
    const area = whom === null ? undefined : this.#desk.session.presences.all.get(whom)?.view;
    if (!area || !engine) return;
    const { width, height } = engine.size;
    const zoom = Math.min(width / area.w, height / area.h);
    // Where no motion is wanted one is there at once, and is heard to move before this returns.
    this.#led = null;
    engine.setCamera({ x: area.x + area.w / 2 - width / zoom / 2, y: area.y + area.h / 2 - height / zoom / 2, zoom }, { glide: true });
    this.#led = engine.heading;
  }

  #moved(): void {
    const { engine } = this.#desk;
    if (engine && this.#led && !sameCamera(engine.heading, this.#led)) this.follow(null);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#show();
    }, SHOW_VIEW_MS);
  }

  #show(): void {
    const engine = this.#desk.engine;
    if (!engine) return;
    const { minX, minY, maxX, maxY } = engine.visible;
    if (!(maxX > minX && maxY > minY)) return;
    this.#desk.session.showPresence({ view: { x: minX, y: minY, w: maxX - minX, h: maxY - minY } });
  }
}

function sameCamera(one: Camera, other: Camera): boolean {
  return one.x === other.x && one.y === other.y && one.zoom === other.zoom;
}
