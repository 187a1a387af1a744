/**
 * Putting text on the clipboard, also on plain http, where browsers keep the
 * clipboard's own interface to themselves.
 */

/** Whether it worked; a person can still select and copy by hand. */
export async function copyText(text: string): Promise<boolean> {
  // Typed as always there; on plain http it is not.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined) {
    try {
      await clipboard.writeText(text);
      return true;
    } catch {
      // Refused: the old way may still be allowed.
    }
  }
  return copyBySelection(text);
}

/** Whether a page like this one may put a picture on the clipboard: not by plain http. */
export function canCopyPictures(): boolean {
  return typeof ClipboardItem === "function" && (navigator.clipboard as Clipboard | undefined)?.write !== undefined;
}

/** Whether it worked. */
export async function copyPicture(picture: Blob): Promise<boolean> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ [picture.type]: picture })]);
    return true;
  } catch {
    return false;
  }
}

/** Text by its types ("text/html", "text/plain"), by a copy event: that is allowed everywhere, shortly after a press. */
export function copyTexts(texts: Readonly<Record<string, string>>): boolean {
  let taken = false;
  const fill = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const [type, text] of Object.entries(texts)) event.clipboardData?.setData(type, text);
    taken = event.clipboardData !== null;
  };
  window.addEventListener("copy", fill, { capture: true });
  // Something has to be selected for the event to come.
  const copied = copyBySelection(" ");
  window.removeEventListener("copy", fill, { capture: true });
  return copied && taken;
}

function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  const focused = document.activeElement;
  // Beside what has the focus: what closes when the focus goes elsewhere stays open.
  const place = focused?.parentElement ?? document.body;
  field.value = text;
  field.readOnly = true;
  // On screen but not seen: a field that is not painted cannot be selected everywhere.
  field.style.cssText = "position:fixed;top:0;left:0;width:1px;height:1px;opacity:0;font-size:16px";
  place.append(field);
  field.select();
  field.setSelectionRange(0, text.length);
  let copied: boolean;
  try {
    copied = document.execCommand("copy");
  } catch {
    copied = false;
  }
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

/** What is on the clipboard; null where a page may not read it by itself. */
export async function readTexts(): Promise<{ readonly html: string; readonly text: string } | null> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard?.read === undefined) return null;
  try {
    const [item] = await clipboard.read();
    const textOf = async (type: string): Promise<string> => (item?.types.includes(type) === true ? (await item.getType(type)).text() : "");
    return { html: await textOf("text/html"), text: await textOf("text/plain") };
  } catch {
    return null;
  }
}
