/** The entry of the page that a hub serves to browsers. */
import { connect } from "./sync/connect";
import { browserHost } from "./platform/browser";
import { open } from "./views/open";

open(browserHost(), connect);
