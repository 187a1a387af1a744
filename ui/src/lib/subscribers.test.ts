import { expect, test, vi } from "vitest";
import { Subscribers } from "./subscribers";

test("everyone hears, and one that throws does not silence the rest", () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const subscribers = new Subscribers<number>();
  const heard: number[] = [];
  subscribers.subscribe(() => {
    throw new Error("broken view");
  });
  const leave = subscribers.subscribe((value) => heard.push(value));
  subscribers.emit(1);
  leave();
  leave();
  subscribers.emit(2);
  expect(heard).toEqual([1]);
  expect(reported).toHaveBeenCalledTimes(2);
  vi.unstubAllGlobals();
});

test("who leaves while it is told does not hear it any more", () => {
  const subscribers = new Subscribers<null>();
  const heard: string[] = [];
  const leave: (() => void)[] = [];
  subscribers.subscribe(() => leave.forEach((end) => end()));
  leave.push(subscribers.subscribe(() => heard.push("second")));
  subscribers.emit(null);
  expect(heard).toEqual([]);
});
