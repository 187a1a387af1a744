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
