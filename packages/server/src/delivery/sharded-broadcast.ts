import { type Clock, oncePerTurn } from "../clock.ts";
import type { Payload } from "../socket.ts";
import type { Channel, Member } from "./channels.ts";
import type { Slice } from "./sharded-members.ts";

/** Hands a message to one slice of a channel, but not to the session of the id `except`. */
export type PublishToSlice = (channel: Channel, slice: Slice, payload: Payload, except: number) => void;

/** Messages on their way through a channel, from slice to slice. */
interface Round {
  readonly channel: Channel;
  readonly messages: { readonly payload: Payload; readonly except: number }[];
  /**
   * How many of them each slice has had. It is the round's own: a member that is cut by the message it is handed leaves within
   * that call, which ends this round and may begin another.
   */
  readonly had: Map<Slice, number>;
  /** Index of the slice whose turn it is. */
  next: number;
}

const hadBy = (round: Round, slice: Slice): number => round.had.get(slice) ?? 0;

/**
 * Messages to channels of several slices. Each turn of the event loop serves one slice with all that has come for it, and
 * hears what others want before the next: a message to thousands holds nobody up for longer than one slice takes, and waits
 * itself for one round at most. Whatever else a member is sent comes after what is on its way to it, so that everybody
 * receives everything in the order in which the server acted on it (PROTOCOL.md M5). One channel at a time has a round: a
 * message to another large one brings it to its end at once.
 */
export class Rounds {
  private round: Round | undefined;
  private readonly awaitTurn: () => void;

  constructor(
    clock: Pick<Clock, "afterTurn">,
    private readonly publish: PublishToSlice,
  ) {
    this.awaitTurn = oncePerTurn(clock, () => this.turned());
  }

  /** To all members of a channel of several. */
  send(channel: Channel, payload: Payload, except: number): void {
    const { round } = this;
    if (channel.slices.length > 1) {
      if (round?.channel === channel) round.messages.push({ payload, except });
      else this.begin({ channel, messages: [{ payload, except }], had: new Map(), next: 0 });
      return;
    }
    if (round) for (const member of channel.members()) this.before(member);
    for (const slice of channel.slices) this.publish(channel, slice, payload, except);
  }

  /** To be called before anything else is sent to a session. */
  before(member: Member): void {
    const { round } = this;
    const slice = round?.channel.sliceOf(member);
    if (round && slice) this.serve(round, slice);
  }

  /** Brings the channel's round to its end. */
  settle(channel: Channel): void {
    if (this.round?.channel === channel) this.end(this.round);
  }

  private begin(round: Round): void {
    if (this.round) this.end(this.round);
    this.round = round;
    this.awaitTurn();
  }

  private turned(): void {
    const { round } = this;
    const slice = round?.channel.slices[round.next];
    if (!round || !slice) return;
    this.serve(round, slice);
    if (this.round !== round) return;
    if (this.advance(round)) this.awaitTurn();
    else this.end(round);
  }

  /** On to the next slice that has something to come; false when none has. Some were served out of turn, see before(). */
  private advance(round: Round): boolean {
    const { slices } = round.channel;
    for (let looked = 0; looked < slices.length; looked++) {
      round.next = (round.next + 1) % slices.length;
      // Under load a round goes on for ever; what every slice has had is let go each time it comes round.
      if (round.next === 0) this.forget(round);
      const slice = slices[round.next];
      if (slice && hadBy(round, slice) < round.messages.length) return true;
    }
    return false;
  }

  private serve(round: Round, slice: Slice): void {
    for (let had = hadBy(round, slice); had < round.messages.length; had = hadBy(round, slice)) {
      const message = round.messages[had];
      round.had.set(slice, had + 1);
      if (message) this.publish(round.channel, slice, message.payload, message.except);
    }
  }

  private end(round: Round): void {
    this.round = undefined;
    // A copy: slices may empty meanwhile.
    for (const slice of [...round.channel.slices]) this.serve(round, slice);
  }

  private forget(round: Round): void {
    const { slices } = round.channel;
    const count = Math.min(...slices.map((slice) => hadBy(round, slice)));
    round.messages.splice(0, count);
    for (const slice of slices) round.had.set(slice, hadBy(round, slice) - count);
  }
}
