/** placeholder */
import type { Desk } from "../desk";
export function pagesOf(_desk: Desk, _file: File): Promise<boolean> {
  return Promise.resolve(false);
}
