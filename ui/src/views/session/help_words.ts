/** The words of the help sheet. */
import { said } from "../../lib/language";

export const helpWords = said("help", {
  title: "Help and shortcuts",
  intro: "Draw with pen, finger or mouse. A second finger moves and zooms the view.",
  toolsHeading: "Tools",
  boardHeading: "Board",
  chatHeading: "Chat and notes",
  undo: "Undo what you did",
  redo: "Do it again",
  wheel: "Move the view",
  zoom: "Zoom",
  space: "Move the view with any tool",
  fit: "Show everything",
  home: "Zoom to 100 %",
  remove: "Remove what is selected",
  all: "Select everything",
  escape: "Let go, close",
  send: "Send the message",
  line: "New line",
  nextThing: "Select the next thing",
  writeInto: "Write into what is selected",
  help: "This sheet",
  wheelKeys: "Wheel, or two fingers",
  zoomKeys: "Ctrl + wheel, or pinch",
  spaceKeys: "Space + drag",
});
