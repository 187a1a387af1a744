/** The entry of the page that a hub serves to browsers. */
import { mount } from "svelte";
import { browserHost } from "./platform/browser";
import App from "./views/App.svelte";

const target = document.getElementById("app");
if (target !== null) mount(App, { target, props: { host: browserHost() } });
