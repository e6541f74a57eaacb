import type { Channel, Member } from "./channels.ts";
import type { Clock } from "./clock.ts";
import type { Slice } from "./slices.ts";
import type { Payload } from "./socket.ts";

/** Hands a message to one slice of a channel, but not to the session of the id `except`. */
export type PublishToSlice = (channel: Channel, slice: Slice, payload: Payload, except: number) => void;

/** Messages on their way through a channel, from slice to slice. */
interface Round {
  readonly channel: Channel;
  readonly messages: { readonly payload: Payload; readonly except: number }[];
  /** Index of the slice whose turn it is. */
  next: number;
}

/**
 * Messages to channels of several slices. Each turn of the event loop serves one slice with all that has come for it, and
 * hears what others want before the next: a message to thousands holds nobody up for longer than one slice takes, and waits
 * itself for one round at most. Whatever else a member is sent comes after what is on its way to it, so that everybody
 * receives everything in the order in which the server acted on it (PROTOCOL.md M5). One channel at a time has a round: a
 * message to another large one brings it to its end at once.
 */
export class Rounds {
  private round: Round | undefined;
  private isTurnAwaited = false;

  constructor(
    private readonly clock: Pick<Clock, "afterTurn">,
    private readonly publish: PublishToSlice,
  ) {}

  /** To all members of a channel of several. */
  send(channel: Channel, payload: Payload, except: number): void {
    const { round } = this;
    if (channel.slices.length > 1) {
      if (round?.channel === channel) round.messages.push({ payload, except });
      else this.begin({ channel, messages: [{ payload, except }], next: 0 });
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

  private awaitTurn(): void {
    if (this.isTurnAwaited) return;
    this.isTurnAwaited = true;
    this.clock.afterTurn(this.turned);
  }

  // A field, so that it can be handed on as it is, once a turn, without another closure.
  private readonly turned = (): void => {
    this.isTurnAwaited = false;
    const { round } = this;
    const slice = round?.channel.slices[round.next];
    if (!round || !slice) return;
    this.serve(round, slice);
    if (this.advance(round)) this.awaitTurn();
    else this.end(round);
  };

  /** On to the next slice that has something to come; false when none has. Some were served out of turn, see before(). */
  private advance(round: Round): boolean {
    const { slices } = round.channel;
    for (let looked = 0; looked < slices.length; looked++) {
      round.next = (round.next + 1) % slices.length;
      // Under load a round goes on for ever; what every slice has had is let go each time it comes round.
      if (round.next === 0) this.forget(round);
      if ((slices[round.next]?.had ?? 0) < round.messages.length) return true;
    }
    return false;
  }

  private serve({ channel, messages }: Round, slice: Slice): void {
    while (slice.had < messages.length) {
      const message = messages[slice.had++];
      if (message) this.publish(channel, slice, message.payload, message.except);
    }
  }

  private end(round: Round): void {
    this.round = undefined;
    for (const slice of round.channel.slices) {
      this.serve(round, slice);
      slice.had = 0;
    }
  }

  private forget({ channel, messages }: Round): void {
    const count = Math.min(...channel.slices.map(({ had }) => had));
    messages.splice(0, count);
    for (const slice of channel.slices) slice.had -= count;
  }
}
