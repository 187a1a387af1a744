import { expect, test } from "vitest";
import { Cell } from "./cell";

test("a watcher hears each change once, until it leaves", () => {
  const tool = new Cell("pen");
  const heard: string[] = [];
  const leave = tool.subscribe(() => heard.push(tool.now));
  tool.set("pen");
  tool.set("hand");
  leave();
  tool.set("text");
  expect(heard).toEqual(["hand"]);
  expect(tool.now).toBe("text");
});
