/** The entry of the page that a hub serves to browsers. */
import { connect } from "./sync/connect";
import { speakAsChosen } from "./languages/languages";
import { browserHost } from "./platform/browser";
import { open } from "./views/open";

const host = browserHost();
void speakAsChosen().then(() => open(host, connect));
