import { describe, expect, test } from "vitest";
import { Link, PROBE_TIMEOUT_MS } from "./link";

function joined(now: number): Link {
  const link = new Link(() => 0.5);
  link.open(now);
  link.opened();
  link.welcomed(now);
  link.settled();
  return link;
}

describe("trying again", () => {
  test("waits longer each time, up to ten seconds, and shortly again once it got through", () => {
    const link = new Link(() => 0.5);
    const delays: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      link.open(0);
      link.lost(0);
      delays.push(Math.round(link.retryAt ?? 0));
    }
    expect(delays).toEqual([300, 510, 867, 1474, 2506, 4260, 7241, 10_000, 10_000, 10_000]);
    link.settled();
    link.lost(0);
    expect(link.retryAt).toBe(300);
  });

  test("is spread, so that a room does not come back in one instant", () => {
    const delays = [0, 1].map((chance) => {
      const link = new Link(() => chance);
      link.lost(0);
      return Math.round(link.retryAt ?? 0);
    });
    expect(delays).toEqual([210, 390]);
  });

  test("happens at once when the network is back or the page is seen", () => {
    const link = new Link(() => 0.5);
    link.lost(0);
    expect(link.nudged(10)).toBe("open");
  });

  test("is given up for nothing while halted", () => {
    const link = joined(0);
    link.halt();
    expect([link.wakeAt, link.woke(1e9), link.nudged(1e9)]).toEqual([null, null, null]);
  });
});

describe("a silent connection", () => {
  test("is asked every ten seconds and given up after twenty-five", () => {
    const link = joined(0);
    expect([link.woke(9_999), link.woke(10_000), link.woke(20_000), link.woke(24_999), link.woke(25_000)]).toEqual([null, "ping", "ping", null, "break"]);
  });

  test("that answers is kept", () => {
    const link = joined(0);
    for (let now = 10_000; now < 200_000; now += 10_000) {
      expect(link.woke(now)).toBe("ping");
      link.heard(now + 50);
    }
  });

  test("after the machine slept is asked first, and given up if it does not answer soon", () => {
    const link = joined(0);
    expect(link.woke(3_600_000)).toBe("ping");
    expect(link.woke(3_600_000 + PROBE_TIMEOUT_MS - 1)).toBeNull();
    expect(link.woke(3_600_000 + PROBE_TIMEOUT_MS)).toBe("break");
  });

  test("is asked when the page is seen again", () => {
    const link = joined(0);
    expect(link.nudged(2_000)).toBe("ping");
    expect(link.nudged(2_001)).toBeNull();
    link.heard(2_100);
    expect(link.woke(2_000 + PROBE_TIMEOUT_MS)).toBeNull();
  });

  test("that never says welcome is given up", () => {
    const link = new Link(() => 0.5);
    const socket = link.open(0);
    expect([link.woke(9_999), link.woke(10_000)]).toEqual([null, "break"]);
    link.lost(10_000);
    expect(link.isCurrent(socket)).toBe(false);
  });
});
