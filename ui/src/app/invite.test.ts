import { expect, test } from "vitest";
import type { HostedSession } from "../platform/host";
import { inviteLinks } from "./invite";

const at = (base: string) => ({ session: "abc", base });

test("a guest passes on the address they came by", () => {
  expect(inviteLinks({ ...at("http://192.168.1.5:7420"), hostToken: "secret" }, null, "http://192.168.1.5:7420")).toEqual(["http://192.168.1.5:7420/s/abc"]);
});

test.each(["http://localhost:7420", "http://127.0.0.1:7420", "http://[::1]:7420", "http://desk.local:7420"])(
  "%s is no address for others",
  (base) => {
    expect(inviteLinks(at(base), null, base)).toEqual([]);
  },
);

test("a host hands out what its hub listens on, best first", () => {
  const hosted: HostedSession = {
    address: at("http://127.0.0.1:7420"),
    title: "",
    port: 7420,
    urls: ["http://192.168.1.5:7420/s/abc", "http://10.0.0.7:7420/s/abc"],
  };
  expect(inviteLinks(hosted.address, hosted, hosted.address.base)).toEqual(hosted.urls);
});
