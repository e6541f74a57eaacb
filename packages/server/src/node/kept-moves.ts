import { type Address, isJsonObject, splitBinary } from "@achex/protocol";
import { type Keep, KeepUnavailable, type KeptChannel, type KeptMessage } from "../keep.ts";
import type { Payload } from "../socket.ts";
import { positioned } from "./positioned.ts";

/** Up to where a session has been sent a kept channel. */
export interface KeptPosition {
  readonly kind: "name" | "hub" | "broadcast";
  readonly name: string;
  readonly epoch: string;
  readonly seq: number;
}

/** Whether a session gets a message at this node. */
export type Receives = (id: number) => boolean;

interface MovedSession {
  readonly id: number;
  readonly instance: string;
  send(text: string): void;
  sendStored(payload: Payload): void;
  end(): void;
}

export interface KeptMovesDeps {
  readonly keep: Keep;
  /** Sessions that are on their way between nodes. */
  readonly moving: { readonly size: number; has(id: number): boolean };
  at(instance: string, address: Address): KeptChannel | undefined;
  /** What has been delivered here. */
  delivered(channel: KeptChannel): { readonly epoch: string; readonly seq: number };
  /** Tells a session of an epoch that began while it was on its way. */
  announce(session: MovedSession, channel: KeptChannel, epoch: string): void;
}

/** What a session may have missed on its way; beyond, it is lost, and its client joins again where it left. */
const MAX_MESSAGES = 1_000;
const MAX_BYTES = 1024 ** 2;
const PAGE = { messages: 64, bytes: 64 * 1024 };

const keyOf = ({ instance, kind, name }: KeptChannel): string => `${kind}\0${instance}\0${name}`;

/**
 * Kept messages for sessions that move to another node. Each node delivers them when it has stored them, sooner or later than the others.
 * So while a session is on its way, it is sent none; its position comes with it, and the new node goes on from there (PROTOCOL.md R168).
 */
export class KeptMoves {
  /** By channel: sessions that have been sent more of it than this node has delivered. */
  private readonly ahead = new Map<string, Map<number, KeptPosition>>();

  constructor(private readonly deps: KeptMovesDeps) {}

  /** Whether a session gets a message now; undefined if all of them do. Must be asked once for each message. */
  receives(channel: KeptChannel, seq: number): Receives | undefined {
    const { moving } = this.deps;
    const ahead = this.ahead.size > 0 ? this.pass(channel, seq) : undefined;
    if (moving.size === 0 && !ahead) return undefined;
    return (id) => !moving.has(id) && !ahead?.has(id);
  }

  /** Where a session is that this node is behind; undefined for any other. */
  aheadOf(id: number, channel: KeptChannel): KeptPosition | undefined {
    return this.ahead.get(keyOf(channel))?.get(id);
  }

  /** The session enters the channel again, at the position of this node. */
  entered(id: number, channel: KeptChannel): void {
    this.ahead.get(keyOf(channel))?.delete(id);
  }

  /** The positions of a session that leaves for another node. */
  save(id: number, instance: string, addresses: readonly Pick<KeptPosition, "kind" | "name">[]): KeptPosition[] {
    return addresses.flatMap(({ kind, name }) => {
      const channel = this.deps.at(instance, { kind, name });
      if (!channel) return [];
      return unlessUnavailable(
        () => [this.aheadOf(id, channel) ?? { kind, name, ...this.deps.delivered(channel) }],
        [],
      );
    });
  }

  /** A session is in its channels again, at this node. */
  arrived(session: MovedSession, positions: readonly KeptPosition[]): void {
    for (const position of positions) {
      const { kind, name } = position;
      const channel = this.deps.at(session.instance, { kind, name });
      if (channel) unlessUnavailable(() => this.bring(session, channel, position), undefined);
    }
  }

  private bring(session: MovedSession, channel: KeptChannel, position: KeptPosition): void {
    const here = this.deps.delivered(channel);
    const isSame = here.epoch === position.epoch;
    if (isSame ? here.seq < position.seq : here.seq === 0 && position.seq > 0)
      this.ahead.getOrInsertComputed(keyOf(channel), () => new Map()).set(session.id, position);
    else if (here.seq > 0) {
      const from = isSame ? position.seq : 0;
      if (from === 0) this.deps.announce(session, channel, here.epoch);
      this.sendMissed(session, channel, from, here.seq);
    }
  }

  private sendMissed(session: MovedSession, channel: KeptChannel, from: number, to: number): void {
    let left = MAX_MESSAGES;
    let bytes = 0;
    for (let after = from; after < to; ) {
      const page = this.deps.keep.read(channel, { after, before: to + 1, ...PAGE });
      const last = page.at(-1);
      if (!last) return;
      left -= page.length;
      for (const { frame } of page) bytes += frame.length;
      if (left < 0 || bytes > MAX_BYTES) {
        queueMicrotask(() => session.end());
        return;
      }
      for (const message of page) this.sendOne(session, channel, message);
      after = last.seq;
    }
  }

  private sendOne(session: MovedSession, { kind }: KeptChannel, { frame, seq }: KeptMessage): void {
    // Messages to hubs do not reach their sender.
    if (kind !== "hub" || senderOf(frame) !== session.id) session.sendStored(positioned(frame, seq));
  }

  /** Sessions that have been sent this message already; those that this node has caught up with are forgotten. */
  private pass(channel: KeptChannel, seq: number): ReadonlySet<number> | undefined {
    const sessions = this.ahead.get(keyOf(channel));
    if (!sessions) return undefined;
    const epoch = unlessUnavailable(() => this.deps.keep.span(channel).epoch, "");
    const passed = new Set<number>();
    for (const [id, position] of sessions) {
      if (position.epoch === epoch && seq <= position.seq) passed.add(id);
      if (position.epoch !== epoch || seq >= position.seq) sessions.delete(id);
    }
    if (sessions.size === 0) this.ahead.delete(keyOf(channel));
    return passed;
  }
}

function senderOf(frame: Payload): unknown {
  const text = typeof frame === "string" ? frame : splitBinary(frame)?.header;
  const parsed: unknown = text === undefined ? undefined : JSON.parse(text);
  return isJsonObject(parsed) ? parsed.sID : undefined;
}

/** While the storage cannot be read, a session gets what is delivered from then on. */
function unlessUnavailable<Result>(act: () => Result, otherwise: Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof KeepUnavailable)) throw error;
    return otherwise;
  }
}
