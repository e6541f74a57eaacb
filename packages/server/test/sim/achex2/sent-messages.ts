import type { IncomingMessage, Reply, SimClient } from "./client.ts";

/** A message that a client has sent. */
interface SentMessage {
  /** Session ids that should receive it; undefined when that was not known when it was sent. */
  readonly receivers: ReadonlySet<number> | undefined;
  /** Closed sessions that may be counted as receivers because their login is still being checked. */
  readonly closedDuringLogin: number;
  readonly receivedBy: Set<number>;
  taken: number | undefined;
}

/** All messages, with who has received each; compared with what the sender was told. */
export class SentMessages {
  private readonly messages: SentMessage[] = [];

  /** Adds a message; returns its number. */
  add(receivers: ReadonlySet<number> | undefined, closedDuringLogin: number): number {
    this.messages.push({ receivers, closedDuringLogin, receivedBy: new Set(), taken: undefined });
    return this.messages.length - 1;
  }

  /** The sender got a reply: how many accepted the message, or a fault, which means nobody did. */
  replied(n: number, { result, fault }: Reply): void {
    const message = this.messages[n];
    if (!message) return;
    message.taken = result ? Number(result.taken) : 0;
    if (fault !== undefined && (message.receivers?.size ?? 0) > 0)
      throw new Error(`message ${n} was refused: ${fault}`);
  }

  /** A client received a message; returns what is wrong with that. */
  received({ state, view }: SimClient, { n, room, snapshot }: IncomingMessage): string | undefined {
    const message = this.messages[n];
    if (!message) return `${state.sid} received a message that nobody sent`;
    if (message.receivedBy.has(state.sid)) return `${state.sid} received message ${n} twice`;
    message.receivedBy.add(state.sid);
    if (message.receivers && !message.receivers.has(state.sid))
      return `${state.sid} should not have received message ${n}`;
    if (!room || snapshot === undefined) return undefined;
    const believed = view.members(room);
    if (!believed || JSON.stringify(believed) === snapshot) return undefined;
    return `${state.sid} knows ${JSON.stringify(believed)} when message ${n} arrives, which was sent to ${snapshot}`;
  }

  /** What is wrong with any message once everything has been read. */
  check(): string | undefined {
    for (const [n, { receivers, closedDuringLogin, receivedBy, taken }] of this.messages.entries()) {
      if (receivers && receivedBy.size < receivers.size)
        return `message ${n} went to ${[...receivedBy]}, not to ${[...receivers]}`;
      if (taken !== undefined && (taken < receivedBy.size || taken > receivedBy.size + closedDuringLogin))
        return `message ${n} was received by ${receivedBy.size}, but its sender was told ${taken}`;
    }
    return undefined;
  }
}
