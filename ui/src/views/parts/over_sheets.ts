/**
 * Keeps something in reach while a sheet is open: a modal dialog lies over the
 * whole page and takes every press, but what is inside of it.
 *
 * Promises: the node is back where it was as soon as no sheet is open.
 */
export function overSheets(node: HTMLElement): () => void {
  const home = node.parentElement;
  if (home === null) return () => undefined;
  const move = (): void => {
    const place = [...document.querySelectorAll("dialog:modal")].at(-1) ?? home;
    if (node.parentElement !== place) place.append(node);
  };
  const watch = new MutationObserver(move);
  watch.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["open"] });
  move();
  return () => watch.disconnect();
}
