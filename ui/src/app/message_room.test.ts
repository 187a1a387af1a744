import { expect, test } from "vitest";
import { MESSAGE_BYTES_MAX, MESSAGE_LENGTH_MAX } from "../protocol/generated/limits";
import { messageRoom } from "./message_room";

test("letters and emoji count as one each, up to the limit", () => {
  expect(messageRoom("")).toBe(MESSAGE_LENGTH_MAX);
  expect(messageRoom("é🙂")).toBe(MESSAGE_LENGTH_MAX - 2);
  expect(messageRoom("x".repeat(MESSAGE_LENGTH_MAX))).toBe(0);
  expect(messageRoom("x".repeat(MESSAGE_LENGTH_MAX + 3))).toBe(-3);
});

test("what takes many bytes ends earlier", () => {
  expect(messageRoom("🙂".repeat(MESSAGE_BYTES_MAX / 4))).toBeLessThanOrEqual(0);
});
