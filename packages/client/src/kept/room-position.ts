import { type Data, numberFrom, textFrom } from "../json.ts";
import type { JoinOptions } from "../room-api.ts";
import type { Gap, KeptJoin } from "./kept-api.ts";
import type { Position } from "./position.ts";

/**
 * How far this client has read a kept room (PROTOCOL.md R140, R143). The position moves before the application sees a message, so that
 * a program which fails in its handler does not get the message again.
 */
export class RoomPosition {
  /** Of the last message that has arrived; undefined as long as the room is not known to be kept. */
  current: Position | undefined;
  readonly #gap: (gap: Omit<Gap, "channel">) => void;
  /** The next join goes on where the membership ended. */
  #continues = false;
  /** What the join under way asked for. */
  #since: Data | undefined;
  /** The server sends what the join asked for. */
  isReplaying = false;
  #missed = 0;
  #reset = false;

  constructor(gap: (gap: Omit<Gap, "channel">) => void) {
    this.#gap = gap;
  }

  /** `$since` of a join with these options. */
  since({ since, history }: JoinOptions): Data | undefined {
    const position = this.#continues ? this.current : since;
    this.#since = position ? { ...position } : history === undefined ? undefined : { last: history };
    return this.#since;
  }

  /** `$kept`: what follows has these positions. */
  started(kept: Data): void {
    const { missed, reset, first, head } = kept;
    const [oldest = 1, newest = 0] = [numberFrom(first), numberFrom(head)];
    const epoch = textFrom(kept.epoch);
    if (!this.#since) {
      // After a resume, or before the first message of a channel: a new epoch has begun.
      if (epoch !== this.current?.epoch) this.current = { epoch, seq: newest };
      return;
    }
    const { seq = 0, last } = this.#since;
    const before = last === undefined ? Number(seq) : newest - Number(last);
    this.current = { epoch, seq: reset ? oldest - 1 : Math.max(before, oldest - 1) };
    this.isReplaying = true;
    this.#missing(numberFrom(missed) ?? 0, reset === true);
  }

  /** A message with this sequence number has arrived; returns its position. */
  received(seq: number): Position | undefined {
    const { current } = this;
    if (!current) return undefined;
    // A replay is complete, unless messages were deleted while it was sent.
    if (this.isReplaying && seq > current.seq + 1) this.#missing(seq - current.seq - 1, false);
    this.current = { epoch: current.epoch, seq };
    return this.current;
  }

  /** A message of this client was stored there. The server does not send it to its sender, and has sent all before it. */
  sent(seq: number): void {
    const { current } = this;
    if (current && seq > current.seq) this.current = { epoch: current.epoch, seq };
  }

  /** The join was accepted. `wasIn`: this client was a member before. */
  joined(kept: Position | undefined, wasIn: boolean): KeptJoin | undefined {
    const { isReplaying } = this;
    this.#since = undefined;
    this.isReplaying = false;
    this.#continues = false;
    if (isReplaying && kept && this.current && kept.seq > this.current.seq)
      this.#missing(kept.seq - this.current.seq, false);
    if (!kept) this.current = undefined;
    // Messages up to the one named for a member may still be on their way to it.
    else if (!wasIn || kept.epoch !== this.current?.epoch) this.current = kept;
    const result = kept && { position: kept, missed: this.#missed, reset: this.#reset };
    this.#missed = 0;
    this.#reset = false;
    return result;
  }

  /** The session has ended; the next join goes on from here. */
  dropped(): void {
    this.#continues ||= this.current !== undefined;
    this.isReplaying = false;
  }

  /** The client has left. The position stays, so that the application can store it. */
  ended(): void {
    this.#continues = false;
    this.#since = undefined;
    this.isReplaying = false;
  }

  #missing(missed: number, reset: boolean): void {
    if (missed <= 0 && !reset) return;
    this.#missed += missed;
    this.#reset ||= reset;
    this.#gap({ missed, reset });
  }
}
