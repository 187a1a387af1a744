/** The entry of the page inside the desktop app's window. */
import { mount } from "svelte";
import { desktopHost } from "./platform/desktop";
import App from "./views/App.svelte";

const target = document.getElementById("app");
if (target !== null) mount(App, { target, props: { host: desktopHost() } });
