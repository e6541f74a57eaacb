import type { Client, Message, Room } from "@achex/client";
import * as v from "valibot";
import type { Schemas, Values } from "./definition.ts";
import type { Player } from "./players.ts";

type Data = Record<string, unknown>;

/** Messages per second that one member may send, and how many at once after a pause. What is beyond is ignored. */
const RATE = 120;
const BURST = 240;
/** Kinds that begin with this belong to the shared parts. */
const OWN = "$";

export interface SendOptions {
  /** Only to this player; otherwise to everybody else in the room. */
  readonly to?: Player | undefined;
  /** Replaces an earlier message of the same kind that has not been sent yet. True, or a text that tells several values apart. */
  readonly latest?: boolean | string;
  /** As the host: nobody receives it if another host has been named. */
  readonly asHost?: boolean;
}

/** Handles a message. A text that is returned says why the message is rejected. */
export type Handler<D> = (data: D, from: Player, message: Message) => string | undefined;

interface Entry {
  readonly schema: v.GenericSchema;
  readonly handle: (data: unknown, from: Player, message: Message) => string | undefined;
}

export interface MessagesOptions<S extends Schemas> {
  readonly client: Client<object>;
  readonly hub: Room<Data, Data>;
  readonly code: string;
  readonly schemas: S;
  player(sid: number): Player | undefined;
  reject(reason: string): void;
  /** Milliseconds. */
  now(): number;
}

/** Sends and receives the messages of a room: `{ k: kind, d: data }`. What others send is checked before anything uses it. */
export class Messages<S extends Schemas> {
  readonly #options: MessagesOptions<S>;
  readonly #entries = new Map<string, Set<Entry>>();
  readonly #allowances = new Map<number, { left: number; at: number }>();
  readonly #stop: (() => void)[];

  constructor(options: MessagesOptions<S>) {
    this.#options = options;
    const { client, hub, code } = options;
    this.#stop = [
      hub.on("message", (message) => this.#receive(message)),
      client.on("message", (message) => {
        if (message.kind === "session" && message.data.room === code) this.#receive(message);
      }),
      hub.on("left", ({ sid }) => this.#allowances.delete(sid)),
    ];
  }

  on<K extends keyof S & string>(kind: K, handle: Handler<Values<S>[K]>): () => void {
    const schema = this.#options.schemas[kind];
    if (!schema) throw new Error(`no schema for messages of the kind "${kind}"`);
    return this.onKind(kind, schema, handle);
  }

  /** For the shared parts, whose kinds are not those of the game. */
  onKind<T extends v.GenericSchema>(kind: string, schema: T, handle: Handler<v.InferOutput<T>>): () => void {
    const entries = this.#entries.get(kind) ?? new Set();
    this.#entries.set(kind, entries);
    const entry: Entry = {
      schema,
      handle: (data, from, message) => {
        const result = v.safeParse(schema, data, { abortEarly: true });
        if (!result.success) return `${kind}: ${issueText(result.issues[0])}`;
        return handle(result.output, from, message);
      },
    };
    entries.add(entry);
    return () => entries.delete(entry);
  }

  /** The kind and its data are those of a schema, which GameRoom.send() makes sure of for those of the game. */
  sendAny(kind: string, data: unknown, { to, latest, asHost = false }: SendOptions = {}): void {
    const { client, hub, code } = this.#options;
    const key = latest === true ? kind : latest || undefined;
    const options = { confirm: false, ...(key !== undefined && { latest: key }) };
    if (!to) void hub.send({ k: kind, d: data }, { ...options, ...(asHost && { term: hub.term }) });
    else if (to.sid !== undefined) void client.session(to.sid).send({ room: code, k: kind, d: data }, options);
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  #receive(message: Message): void {
    const reason = this.#handle(message);
    if (reason) this.#options.reject(reason);
  }

  #handle(message: Message): string | undefined {
    const { k: kind, d: data } = message.data;
    const from = this.#options.player(message.sid);
    if (!from) return "the sender is not in the room";
    if (!this.#isAllowed(message.sid)) return "the sender sends too many messages";
    const entries = typeof kind === "string" ? this.#entries.get(kind) : undefined;
    if (!entries || entries.size === 0) {
      const isKnown = typeof kind === "string" && (kind.startsWith(OWN) || Object.hasOwn(this.#options.schemas, kind));
      // Nobody listens to it at the moment, which the sender cannot know.
      return isKnown ? undefined : "unknown kind of message";
    }
    for (const { handle } of entries) {
      const reason = handle(data, from, message);
      if (reason) return reason;
    }
    return undefined;
  }

  #isAllowed(sid: number): boolean {
    const now = this.#options.now();
    const { left, at } = this.#allowances.get(sid) ?? { left: BURST, at: now };
    const allowance = Math.min(BURST, left + ((now - at) * RATE) / 1_000);
    this.#allowances.set(sid, { left: Math.max(0, allowance - 1), at: now });
    return allowance >= 1;
  }
}

function issueText(issue: v.BaseIssue<unknown>): string {
  const path = issue.path?.map(({ key }) => String(key)).join(".");
  return `${path ? `${path}: ` : ""}${issue.message}`.slice(0, 160);
}
