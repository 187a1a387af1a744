/**
 * Markdown as nodes: headings, lists, tasks, tables, code, links.
 *
 * Promises: makes DOM nodes and no HTML; a link leads to http, https or mailto and
 * nowhere else; nothing is loaded from anywhere, so a picture is a link to it.
 * HTML in the text shows as the text it is.
 */
import type { SyntaxNode } from "@lezer/common";
import { readingParser } from "./language";
import { PLACE, safe } from "./targets";

/** Called when somebody ticks the task whose mark stands at `from` in the text. */
export type Tick = (from: number, to: number, done: boolean) => void;

const ELEMENTS: Partial<Record<string, string>> = {
  Paragraph: "p", Blockquote: "blockquote", BulletList: "ul", OrderedList: "ol", ListItem: "li", Emphasis: "em", StrongEmphasis: "strong",
  Strikethrough: "del", Superscript: "sup", Subscript: "sub", Table: "table", TableHeader: "tr", TableRow: "tr", InlineCode: "code",
  SetextHeading1: "h1", SetextHeading2: "h2",
};
/** Marks that say how the rest is to look, and are not part of it. */
const MARKS = new Set(["HeaderMark", "QuoteMark", "ListMark", "EmphasisMark", "CodeMark", "LinkMark", "StrikethroughMark", "SuperscriptMark", "SubscriptMark", "TableDelimiter", "CodeInfo", "LinkReference"]);

/** Called when somebody presses a link to a place of this session. */
export type Go = (target: string) => void;

export function preview(text: string, tick?: Tick, go?: Go): DocumentFragment {
  const page = document.createDocumentFragment();
  new Painter(text, tick, go).children(readingParser.parse(text).topNode, page, false);
  return page;
}

/** What would make words read otherwise than they stand there; the editor shows it as a dot. */
const ODD = /[^\P{Cc}\n\t]|[\u200b\u202a-\u202e\u2066-\u2069]/gu;

class Painter {
  readonly #text: string;
  readonly #tick: Tick | undefined;
  readonly #go: Go | undefined;

  constructor(text: string, tick: Tick | undefined, go: Go | undefined) {
    this.#text = text;
    this.#tick = tick;
    this.#go = go;
  }

  /** `inline`: what stands between the nodes is words. */
  children(node: SyntaxNode, into: Node, inline: boolean): void {
    let at = node.from;
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      if (inline) this.#words(into, at, child.from);
      this.#node(child, into);
      // Where it stands in the text, so that both can be scrolled alike.
      if (node.parent === null && into.lastChild instanceof HTMLElement) into.lastChild.dataset["at"] ??= String(child.from);
      at = child.to;
    }
    if (inline) this.#words(into, at, node.to);
  }

  #words(into: Node, from: number, to: number): void {
    if (to > from) into.appendChild(document.createTextNode(this.#said(from, to)));
  }

  #said(from: number, to: number): string {
    return this.#text.slice(from, to).replace(ODD, "");
  }

  #node(node: SyntaxNode, into: Node): void {
    const { name } = node;
    if (MARKS.has(name)) return;
    if (name.startsWith("ATXHeading")) return this.#wrap(node, into, `h${name.slice(-1)}`);
    switch (name) {
      case "FencedCode":
      case "CodeBlock":
        return this.#code(node, into);
      case "HorizontalRule":
        return void into.appendChild(document.createElement("hr"));
      case "HardBreak":
        return void into.appendChild(document.createElement("br"));
      case "Escape":
        return this.#words(into, node.from + 1, node.to);
      case "Task":
        return this.#task(node, into);
      case "TableCell":
        return this.#wrap(node, into, node.parent?.name === "TableHeader" ? "th" : "td");
      case "Link":
      case "Image":
      case "Autolink":
      case "URL":
        return this.#link(node, into);
    }
    const element = ELEMENTS[name];
    if (element === undefined) return this.#words(into, node.from, node.to);
    this.#wrap(node, into, element);
  }

  #wrap(node: SyntaxNode, into: Node, tag: string): void {
    const element = document.createElement(tag);
    const holdsBlocks = ["ul", "ol", "li", "blockquote", "table", "tr"].includes(tag);
    if (!holdsBlocks) element.dir = "auto";
    this.children(node, element, !holdsBlocks);
    trim(element);
    into.appendChild(element);
  }

  #code(node: SyntaxNode, into: Node): void {
    const block = document.createElement("pre");
    const code = document.createElement("code");
    const pieces = node.getChildren("CodeText").map(({ from, to }) => this.#said(from, to));
    code.textContent = pieces.join("");
    block.appendChild(code);
    into.appendChild(block);
  }

  #task(node: SyntaxNode, into: Node): void {
    const marker = node.getChild("TaskMarker");
    const label = document.createElement("label");
    label.className = "task";
    const box = document.createElement("input");
    box.type = "checkbox";
    const { from, to } = marker ?? node;
    // Said as an attribute, which is what a saved page has of it.
    box.defaultChecked = /x/i.test(this.#text.slice(from, to));
    box.disabled = this.#tick === undefined;
    box.addEventListener("change", () => this.#tick?.(from, to, box.checked));
    const words = document.createElement("span");
    words.dir = "auto";
    let at = marker?.to ?? node.from;
    for (let child = marker?.nextSibling ?? null; child !== null; child = child.nextSibling) {
      this.#words(words, at, child.from);
      this.#node(child, words);
      at = child.to;
    }
    this.#words(words, at, node.to);
    label.append(box, words);
    into.appendChild(label);
  }

  #link(node: SyntaxNode, into: Node): void {
    const address = node.name === "URL" ? node : node.getChild("URL");
    const words = address === null ? "" : this.#text.slice(address.from, address.to);
    if (node.name === "Link" && this.#go !== undefined && PLACE.test(words)) return this.#place(node, words, into);
    const target = address === null ? null : safe(words);
    if (target === null) return node.name === "Link" && address !== null ? this.#label(node, into) : this.#words(into, node.from, node.to);
    const link = document.createElement("a");
    link.href = target;
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
    if (node.name === "URL") this.#words(link, node.from, node.to);
    else this.#label(node, link);
    if (link.textContent.trim() === "") link.textContent = target;
    into.appendChild(link);
  }

  #place(node: SyntaxNode, target: string, into: Node): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "place";
    this.#label(node, button);
    button.addEventListener("click", () => this.#go?.(target));
    into.appendChild(button);
  }

  /** What stands between the first brackets. */
  #label(node: SyntaxNode, into: Node): void {
    const [open, close] = node.getChildren("LinkMark");
    if (node.name === "Autolink" || open === undefined || close === undefined) return this.#words(into, node.from + 1, node.to - 1);
    let at = open.to;
    for (let child = open.nextSibling; child !== null && child.from < close.from; child = child.nextSibling) {
      this.#words(into, at, child.from);
      this.#node(child, into);
      at = child.to;
    }
    this.#words(into, at, close.from);
  }
}

/** Spaces that stood between a mark and its words. */
function trim(element: HTMLElement): void {
  const { firstChild: first, lastChild: last } = element;
  if (first?.nodeType === Node.TEXT_NODE) first.textContent = (first.textContent ?? "").trimStart();
  if (last?.nodeType === Node.TEXT_NODE) last.textContent = (last.textContent ?? "").trimEnd();
}
