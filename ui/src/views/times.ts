/** Dates and hours in the reader's own way of writing them, which is known only once the page speaks their language. */
import { language } from "../platform/language";

function written(how: Intl.DateTimeFormatOptions): (time_ms: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (time_ms) => (format ??= new Intl.DateTimeFormat(language, how)).format(time_ms);
}

// Asked for as a style: of "hour: numeric" WebKit makes a German 9:05, where Chromium and every style write 09:05.
export const hourWords = written({ timeStyle: "short" });
export const fullWords = written({ dateStyle: "medium", timeStyle: "medium" });
export const briefWords = written({ dateStyle: "short", timeStyle: "short" });
export const untilWords = written({ weekday: "short", hour: "2-digit", minute: "2-digit" });
export const dateWords = written({ dateStyle: "medium", timeStyle: "short" });
export const weekdayWords = written({ weekday: "long", day: "numeric", month: "long" });
