/** The entry of the page inside the desktop app's window. */
import { connect } from "./sync/connect";
import { speakAsChosen } from "./languages/languages";
import { desktopHost } from "./platform/desktop";
import { open } from "./views/open";

const host = desktopHost();
void speakAsChosen().then(() => open(host, connect));
