import { expect, test } from "vitest";
import type { Operation } from "../protocol/generated/messages";
import { boardOf, label, line, stroke } from "../testing/ink";
import { isEmpty } from "./geometry";
import { crossedBy, insideBox, topmostAt } from "./hit";
import { Scene, type SceneChange } from "./scene";

const measure = (text: string) => text.length * 50;

function sceneOf(...shapes: Parameters<typeof boardOf>) {
  const board = boardOf(...shapes);
  const scene = new Scene(board, measure);
  const changes: SceneChange[] = [];
  scene.subscribe((change) => changes.push(change));
  let key = 0;
  const submit = (operation: Operation) => board.addPending((key += 1), operation);
  return { board, scene, changes, submit };
}

const everywhere = { minX: -1e6, minY: -1e6, maxX: 1e6, maxY: 1e6 };
const ids = (scene: Scene, area = everywhere) => scene.query(area).map((placed) => placed.shape.id);

test("stacks by z and then by id, and knows what is on top", () => {
  const { scene } = sceneOf(line("b", 0, 0, 40, 1), line("a", 0, 0, 40, 1), line("c", 0, 0, 40, 0.5));
  expect(ids(scene)).toEqual(["c", "a", "b"]);
  expect(scene.topZ).toBe(1);
  const bottom = scene.get("c");
  const top = scene.get("b");
  expect(bottom && scene.isCovered(bottom)).toBe(true);
  expect(top && scene.isCovered(top)).toBe(false);
});

test("follows the board, and a moved shape is found where it is and not where it was", () => {
  const { scene, changes, submit } = sceneOf(line("a", 0, 0));
  submit({ type: "add_shapes", shapes: [line("b", 500, 500)] });
  submit({ type: "update_shapes", changes: [{ id: "a", x: 900, y: 900 }] });
  expect(ids(scene, { minX: -10, minY: -10, maxX: 100, maxY: 10 })).toEqual([]);
  expect(ids(scene, { minX: 890, minY: 890, maxX: 1000, maxY: 910 })).toEqual(["a"]);
  submit({ type: "remove_shapes", ids: ["a"] });
  expect(ids(scene)).toEqual(["b"]);
  expect(changes.map(({ added, removed }) => [added.length, removed.length])).toEqual([[1, 0], [1, 1], [0, 1]]);
});

test("what is moved keeps its room, what is lettered otherwise does not", () => {
  const { scene, submit } = sceneOf({ ...label("words", 0, 0, "hello"), bold: true }, line("ink", 0, 0));
  const room = (id: string) => scene.get(id)?.extent;
  const [words, ink] = [room("words"), room("ink")];
  submit({ type: "update_shapes", changes: [{ id: "words", x: 900, color: "#112233" }, { id: "ink", y: 40 }] });
  expect([room("words"), room("ink")]).toEqual([words, ink]);
  expect(room("words")).toBe(words);
  for (const change of [{ font: "mono" }, { italic: true }, { text: "hello hello" }, { size: 60 }] as const) {
    const before = room("words");
    submit({ type: "update_shapes", changes: [{ id: "words", ...change }] });
    expect(room("words"), JSON.stringify(change)).not.toBe(before);
    const fresh = new Scene(boardOf(...[...scene.all()].map(({ shape }) => shape)), measure);
    expect(room("words"), JSON.stringify(change)).toEqual(fresh.get("words")?.extent);
  }
});

test("its bounds are those of what is there, empty when nothing is", () => {
  const { board, scene, submit } = sceneOf(line("a", 0, 0), line("far", 5_000, 0));
  expect(scene.bounds().maxX).toBeGreaterThan(5_040);
  submit({ type: "remove_shapes", ids: ["far"] });
  expect(scene.bounds().maxX).toBeLessThan(100);
  board.reset([], []);
  expect(isEmpty(scene.bounds())).toBe(true);
  expect(isEmpty(scene.boundsOf(["a"]))).toBe(true);
});

test("damaged ink harms nobody", () => {
  const damaged = { ...line("bad", 10, 10), body: { kind: "stroke", width: 4, points: new Uint8Array([9, 9]) } as const };
  const { scene } = sceneOf(damaged, line("good", 0, 0));
  expect(ids(scene)).toContain("good");
  expect(topmostAt(scene, { x: 10, y: 10 }, 1)).toBeNull();
});

test("a stroke is hit on its ink, not in its box; a label anywhere in it", () => {
  const { scene } = sceneOf(stroke("v", [{ x: 0, y: 0 }, { x: 100, y: 200 }, { x: 200, y: 0 }]), label("words", 400, 0, "hello"));
  expect(topmostAt(scene, { x: 100, y: 20 }, 5)).toBeNull();
  expect(topmostAt(scene, { x: 50, y: 104 }, 5)?.shape.id).toBe("v");
  expect(topmostAt(scene, { x: 420, y: 20 }, 0)?.shape.id).toBe("words");
});

test("a dot can be hit, and of two the upper one is", () => {
  const { scene } = sceneOf(stroke("dot", [{ x: 50, y: 50 }]), line("over", 40, 50, 20, 2));
  expect(topmostAt(scene, { x: 50, y: 51 }, 2)?.shape.id).toBe("over");
  const { scene: alone } = sceneOf(stroke("dot", [{ x: 50, y: 50 }]));
  expect(topmostAt(alone, { x: 51, y: 50 }, 2)?.shape.id).toBe("dot");
});

test("the eraser's way is the whole way between two samples", () => {
  const { scene } = sceneOf(stroke("post", [{ x: 500, y: -50 }, { x: 500, y: 50 }]), stroke("aside", [{ x: 500, y: 200 }, { x: 500, y: 300 }]));
  expect(crossedBy(scene, { x: 0, y: 0 }, { x: 1_000, y: 0 }, 5)).toEqual(["post"]);
  expect(crossedBy(scene, { x: 0, y: 0 }, { x: 400, y: 0 }, 5)).toEqual([]);
});

test("a box selects what has ink in it", () => {
  const { scene } = sceneOf(stroke("v", [{ x: 0, y: 0 }, { x: 100, y: 200 }, { x: 200, y: 0 }]), line("in", 80, 20, 20));
  expect(insideBox(scene, { minX: 70, minY: 0, maxX: 130, maxY: 60 })).toEqual(["in"]);
  expect(insideBox(scene, { minX: 40, minY: 90, maxX: 60, maxY: 110 })).toEqual(["v"]);
});
