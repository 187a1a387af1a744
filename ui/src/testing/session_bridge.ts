/**
 * The hub's real session core as a simulated hub: the example `session_bridge`
 * of `lanvas-hub` in a process of its own, spoken to by lines of JSON.
 *
 * The core leaves to its shell what waits for a slow connection, so that part of
 * the outbox's rule is here: who falls behind loses the operations that wait,
 * and gets a catch-up once the rest has gone out.
 */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { decodeJson, encodeJson } from "../protocol/codec";
import { FIRST_PAGE } from "../document/contents";
import type { ChatMessage, ClientMessage, NotesPage, ServerMessage, Shape } from "../protocol/generated/messages";
import type { HubConnection } from "./model_hub";
import type { Random } from "./random";
import type { HubDocuments, SimulatedHub } from "./simulation";

type Answer =
  | { effect: "send"; to: number; lane: "control" | "catch_up" | "doc" | "live"; message: ServerMessage }
  | { effect: "catch_up"; connection: number }
  | { effect: "drop_ink" }
  | { effect: "close"; connection: number; code: number }
  | { effect: "state"; title: string; shapes: Shape[]; notes: string; pages: NotesPage[]; messages: ChatMessage[] }
  | { effect: "done" };

interface Peer {
  readonly id: number;
  readonly connection: HubConnection;
  /** What of the doc lane belongs to a catch-up, and so outlives falling behind. */
  readonly kept: WeakSet<ServerMessage>;
  behind: boolean;
  drained: boolean;
}

const LOST = 1006;
const SHUTTING_DOWN = 4503;

export class SessionBridge implements SimulatedHub {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #random: Random;
  #peers = new Map<HubConnection, Peer>();
  #lastId = 0;
  #answers: Answer[] = [];
  #done: (() => void) | null = null;
  #failed: Error | null = null;

  constructor(program: string, random: Random) {
    this.#random = random;
    this.#process = spawn(program, { stdio: ["pipe", "pipe", "pipe"] });
    this.#process.on("exit", (code) => this.#fail(`the session ended with ${code}`));
    this.#process.stderr.on("data", (text: Buffer) => this.#fail(text.toString()));
    createInterface({ input: this.#process.stdout }).on("line", (line) => this.#read(line));
  }

  /** What the core keeps in memory is narrowed at the start, so that snapshots are common. */
  async begin(): Promise<void> {
    await this.#ask({ do: "restart", recent_bytes: 4_000, snapshot_tail: 6, notes_edits: 30 });
  }

  end(): void {
    this.#process.removeAllListeners("exit");
    this.#process.kill();
  }

  async receive(connection: HubConnection, message: ClientMessage): Promise<void> {
    if (connection.closed !== null) return;
    const { id } = this.#peer(connection);
    await this.#ask({ do: "receive", connection: id, message: JSON.parse(encodeJson(message)) as unknown });
    await this.#afterwards();
  }

  async leave(connection: HubConnection): Promise<void> {
    const peer = this.#peers.get(connection);
    if (peer === undefined) return;
    this.#peers.delete(connection);
    await this.#ask({ do: "leave", connection: peer.id });
  }

  async store(): Promise<void> {
    // Not always all of it: the disk is slower than the session. At rest it gets there by and by.
    await this.#ask(this.#random.chance(0.3) ? { do: "save", records: 1 + this.#random.below(5) } : { do: "save" });
    await this.#afterwards();
  }

  async fallBehind(connection: HubConnection): Promise<void> {
    const peer = this.#peers.get(connection);
    if (peer === undefined) return;
    peer.behind = true;
    const kept = connection.doc.filter((message) => peer.kept.has(message));
    connection.doc.splice(0, connection.doc.length, ...kept);
    await this.#afterwards();
  }

  async restart(kill: boolean): Promise<void> {
    if (!kill) await this.#ask({ do: "save" });
    for (const connection of this.#peers.keys()) connection.closed = kill ? LOST : SHUTTING_DOWN;
    this.#peers.clear();
    await this.#ask({ do: "restart" });
  }

  async delivered(connection: HubConnection, message: ServerMessage): Promise<void> {
    const peer = this.#peers.get(connection);
    if (peer === undefined) return;
    noteTaken(connection, message);
    await this.#afterwards();
  }

  async documents(): Promise<HubDocuments> {
    const state = (await this.#ask({ do: "state" })).find((answer) => answer.effect === "state");
    if (state?.effect !== "state") throw new Error("the session did not say its state");
    const pages = state.pages.map((page) => (page.page === FIRST_PAGE ? { ...page, text: state.notes } : page));
    return { ...state, pages };
  }

  #peer(connection: HubConnection): Peer {
    const had = this.#peers.get(connection);
    if (had !== undefined) return had;
    const peer: Peer = { id: (this.#lastId += 1), connection, kept: new WeakSet(), behind: false, drained: false };
    this.#peers.set(connection, peer);
    return peer;
  }

  /** Who is behind and has nothing waiting any more asks for a catch-up. */
  async #afterwards(): Promise<void> {
    for (const peer of this.#peers.values()) {
      if (!peer.behind || peer.drained || peer.connection.doc.length > 0) continue;
      peer.drained = true;
      await this.#ask({ do: "drained", connection: peer.id, number: takenBy(peer.connection) });
    }
  }

  async #ask(line: object): Promise<Answer[]> {
    if (this.#failed !== null) throw this.#failed;
    this.#answers = [];
    const done = new Promise<void>((resolve) => (this.#done = resolve));
    this.#process.stdin.write(`${JSON.stringify(line)}\n`);
    await done;
    if (this.#failed !== null) throw this.#failed;
    const answers = this.#answers;
    for (const answer of answers) this.#carryOut(answer);
    return answers;
  }

  #read(line: string): void {
    const answer = decodeAnswer(line);
    if (answer.effect === "done") this.#done?.();
    else this.#answers.push(answer);
  }

  #fail(why: string): void {
    this.#failed = new Error(why);
    this.#done?.();
  }

  #carryOut(answer: Answer): void {
    if (answer.effect === "send") this.#send(this.#byId(answer.to), answer.lane, answer.message);
    else if (answer.effect === "catch_up") this.#catchUp(this.#byId(answer.connection));
    else if (answer.effect === "close") this.#close(this.#byId(answer.connection), answer.code);
  }

  #byId(id: number): Peer | undefined {
    return [...this.#peers.values()].find((peer) => peer.id === id);
  }

  #send(peer: Peer | undefined, lane: string, message: ServerMessage): void {
    if (peer === undefined) return;
    if (lane === "catch_up") peer.kept.add(message);
    if (lane === "control" || lane === "live") peer.connection.control.push(message);
    else if (lane === "catch_up" || !peer.behind) peer.connection.doc.push(message);
  }

  #catchUp(peer: Peer | undefined): void {
    if (peer === undefined) return;
    peer.behind = false;
    peer.drained = false;
  }

  #close(peer: Peer | undefined, code: number): void {
    if (peer === undefined) return;
    peer.connection.closed = code;
    this.#peers.delete(peer.connection);
  }
}

/** The answer with points as the client has them. */
function decodeAnswer(line: string): Answer {
  return decodeJson(line.replace(/^\{/, '{"type":"answer",')) as unknown as Answer;
}

/** The last number that went out on each connection; none inside a snapshot. */
const taken = new WeakMap<HubConnection, number | null>();

function takenBy(connection: HubConnection): number | null {
  return taken.get(connection) ?? null;
}

function noteTaken(connection: HubConnection, message: ServerMessage): void {
  if (message.type === "snapshot") taken.set(connection, message.part === message.parts - 1 ? message.number : null);
  else if (message.type === "applied" || message.type === "confirmed" || message.type === "caught_up") taken.set(connection, message.number);
}
