/** A chat in which messages are in every state they can be in, for the preview. */
import type { ChatMessage, Participant } from "../protocol/generated/messages";
import type { StandIn } from "./stand_in";

export function chatter(it: StandIn, ben: Participant, chiara: Participant): void {
  let number = 100;
  const put = (author: Participant, text: string, more: Partial<ChatMessage> = {}): number => {
    number += 1;
    const { id, name, color } = author;
    const time_ms = Date.now() - (120 - number) * 20_000;
    it.messages = [...it.messages, { pending: false, changing: false, key: `n${number}`, number, author: id, by: { name, color }, time_ms, text, replica: "r", seq: number, ...more }];
    return number;
  };
  const asked = put(ben, "Which formula do we use for **g**?\n\n- from `T`\n- from a *fit*", { edited_ms: Date.now() });
  put(chiara, "The first: @Ada wrote it down", { reply_to: asked, quote: { name: ben.name, text: "Which formula do we use for g?" }, mentions: [it.me.id], reactions: [{ emoji: "👍", by: [ben.id, it.me.id] }, { emoji: "🎉", by: [ben.id] }] });
  put(it.me, "```py\ng = 4 * pi**2 * l / T**2\n```\n[Look here](#at=200,400,1) and at [the notes](#heading=Pendulum)");
  put(ben, "", { deleted: { by: ben.id, time_ms: Date.now() } });
  put(ben, "But why?", { reply_to: 1 });
  put({ ...ben, id: 0, name: "Build", color: "#868e96" }, "Run 7 is ~~red~~ **green**: https://ci.test/7", { by: { name: "Build", color: "#868e96", outside: true } });
  put(chiara, "Here is the sheet", { pictures: [{ blob: "ab", w: 640, h: 400 }] });
}
