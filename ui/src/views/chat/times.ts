/** Days and hours in the reader's own way of writing them. */
import { language } from "../../platform/language";
import { words } from "./words";

const hour = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });

const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

export const dateWords = (time_ms: number): string => date.format(time_ms);
export const hourWords = (time_ms: number): string => hour.format(time_ms);
export const fullWords = (time_ms: number): string => full.format(time_ms);

export function dayWords(time_ms: number, now = new Date()): string {
  const then = new Date(time_ms).toDateString();
  if (then === now.toDateString()) return words.chat.today;
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  return then === yesterday.toDateString() ? words.chat.yesterday : day.format(time_ms);
}
