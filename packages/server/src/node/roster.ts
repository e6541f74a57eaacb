import { type Attributes, achex2Limits } from "@achex/protocol";
import type { Channel, Member, Membership } from "../delivery/channels.ts";

/** What a roster needs to know about a session. */
export interface RosterSession extends Member {
  readonly state: { readonly kind: string; readonly name?: string };
  readonly memberships: readonly Membership[];
}

/** A member as rosters and events list it (PROTOCOL.md R21). */
export interface RosterMember {
  readonly name: string;
  readonly sid: number;
  readonly joined: number;
  readonly attributes: Attributes;
  readonly away?: true;
  readonly seat?: number;
}

/** A change of the members of a channel, as other nodes receive it. */
export type MemberEvent =
  | { readonly kind: "joined"; readonly member: RosterMember }
  | { readonly kind: "left" | "away" | "back"; readonly sid: number; readonly name: string }
  | { readonly kind: "changed"; readonly sid: number; readonly name: string; readonly attributes: Attributes }
  /** `null`: it has none. */
  | { readonly kind: "seat"; readonly sid: number; readonly name: string; readonly seat: number | null };

/** The members of channels on other nodes. */
export interface OtherMembers {
  count(channel: Channel): number;
  members(channel: Channel): Iterable<RosterMember>;
  /** Tells the nodes that follow the presence of the channel. */
  tell(channel: Channel, event: MemberEvent): void;
  /** Nobody follows the channel here any more. */
  unfollow(channel: Channel): void;
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

export const addressOf = ({ kind, name }: Channel) => (kind === "hub" ? { hub: name } : { bc: name });

/** The event that followers are sent for a change on another node (PROTOCOL.md R20). */
export function memberFrame(channel: Channel, event: MemberEvent): object {
  const address = addressOf(channel);
  if (event.kind === "joined") return { $joined: { ...address, ...event.member } };
  const { kind, sid, name } = event;
  if (kind === "seat") return { $changed: { ...address, name, sid, seat: event.seat } };
  if (kind !== "changed") return { [`$${kind}`]: { ...address, name, sid } };
  return { $changed: { ...address, name, sid, attributes: event.attributes } };
}

/** The first members whose session id is above `after` (PROTOCOL.md R23, R24). */
export function pageOf(
  channel: Channel,
  sessions: { get(id: number): RosterSession | undefined },
  after: number,
  others?: OtherMembers,
): Page {
  const ids: number[] = [];
  for (const { id } of channel.members()) if (id > after) ids.push(id);
  const elsewhere = new Map<number, RosterMember>();
  for (const member of others?.members(channel) ?? []) {
    if (member.sid <= after) continue;
    ids.push(member.sid);
    elsewhere.set(member.sid, member);
  }
  // A typed array is sorted as numbers, and many times faster than an array with a comparator.
  const sorted = Int32Array.from(ids).sort();
  const members: RosterMember[] = [];
  for (const id of sorted.subarray(0, achex2Limits.roster)) {
    const session = sessions.get(id);
    const membership = session?.memberships.find((one) => one.channel === channel);
    const other = elsewhere.get(id);
    if (session && membership) members.push(rosterMemberOf(session, membership));
    else if (other) members.push(other);
  }
  return { members, next: ids.length > achex2Limits.roster ? (members.at(-1)?.sid ?? null) : null };
}

/** Whether a member comes after the first page, so that a change of it leaves the page as it is. */
export const isAfterPage = ({ next }: Page, sid: number, members: number): boolean =>
  next !== null && sid > next && members > achex2Limits.roster;
