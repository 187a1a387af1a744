/** The entry of the page inside the desktop app's window. */
import { connect } from "./sync/connect";
import { desktopHost } from "./platform/desktop";
import { open } from "./views/open";

open(desktopHost(), connect);
