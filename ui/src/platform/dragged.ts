/**
 * Files that are dragged over the window where its webview tells the page nothing of them: the shell tells, and
 * here the page is made to see what it would see elsewhere, so that whatever takes files takes these too.
 */

/** What the shell tells; places are in CSS pixels of the page. */
export type Dragged =
  | { readonly kind: "over"; readonly x: number; readonly y: number }
  | { readonly kind: "away" }
  | { readonly kind: "dropped"; readonly x: number; readonly y: number; readonly drop: number; readonly names: readonly string[] };

/** What browsers call files with these ends. */
const TYPES: Readonly<Record<string, string>> = {
  png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", avif: "image/avif", bmp: "image/bmp", svg: "image/svg+xml",
  pdf: "application/pdf", json: "application/json", txt: "text/plain", md: "text/markdown", html: "text/html",
};

/** `read` gives what is in a file; one that cannot be read is empty, of which whoever takes it says what is wrong. */
export async function showDragged(told: Dragged, read: (drop: number, index: number) => Promise<ArrayBuffer>): Promise<void> {
  switch (told.kind) {
    case "over":
      happens("dragover", told, [new File([], "")]);
      return;
    case "away":
      leaves();
      return;
    case "dropped": {
      if (told.names.length === 0) return leaves();
      const files: File[] = [];
      for (const [index, name] of told.names.entries()) {
        const bytes = await read(told.drop, index).catch(() => new ArrayBuffer(0));
        files.push(new File([bytes], name, { type: TYPES[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "" }));
      }
      happens("drop", told, files);
    }
  }
}

const leaves = (): void => void document.documentElement.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));

function happens(type: "dragover" | "drop", { x, y }: { readonly x: number; readonly y: number }, files: readonly File[]): void {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  const at = document.elementFromPoint(x, y) ?? document.documentElement;
  at.dispatchEvent(new DragEvent(type, { dataTransfer, clientX: x, clientY: y, bubbles: true, cancelable: true }));
}
