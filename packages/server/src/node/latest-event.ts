import type { Member } from "../delivery/channels.ts";

/** The latest event of a channel's presence. Members do not receive their own. */
export interface LatestEvent {
  event: number;
  /** Session id of the member that it is about; 0 when it is about the channel. */
  member: number;
  /** The latest one that is not about this member. */
  before: number;
}

/** The latest event that a session receives. */
export const latestFor = ({ id }: Member, { event, member, before }: LatestEvent): number =>
  member === id ? before : event;
