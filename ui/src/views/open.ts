/** Puts the app on the page: the last step of both entries. */
import { mount } from "svelte";
import { exposeDebug } from "../app/debug";
import { Door, type Connect } from "../app/door";
import type { HostPort } from "../platform/host";
import App from "./App.svelte";

export function open(host: HostPort, connect: Connect): void {
  const target = document.getElementById("app");
  if (target === null) return;
  const door = new Door(host, connect);
  exposeDebug(door);
  mount(App, { target, props: { door } });
  void door.begin();
}
