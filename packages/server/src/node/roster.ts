import { type Attributes, achex2Limits } from "@achex/protocol";
import type { Channel, Member, Membership } from "../delivery/channels.ts";

/** What a roster needs to know about a session. */
export interface RosterSession extends Member {
  readonly state: { readonly kind: string; readonly name?: string };
  readonly memberships: readonly Membership[];
}

/** A member as rosters and events list it (PROTOCOL.md R21). */
interface RosterMember {
  readonly name: string;
  readonly sid: number;
  readonly joined: number;
  readonly attributes: Attributes;
  readonly away?: true;
  readonly seat?: number;
}

/** Part of the members of a channel, ordered by session id. */
export interface Page {
  readonly members: readonly RosterMember[];
  /** The last session id of the page when more members follow. */
  readonly next: number | null;
}

export const nameOf = ({ state }: RosterSession): string => state.name ?? "";

export const rosterMemberOf = (
  session: RosterSession,
  { joined, attributes, isAway, seat }: Membership,
): RosterMember => ({
  name: nameOf(session),
  sid: session.id,
  joined,
  attributes,
  ...(isAway && { away: true }),
  ...(seat !== undefined && { seat }),
});

/** The first members whose session id is above `after` (PROTOCOL.md R23, R24). */
export function pageOf(
  channel: Channel,
  sessions: { get(id: number): RosterSession | undefined },
  after: number,
): Page {
  const ids: number[] = [];
  for (const { id } of channel.members()) if (id > after) ids.push(id);
  // A typed array is sorted as numbers, and many times faster than an array with a comparator.
  const sorted = Int32Array.from(ids).sort();
  const members: RosterMember[] = [];
  for (const id of sorted.subarray(0, achex2Limits.roster)) {
    const session = sessions.get(id);
    const membership = session?.memberships.find((one) => one.channel === channel);
    if (session && membership) members.push(rosterMemberOf(session, membership));
  }
  return { members, next: ids.length > achex2Limits.roster ? (members.at(-1)?.sid ?? null) : null };
}
