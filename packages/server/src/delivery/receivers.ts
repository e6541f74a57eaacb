import type { Dialect } from "@achex/protocol";
import type { FollowedChannel, Message } from "../engine.ts";
import type { Socket } from "../socket.ts";
import type { Channel, Channels, Member } from "./channels.ts";

/** What delivery needs to know about a session. */
export interface Receiver extends Member {
  readonly instance: string;
  readonly endpoint: { readonly listenerIndex: number; readonly dialect: Dialect };
  readonly state: { readonly kind: string };
  readonly socket: Socket;
  /** It should get only the latest values (PROTOCOL.md R130). */
  readonly isBehind: boolean;
  readonly isUnresponsive: boolean;
  /** Asks whether its client still reads. */
  probe(): void;
  /** Messages to topics reach it. */
  readonly isLive: boolean;
  /**
   * Called when bytes begin to wait for the client. Until they are written, the backlog is measured, and a disconnect is
   * attributed to it.
   */
  markLagging(): void;
}

/** Every session by its id. */
export interface SessionLookup {
  get(id: number): Receiver | undefined;
}

/** Sessions that are moving between nodes, and so in no channel. */
export interface MovingMembers {
  readonly size: number;
  /** Those that get what is being handled now; none that takes turns if that `isTaken` already. */
  receivers(channel: FollowedChannel, isTaken: boolean, except?: number): readonly Member[];
}

export type Recipients = Pick<Message, "instance" | "targets" | "except">;

/** The session with that id, if a message may go to it (PROTOCOL.md K9). */
export function sessionOf(sessions: SessionLookup, id: number, instance: string): Receiver | undefined {
  const session = sessions.get(id);
  if (session?.instance !== instance) return undefined;
  // A cloud client would mistake a message that arrives before its login reply for that reply.
  return session.endpoint.dialect === "cloud" && session.state.kind === "greeted" ? undefined : session;
}

/** The next member in the rotation that accepts; those that are away come after all others (PROTOCOL.md R78). */
export function nextThatAccepts(channel: Channel, accepts: (member: Member) => boolean): Member | undefined {
  const { size, away } = channel;
  for (let left = away < size ? size : 0; left > 0; left--) {
    const member = channel.nextInRotation();
    if (member && !member.isAway && accepts(member)) return member;
  }
  for (let left = away > 0 ? size : 0; left > 0; left--) {
    const member = channel.nextInRotation();
    if (member?.isAway && accepts(member)) return member;
  }
  return undefined;
}

const isOpen = (member: Member): boolean => !member.isClosed;

/** The sessions a message would go to, each of them once even when several targets lead to it (PROTOCOL.md M3). */
export function receiversOf(
  message: Recipients,
  {
    channels,
    sessions,
    moving,
  }: { readonly channels: Channels; readonly sessions: SessionLookup; readonly moving: MovingMembers },
): readonly Member[] {
  const receivers = new Set<Member>();
  for (const target of message.targets) {
    if (target.kind === "session") {
      const session = sessionOf(sessions, target.id, message.instance);
      if (session) receivers.add(session);
      continue;
    }
    const { instance, except } = message;
    const { kind, name } = target;
    const channel = channels.find(instance, kind, name);
    const taker = channel?.owner?.roundRobin ? nextThatAccepts(channel, isOpen) : undefined;
    if (taker) receivers.add(taker);
    else if (channel && !channel.owner?.roundRobin) for (const member of channel.members()) receivers.add(member);
    if (moving.size === 0) continue;
    for (const member of moving.receivers({ instance, kind, name }, taker !== undefined, except)) receivers.add(member);
  }
  return [...receivers].filter(({ id }) => id !== message.except && !sessions.get(id)?.isClosed);
}
