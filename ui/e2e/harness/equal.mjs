/** Two pages that have seen the same show the same. */
import { until } from "./until.mjs";

const OF_ALL = ["boardHash", "notesHash", "messages"];

/**
 * Waits until both have the same board, notes and chat, and nothing on its way. Not looked at
 * once: what somebody did may come to the others before its author has heard that the hub took
 * it, and until then an author's board is the hub's with this on top.
 */
export async function equal(one, other) {
  let both;
  const same = async () => {
    both = await Promise.all([one.debug(), other.debug()]);
    return both.every(({ unsent }) => unsent === 0) && OF_ALL.every((key) => both[0][key] === both[1][key]);
  };
  await until(`${one.name} and ${other.name} have the same`, same).catch((late) => {
    throw new Error(`${late.message}; there is ${JSON.stringify(both)}`);
  });
}
