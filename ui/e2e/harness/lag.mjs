/**
 * Slow pages on bad lines, by a seed: what a story takes for granted about who is first shows
 * itself. What comes and what goes is late by as much as the page's line is, and stays in order.
 */
const LATEST_MS = 400;
const SLOWEST = 6;

let state = 0;

/** From now on, each page is as slow as chance has it; the same seed and story, the same pages. */
export function lagBy(seed, story) {
  state = 0x811c9dc5;
  for (const letter of `${seed} ${story}`) state = Math.imul(state ^ letter.codePointAt(0), 0x01000193) >>> 0;
}

/** Makes `page` slow if any is; a third of the lines lose no time, each way by itself. */
export async function slow(context, page) {
  if (state === 0) return;
  const [comes, goes, rate] = [late(), late(), 1 + (chance() % SLOWEST)];
  await page.addInitScript(delay, { comes, goes });
  const protocol = await context.newCDPSession(page);
  await protocol.send("Emulation.setCPUThrottlingRate", { rate });
}

function late() {
  return chance() % 3 === 0 ? 0 : chance() % LATEST_MS;
}

/** Xorshift, 32 bits. */
function chance() {
  state ^= state << 13;
  state >>>= 0;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state;
}

/** Runs in the page: its connections to sessions are late from now on. (That to `/echo` is for measuring.) */
function delay({ comes, goes }) {
  const Prompt = window.WebSocket;
  const Late = class extends Prompt {
    send(data) {
      if (goes === 0) return super.send(data);
      setTimeout(() => this.readyState === Prompt.OPEN && super.send(data), goes);
    }
    set onmessage(hear) {
      super.onmessage = hear && ((event) => setTimeout(() => this.onmessage !== null && hear(event), comes));
    }
    get onmessage() {
      return super.onmessage;
    }
    set onclose(hear) {
      super.onclose = hear && ((event) => setTimeout(() => this.onclose !== null && hear(event), comes));
    }
    get onclose() {
      return super.onclose;
    }
  };
  window.WebSocket = new Proxy(Prompt, { construct: (_, [url, ...rest]) => new (String(url).includes("/ws/") ? Late : Prompt)(url, ...rest) });
}
