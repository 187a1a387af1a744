/** Shapes as a gesture under way would leave them, and those that follow them. */
import type { Shape, ShapeId } from "../protocol/generated/messages";
import type { Preview } from "./picture";
import type { Placed, Scene } from "./scene";

/** All that is not where the board has it, but for what is simply moved along. */
export function drafted(scene: Scene, { move, draft }: Pick<Preview, "move" | "draft">): Placed[] {
  if (!draft && !scene.hasFollowers) return [];
  const changed = new Map<ShapeId, Shape>();
  for (const shape of draft ?? []) changed.set(shape.id, shape);
  const moved = new Set(move?.ids);
  const find = (id: ShapeId): Shape | undefined => {
    const drawn = scene.get(id)?.drawn;
    return changed.get(id) ?? (move && drawn && moved.has(id) ? { ...drawn, x: drawn.x + move.dx, y: drawn.y + move.dy } : undefined);
  };
  const following = new Set<ShapeId>();
  for (const id of [...changed.keys(), ...moved]) {
    for (const follower of scene.followers(id)) if (!changed.has(follower) && !moved.has(follower)) following.add(follower);
  }
  const followers = [...following].flatMap((id) => scene.get(id)?.shape ?? []);
  return [...changed.values(), ...followers].map((shape) => scene.place(shape, find));
}
