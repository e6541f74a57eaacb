import { isJsonObject, type JsonObject } from "@achex/protocol";
import type { Person, Place } from "./person.ts";

interface SentMessage {
  readonly sender: number;
  readonly places: readonly Place[];
  /** Sessions that must receive it where nothing fails. */
  readonly owed: readonly Person[];
  /** Sessions that were sent it. */
  readonly receivers: Set<number>;
  reply: JsonObject | undefined;
}

/** Accounts for every message of a run: who received it, and what its sender was told. */
export class Ledger {
  private readonly messages = new Map<number, SentMessage>();
  private readonly latest = new Map<string, number>();
  private readonly sessions = new Set<number>();
  /** Calls that have not ended, as far as their callers know, and that nobody has tried to answer. */
  readonly openCalls = new Set<number>();
  private calls = 0;

  /** Messages sent so far. They are numbered from 1. */
  get sent(): number {
    return this.messages.size;
  }

  nextCall(): number {
    const id = ++this.calls;
    this.openCalls.add(id);
    return id;
  }

  connected(sid: number): void {
    if (this.sessions.has(sid)) throw new Error(`the session id ${sid} was given twice`);
    this.sessions.add(sid);
  }

  /** A message is about to be sent; returns its number. */
  add(sender: number, places: readonly Place[], owed: readonly Person[]): number {
    const n = this.messages.size + 1;
    this.messages.set(n, { sender, places, owed, receivers: new Set(), reply: undefined });
    return n;
  }

  replied(n: number, reply: JsonObject): void {
    const message = this.messages.get(n);
    if (message) message.reply = reply;
  }

  /** Fails when the message is not for this person, comes twice, or after a later one of the same sender to the same places. */
  heard(person: Person, sender: unknown, n: number): void {
    const message = this.messages.get(n);
    const text = `session ${person.sid} was sent message ${n} of ${sender} to ${message?.places.join(" ")}`;
    if (!message || message.sender !== sender) throw new Error(`${text}, with a wrong sender`);
    if (!message.places.some((place) => person.places.has(place))) throw new Error(`${text}, and is not among them`);
    if (sender === person.sid && message.places.every((place) => place.startsWith("h:")))
      throw new Error(`${text}, its own`);
    if (message.receivers.has(person.sid)) throw new Error(`${text} twice`);
    message.receivers.add(person.sid);
    const key = `${person.sid} ${sender}`;
    const last = this.latest.get(key) ?? 0;
    if (n < last) throw new Error(`${text} after message ${last}`);
    this.latest.set(key, n);
  }

  /** The first session that was owed a message and did not get it. `isStill` says whether it was in the place all the time. */
  missing(isStill: (person: Person, places: readonly Place[], n: number) => boolean): string | undefined {
    for (const [n, { owed, places, receivers }] of this.messages)
      for (const person of owed)
        if (!receivers.has(person.sid) && isStill(person, places, n))
          return `session ${person.sid} was not sent message ${n} to ${places.join(" ")}`;
    return undefined;
  }

  /** Fails when a result does not say what happened. `isOver`: nobody waits for a result any more. */
  checkResults(): void {
    for (const [n, { reply, receivers, places }] of this.messages) {
      if (!reply) continue;
      const { $result, $fault } = reply;
      const text = `message ${n} to ${places.join(" ")} reached ${receivers.size}, and its result is ${JSON.stringify(reply)}`;
      if ($fault !== undefined && receivers.size > 0) throw new Error(text);
      if (!isJsonObject($result)) continue;
      const isExact = $result.missed === undefined;
      if (isExact ? $result.taken !== receivers.size : Number($result.taken) > receivers.size) throw new Error(text);
    }
  }
}
