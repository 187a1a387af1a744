/** Two pages that have seen the same show the same. */
import { strict as assert } from "node:assert";

export async function equal(one, other) {
  const [a, b] = [await one.debug(), await other.debug()];
  assert.equal(a.boardHash, b.boardHash, "boards are equal");
  assert.equal(a.notesHash, b.notesHash, "notes are equal");
  assert.equal(a.messages, b.messages, "chats are equal");
}
