/** Words for asking the whole network, where announcements do not travel. */
import { said } from "../../lib/language";

export const sweepWords = said("sweep", {
  begin: "Ask the whole network",
  again: "Ask again",
  more: "Somebody missing? Ask the whole network",
  what: "Some networks keep announcements from travelling. Then Lanvas can ask every address of this network once; that takes some seconds.",
  running: (asked: number, total: number) => `Asked ${asked} of ${total} addresses`,
  found: (n: number) => (n === 1 ? "1 computer with Lanvas answered." : `${n} computers with Lanvas answered.`),
  stop: "Stop",
  progress: "How many addresses were asked",
  none: (networks: string) => `No Lanvas answered in ${networks}. Ask the host for the link, the code or the words, and type it below.`,
  nowhere: "This computer is in no private network that could be asked. Join a Wi-Fi or plug in a cable, or join by address.",
});
