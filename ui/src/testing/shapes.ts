/** Small shapes and operations for stories. */
import type { Operation, Shape } from "../protocol/generated/messages";

export function stroke(id: string, values: Partial<Omit<Shape, "id" | "body">> & { width?: number } = {}): Shape {
  const { width = 2, ...rest } = values;
  return { id, author: 1, x: 0, y: 0, z: 0, color: "#1e1e1e", ...rest, body: { kind: "stroke", width, points: Uint8Array.of(4, 1, 0, 0) } };
}

export function label(id: string, text: string): Shape {
  return { id, author: 1, x: 0, y: 0, z: 0, color: "#1e1e1e", body: { kind: "text", text, size: 20 } };
}

export function add(...shapes: Shape[]): Extract<Operation, { type: "add_shapes" }> {
  return { type: "add_shapes", shapes };
}

export function update(id: string, change: object): Extract<Operation, { type: "update_shapes" }> {
  return { type: "update_shapes", changes: [{ id, ...change }] };
}

export function remove(...ids: string[]): Extract<Operation, { type: "remove_shapes" }> {
  return { type: "remove_shapes", ids };
}

/** Of `id`, `piece` is left. */
export function cut(id: string, piece: string): Extract<Operation, { type: "remove_shapes" }> {
  return { type: "remove_shapes", ids: [id], left: [{ of: id, id: piece, points: Uint8Array.of(4, 1, 6, 6) }] };
}
