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
  "&.lanvas-shut": { backgroundColor: "var(--ground)" },
  "&.lanvas-shut .cm-content": { cursor: "default" },
  "&.lanvas-shut:has(.cm-content:focus-visible)": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-content:focus-visible": { outline: "none" },
  ".cm-specialChar": { color: "var(--warn)" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-dropCursor": { borderLeft: "2px solid var(--accent)" },
  ".cm-content ::selection, .cm-content::selection": { backgroundColor: "color-mix(in srgb, var(--accent) 26%, transparent)" },
  ".lanvas-author": { backgroundColor: "color-mix(in srgb, var(--person) 20%, transparent)", boxShadow: "inset 0 -2px var(--person)" },
  ".lanvas-author-label": { padding: "4px 8px", font: "500 12px/1.4 var(--font)" },
  ".lanvas-task": { width: "18px", height: "18px", margin: "0 4px 0 0", verticalAlign: "-3px", accentColor: "var(--accent)" },
  ".cm-tooltip": { border: "1px solid var(--line)", borderRadius: "8px", backgroundColor: "var(--card)", color: "var(--text)" },
  ".cm-panels": { backgroundColor: "var(--card)", color: "var(--text)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  // Three rows on a phone too: what to find, how, what to put there.
  ".cm-panel.cm-search": { display: "flex", flexWrap: "wrap", gap: "6px", padding: "8px 12px", font: "var(--text-s) var(--font)" },
  ".cm-panel.cm-search::before, .cm-panel.cm-search::after": { content: "''", flexBasis: "100%", height: "0", margin: "-3px 0" },
  ".cm-panel.cm-search::before": { order: "2" },
  ".cm-panel.cm-search::after": { order: "4" },
  ".cm-panel.cm-search label": { order: "3", display: "inline-flex", alignItems: "center", gap: "6px", minHeight: "44px", paddingInlineEnd: "10px" },
  ".cm-panel.cm-search label input": { width: "18px", height: "18px", accentColor: "var(--accent)" },
  ".cm-panel.cm-search :is([name=search], [name=next], [name=prev])": { order: "1" },
  ".cm-panel.cm-search :is([name=replace], [name=replaceAll])": { order: "5" },
  // There is one selection at a time.
  ".cm-panel.cm-search :is(br, [name=select])": { display: "none" },
  ".cm-panel.cm-search :is(input, button, label)": { margin: "0", font: "inherit", fontSize: "var(--text-s)" },
  ".cm-panel.cm-search .cm-textfield": { flex: "1 1 100px", minWidth: "0", minHeight: "44px", padding: "0 10px", border: "1px solid var(--line)", borderRadius: "8px", backgroundColor: "transparent", color: "inherit", boxSizing: "border-box" },
  ".cm-panel.cm-search .cm-button": { minHeight: "44px", padding: "0 12px", border: "1px solid var(--line)", borderRadius: "8px", background: "transparent", color: "inherit" },
  ".cm-panel.cm-search .cm-button:hover": { background: "var(--hover)" },
  ".cm-panel.cm-search .cm-button[name=prev]": { marginInlineEnd: "40px" },
  ".cm-panel.cm-search button[name=close]": { width: "44px", height: "44px", top: "8px", right: "4px", fontSize: "22px", color: "inherit" },
  ".cm-searchMatch": { backgroundColor: "color-mix(in srgb, var(--spark) 35%, transparent)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--spark) 70%, transparent)" },
  ".lanvas-selected": { backgroundColor: "color-mix(in srgb, var(--person) 28%, transparent)" },
  ".lanvas-caret": {
    position: "relative",
    // However high it is, its line stays as it was.
    lineHeight: "0",
    borderLeft: "2px solid var(--person)",
    marginLeft: "-1px",
    marginRight: "-1px",
    pointerEvents: "auto",
  },
  ".lanvas-caret-name": {
    position: "absolute",
    // Between two lines: it lies on the descenders above at most.
    bottom: "calc(100% - 4px)",
    left: "-2px",
    zIndex: "2",
    padding: "0 5px",
    borderRadius: "5px 5px 5px 0",
    backgroundColor: "var(--person)",
    color: "var(--on-person)",
    font: "600 10.5px/13px var(--font)",
    whiteSpace: "nowrap",
    pointerEvents: "none",
    userSelect: "none",
    opacity: "0",
    animation: "lanvas-name 2.4s ease-out",
  },
  // Behind the last word of a line it covers nothing.
  ".lanvas-caret.ends:not(.turned) .lanvas-caret-name": { bottom: "auto", top: "calc(50% - 6.5px)", left: "4px", borderRadius: "5px" },
  ".lanvas-caret.turned .lanvas-caret-name": { left: "auto", right: "-2px", borderRadius: "5px 5px 0 5px" },
  // On the first line that is seen there is no room above.
  ".lanvas-caret.first:not(.ends) .lanvas-caret-name, .lanvas-caret.first.turned .lanvas-caret-name": { bottom: "auto", top: "calc(100% - 4px)", borderRadius: "0 5px 5px 5px" },
  ".lanvas-caret:hover .lanvas-caret-name": { animation: "none", opacity: "1" },
  // What the name lies on shows through, and soon nothing of it is left but the caret.
  "@keyframes lanvas-name": { "0%, 60%": { opacity: "0.92" }, "100%": { opacity: "0" } },
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
