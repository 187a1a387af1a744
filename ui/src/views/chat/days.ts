/** Days as people speak of them: today, yesterday, and else by their name. */
import { hourWords, weekdayWords } from "../times";
import { chatWords } from "./words";

export const whenWords = (time_ms: number): string => `${dayWords(time_ms)}, ${hourWords(time_ms)}`;

export function dayWords(time_ms: number, now = new Date()): string {
  const then = new Date(time_ms).toDateString();
  if (then === now.toDateString()) return chatWords.today;
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  return then === yesterday.toDateString() ? chatWords.yesterday : weekdayWords(time_ms);
}
