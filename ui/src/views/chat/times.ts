/** Days and hours in the reader's own way of writing them, which is known only once the page speaks their language. */
import { language } from "../../platform/language";
import { chatWords } from "./words";

function written(how: Intl.DateTimeFormatOptions): (time_ms: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (time_ms) => (format ??= new Intl.DateTimeFormat(language, how)).format(time_ms);
}

export const hourWords = written({ hour: "numeric", minute: "2-digit" });
export const fullWords = written({ dateStyle: "medium", timeStyle: "medium" });
export const dateWords = written({ dateStyle: "medium", timeStyle: "short" });
const day = written({ weekday: "long", day: "numeric", month: "long" });

export const whenWords = (time_ms: number): string => `${dayWords(time_ms)}, ${hourWords(time_ms)}`;

export function dayWords(time_ms: number, now = new Date()): string {
  const then = new Date(time_ms).toDateString();
  if (then === now.toDateString()) return chatWords.today;
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  return then === yesterday.toDateString() ? chatWords.yesterday : day(time_ms);
}
