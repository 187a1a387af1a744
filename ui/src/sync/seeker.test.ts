import { expect, test, vi } from "vitest";
import { Seeker } from "./seeker";

const HOME = "http://192.168.1.5:7420";
const NAME = "http://lanvas-k3f9-x2ab.local:7420";

test("where it was comes first, then what it told of itself, its name, and the usual ports", () => {
  const places = new Seeker("k3f9_x2ab", HOME).places(["http://10.0.0.5:7420", HOME]);
  expect(places.slice(0, 4)).toEqual([HOME, "http://10.0.0.5:7420", NAME, "http://192.168.1.5:7421"]);
  for (let port = 7420; port <= 7430; port += 1) expect(places).toContain(`http://192.168.1.5:${port}`);
  expect(new Set(places).size).toBe(places.length);
});

test("what the network says comes before, and what is no place is left out", () => {
  const heard = ["http://192.168.1.9:7421", "javascript:alert(1)", "http://a@evil.test", "http://192.168.1.9:7421/s/x"];
  const seeker = new Seeker("k3f9_x2ab", HOME, () => heard);
  expect(seeker.places([]).slice(0, 3)).toEqual([HOME, "http://192.168.1.9:7421", NAME]);
  seeker.reached("http://192.168.1.9:7421");
  expect(seeker.places([])[0]).toBe("http://192.168.1.9:7421");
});

test("an IPv6 address keeps its brackets", () => {
  expect(new Seeker("abc", "http://[fd00::5]:7421").places([])).toContain("http://[fd00::5]:7420");
});

/** A network in which these places answer so. */
function network(answers: Record<string, unknown>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string, { signal }: { signal: AbortSignal }) => {
    const { origin } = new URL(url);
    asked.push(url);
    if (!(origin in answers)) return Promise.reject(new TypeError("Failed to fetch"));
    if (answers[origin] === "silence") return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("late"))));
    return Promise.resolve(new Response(JSON.stringify(answers[origin])));
  });
  return asked;
}

const never = new AbortController().signal;

test("the hub that has the session is found, another hub and other programs are not it", async () => {
  const asked = network({ [HOME]: "silence", "http://192.168.1.5:7421": [{ id: "another" }], "http://192.168.1.5:7422": { hello: 1 }, "http://10.0.0.5:7420": [{ id: "k3f9_x2ab" }] });
  expect(await new Seeker("k3f9_x2ab", HOME).seek(["http://10.0.0.5:7420"], never)).toBe("http://10.0.0.5:7420");
  expect(asked.every((url) => url.endsWith("/api/sessions"))).toBe(true);
});

test("where nobody has it, that is said; and whoever stays silent is not waited for for ever", async () => {
  network({});
  expect(await new Seeker("k3f9_x2ab", HOME).seek([], never)).toBeNull();
  vi.useFakeTimers();
  network({ [HOME]: "silence" });
  const found = new Seeker("k3f9_x2ab", HOME).seek([], never);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await found).toBeNull();
  vi.useRealTimers();
});
