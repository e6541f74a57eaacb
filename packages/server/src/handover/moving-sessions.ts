import type { Member } from "../delivery/channels.ts";
import type { FollowedChannel } from "../engine.ts";

/** A session that is on its way from one node to another, at either of them. */
export interface Moving {
  readonly session: Member;
  /** Its channels, and whether it takes turns in them. */
  readonly channels: readonly { readonly channel: FollowedChannel; readonly inTurn: boolean }[];
  /** Whether what is being handled now is for it at this node, and not at the other. */
  accepts(): boolean;
}

const keyOf = ({ instance, kind, name }: FollowedChannel): string => `${kind}\0${instance}\0${name}`;

/**
 * The sessions that are moving to or from this node. They are in no channel: which of the two nodes a message belongs to depends on the
 * node that it comes from, and a channel cannot tell.
 */
export class MovingSessions {
  private readonly byChannel = new Map<string, Set<Moving>>();
  private readonly byId = new Map<number, Moving>();

  get size(): number {
    return this.byId.size;
  }

  has(id: number): boolean {
    return this.byId.has(id);
  }

  add(moving: Moving): void {
    this.byId.set(moving.session.id, moving);
    for (const { channel } of moving.channels)
      this.byChannel.getOrInsertComputed(keyOf(channel), () => new Set<Moving>()).add(moving);
  }

  delete(moving: Moving): void {
    this.byId.delete(moving.session.id);
    for (const { channel } of moving.channels) {
      const key = keyOf(channel);
      const others = this.byChannel.get(key);
      others?.delete(moving);
      if (others?.size === 0) this.byChannel.delete(key);
    }
  }

  /** Whether a session of that channel is moving. */
  isIn(channel: FollowedChannel): boolean {
    return this.byChannel.has(keyOf(channel));
  }

  /**
   * Those that receive what is being handled now and goes to that channel; `isTaken` if a member of it that takes turns has it already,
   * and `except` is the id of a session that must not receive it.
   */
  receivers(channel: FollowedChannel, isTaken: boolean, except?: number): Member[] {
    if (this.byId.size === 0) return [];
    const receivers: Member[] = [];
    let hasTurn = isTaken;
    for (const moving of this.byChannel.get(keyOf(channel)) ?? []) {
      if (moving.session.id === except || !moving.accepts()) continue;
      const inTurn = moving.channels.some((one) => one.inTurn && keyOf(one.channel) === keyOf(channel));
      if (inTurn && hasTurn) continue;
      hasTurn ||= inTurn;
      receivers.push(moving.session);
    }
    return receivers;
  }
}
