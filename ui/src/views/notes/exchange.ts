/** The notes as files, in and out, and on paper. */
import { preview } from "./preview";
import { noteWords } from "./words";

/** Files that can be brought into the notes. */
const READABLE = /\.(md|markdown|txt|text)$/i;

export type ExportKind = "md" | "html" | "txt";

const TYPES: Record<ExportKind, string> = { md: "text/markdown", html: "text/html", txt: "text/plain" };

const STYLE = `body { max-width: 46em; margin: 2em auto; padding: 0 1em; font: 16px/1.6 system-ui, sans-serif; color: #22252a; }
pre { overflow: auto; padding: 0.8em 1em; border-radius: 8px; background: #f3f1ec; }
blockquote { margin-inline: 0; padding-inline-start: 1em; border-inline-start: 3px solid #dfdcd3; color: #5c6068; }
table { border-collapse: collapse; } th, td { padding: 4px 10px; border: 1px solid #dfdcd3; text-align: start; }
label.task { display: inline-flex; gap: 0.5em; }
li.task { list-style: none; margin-inline-start: -1.4em; }
label.task input { accent-color: #0b7168; }
pre, tr, img { break-inside: avoid; } h1, h2, h3 { break-after: avoid; }`;

/** The words of a dropped or chosen file with `\n` between its lines; null for another kind of file. */
export async function wordsOf(file: File): Promise<string | null> {
  if (!READABLE.test(file.name) && !file.type.startsWith("text/")) return null;
  return (await file.text()).replace(/\r\n?/g, "\n");
}

export function save(kind: ExportKind, title: string, text: string): void {
  const content = kind === "html" ? new XMLSerializer().serializeToString(pageOf(title, text)) : text;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: `${TYPES[kind]};charset=utf-8` }));
  link.download = `${title.replace(/[\\/:*?"<>|]+/g, " ").trim() || noteWords.file}.${kind}`;
  link.click();
  // The download has begun by the next turn of the page.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function print(title: string, text: string): void {
  const frame = document.createElement("iframe");
  frame.style.display = "none";
  document.body.appendChild(frame);
  const page = frame.contentDocument;
  const window = frame.contentWindow;
  if (page === null || window === null) return frame.remove();
  fill(page, title, text);
  window.addEventListener("afterprint", () => frame.remove());
  window.print();
}

function pageOf(title: string, text: string): Document {
  const page = document.implementation.createHTMLDocument(title);
  fill(page, title, text);
  return page;
}

function fill(page: Document, title: string, text: string): void {
  page.title = title;
  const charset = page.createElement("meta");
  charset.setAttribute("charset", "utf-8");
  const style = page.createElement("style");
  style.textContent = STYLE;
  page.head.append(charset, style);
  page.body.append(page.importNode(preview(text), true));
  // Its box is its mark. A class, since a ">" among the styles does not outlive being written down.
  for (const label of page.querySelectorAll("li > label.task")) label.parentElement?.classList.add("task");
}
