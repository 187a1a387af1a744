/** How dates and times are written, where the person chose that: the app says so before the page loads. */
declare global {
  interface Window {
    /** A tag such as `en-GB`. */
    readonly lanvasLanguage?: string;
  }
}

/** Undefined for as the system writes them. */
export const language: string | undefined = globalThis.window?.lanvasLanguage;
