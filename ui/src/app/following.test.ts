import { expect, test } from "vitest";
import { StandIn } from "../testing/stand_in";
import { Following } from "./following";
import type { Camera } from "../engine/camera";
import type { Engine } from "../engine/engine";
import type { Desk } from "./desk";

const THEIR_VIEW = { x: 500, y: 300, w: 800, h: 600 };
const ADA = 7;

/** A view of 800 x 600 that glides when `step` is called, or is there at once. */
function view(reducedMotion: boolean) {
  let camera: Camera = { x: 0, y: 0, zoom: 1 };
  let heading = camera;
  let hear = (_: Camera): void => undefined;
  const go = (to: Camera): void => {
    camera = to;
    hear(camera);
  };
  const engine = {
    size: { width: 800, height: 600 },
    visible: { minX: 0, minY: 0, maxX: 800, maxY: 600 },
    get heading() {
      return heading;
    },
    onCamera: (listener: (camera: Camera) => void) => {
      hear = listener;
      return () => undefined;
    },
    setCamera: (to: Camera, { glide = false } = {}) => {
      heading = to;
      if (!glide || reducedMotion) go(to);
    },
  };
  /** A part of the way, from 0 to 1. */
  const step = (part: number): void => go(part === 1 ? heading : { ...heading, x: camera.x + (heading.x - camera.x) * part });
  return { engine: engine as unknown as Engine, step };
}

function followingAda(reducedMotion = false) {
  const it = new StandIn();
  const { engine, step } = view(reducedMotion);
  const following = new Following({ session: it.session, engine } as unknown as Desk);
  it.presences.set(ADA, { typing: false, view: THEIR_VIEW });
  following.watch(engine);
  following.follow(ADA);
  return { following, engine, step };
}

test("whoever is led goes on following, however long the way takes", () => {
  const { following, engine, step } = followingAda();
  expect(engine.heading).toEqual({ x: 500, y: 300, zoom: 1 });
  for (const part of [0.1, 0.5, 1]) {
    step(part);
    expect(following.whom.now).toBe(ADA);
  }
});

test("one's own move ends it, also on the way", () => {
  const { following, engine, step } = followingAda();
  step(0.5);
  engine.setCamera({ x: 10, y: 10, zoom: 1 });
  expect(following.whom.now).toBe(null);
});

test("where no motion is wanted it is the same", () => {
  const { following, engine } = followingAda(true);
  expect([following.whom.now, engine.heading.x]).toEqual([ADA, 500]);
  engine.setCamera({ x: 10, y: 10, zoom: 1 });
  expect(following.whom.now).toBe(null);
});
