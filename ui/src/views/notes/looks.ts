/** How the notes look: the page's own tokens, Markdown with weight rather than colour. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const theme = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--text)", fontSize: "16px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font)", lineHeight: "1.6", overflow: "auto", overscrollBehavior: "contain" },
  ".cm-content": { padding: "16px 0 40px", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 16px" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-cursor, .cm-dropCursor": { borderLeft: "2px solid var(--accent)" },
  "& .cm-selectionLayer .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 26%, transparent)",
  },
  ".lanvas-selected": { backgroundColor: "color-mix(in srgb, var(--person) 28%, transparent)" },
  ".lanvas-caret": {
    position: "relative",
    borderLeft: "2px solid var(--person)",
    marginLeft: "-1px",
    marginRight: "-1px",
    pointerEvents: "auto",
  },
  ".lanvas-caret-name": {
    position: "absolute",
    bottom: "100%",
    left: "-2px",
    zIndex: "2",
    padding: "0 6px",
    borderRadius: "6px 6px 6px 0",
    backgroundColor: "var(--person)",
    color: "var(--on-person)",
    font: "600 11px/16px var(--font)",
    whiteSpace: "nowrap",
    pointerEvents: "none",
    userSelect: "none",
    animation: "lanvas-name 4s ease-out both",
  },
  // On the first line there is no room above.
  ".cm-line:first-child .lanvas-caret-name": { bottom: "auto", top: "100%", borderRadius: "0 6px 6px 6px" },
  ".lanvas-caret:hover .lanvas-caret-name": { animation: "none", opacity: "1" },
  "@keyframes lanvas-name": { "0%, 75%": { opacity: "1" }, "100%": { opacity: "0" } },
});

const marks = HighlightStyle.define([
  { tag: tags.heading1, fontSize: "1.5em", fontWeight: "700", lineHeight: "1.35" },
  { tag: tags.heading2, fontSize: "1.25em", fontWeight: "700", lineHeight: "1.4" },
  { tag: [tags.heading3, tags.heading4, tags.heading5, tags.heading6], fontWeight: "700" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: tags.monospace, fontFamily: "var(--mono)", fontSize: "0.9em" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
  { tag: tags.quote, color: "var(--muted)" },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.labelName], color: "var(--muted)", fontWeight: "400" },
]);

export const looks: Extension = [theme, syntaxHighlighting(marks)];
