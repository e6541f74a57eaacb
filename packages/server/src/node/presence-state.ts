import type { Channel } from "../delivery/channels.ts";
import type { EventClock } from "./event-clock.ts";
import type { LatestEvent } from "./latest-event.ts";
import type { OtherMembers, Page, RosterSession } from "./roster.ts";

/** What presence needs to know about a session. */
export interface PresenceSession extends RosterSession {
  chargeBytes(bytes: number): void;
  sendUncounted(text: string): void;
}

export interface PresenceDeps {
  /** Every session by its id. */
  readonly sessions: { get(id: number): PresenceSession | undefined };
  toChannel(channel: Channel, text: string, except: number | undefined): void;
  readonly events?: EventClock;
  /** The members on other nodes; undefined on a node that is not in a cluster. */
  readonly others?: OtherMembers | undefined;
}

/** The presence of one hub or broadcast that has followers. */
export interface PresenceState {
  /** A channel of their own: its topic sends an event to all followers at once, in order with the messages. */
  readonly followers: Channel;
  /** There are more members than a roster lists, so followers get counts instead of single events. */
  countsOnly: boolean;
  countChanged: boolean;
  readonly latest: LatestEvent;
  /** The first page of the roster, cached until it changes. Without the cache, the cost of n members joining is n². */
  firstPage: Page | undefined;
}
