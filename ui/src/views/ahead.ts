/**
 * What the first picture of a session does not need is kept out of the first
 * download and fetched here as soon as the board is shown: it then opens at once,
 * and without a connection too. The panels come first; the rest one after another
 * when the page is idle, so that a slow network is never full of them. What does
 * not come now is asked for again when it is opened.
 */
const AT_ONCE: readonly (() => Promise<unknown>)[] = [() => import("./chat/ChatPanel.svelte"), () => import("./notes/NotesPanel.svelte")];

const WHEN_IDLE: readonly (() => Promise<unknown>)[] = [
  // Wanted when the page's own address is gone: it cannot be fetched then.
  () => import("./session/MovedNotice.svelte"),
  () => import("./session/ReturnedWords.svelte"),
  () => import("./session/StorageNotice.svelte"),
  () => import("./session/ContextMenu.svelte"),
  () => import("./session/ShareCard.svelte"),
  () => import("./notes/editor"),
  () => import("./session/Palette.svelte"),
  () => import("./session/LinkSheet.svelte"),
  () => import("./session/HelpSheet.svelte"),
  () => import("./session/ExportSheet.svelte"),
  () => import("./session/LikingSheet.svelte"),
  () => import("./session/Minimap.svelte"),
  () => import("./session/Knocks.svelte"),
  () => import("./session/PeoplePanel.svelte"),
  () => import("./session/LookingOn.svelte"),
  () => import("./session/OrderSheets.svelte"),
  () => import("./session/UntakenThings.svelte"),
  () => import("./session/ReturnedWords.svelte"),
  () => import("./AwayScreen.svelte"),
  () => import("./PasswordScreen.svelte"),
];

/** Safari has no idle callback; there a pause does. */
const PAUSE_MS = 200;

const idle = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(), { timeout: 2_000 });
    else setTimeout(resolve, PAUSE_MS);
  });

let begun = false;

/** Begins once a page; calling it again does nothing. */
export async function fetchAhead(): Promise<void> {
  if (begun) return;
  begun = true;
  await Promise.allSettled(AT_ONCE.map((part) => part()));
  for (const part of WHEN_IDLE) {
    await idle();
    await part().catch(() => undefined);
  }
}
