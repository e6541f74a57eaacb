import type { Attributes, Host, Member } from "@achex/client";
import { colorFrom } from "./colors.ts";
import { isId } from "./identity.ts";
import { nameFrom } from "./names.ts";
import type { Seats } from "./seats.ts";

/** `here`: connected. `away`: the connection has dropped and may return. `gone`: left, and a seat is kept. */
export type PlayerStatus = "here" | "away" | "gone";

/** Somebody in the room. */
export interface Player {
  /** The same after a reload, a drop, or when the link is opened again. Only that of a player with a seat is proven. */
  readonly id: string;
  /** Session; undefined if gone. */
  readonly sid: number | undefined;
  readonly name: string;
  /** Index of COLORS. */
  readonly color: number;
  /** From 0; undefined: a spectator, or waiting for a seat. */
  readonly seat: number | undefined;
  /** Ready for the next round. */
  readonly isReady: boolean;
  readonly status: PlayerStatus;
  /** Watches, and does not want a seat. */
  readonly isSpectator: boolean;
  readonly isHost: boolean;
  readonly isMe: boolean;
  /** Everything the member says about itself; not checked. */
  readonly attributes: Attributes;
}

export interface RosterFacts {
  readonly members: readonly Member[];
  readonly seats: Seats;
  readonly host: Host | undefined;
  readonly mySid: number | undefined;
  /** Rounds started so far. */
  readonly round: number;
}

const NONE: Attributes = Object.freeze({});

/** Seat of each session. Only the session that has proven to be the player counts: an id in the attributes may be a copy. */
function seatsBySid(seats: Seats): ReadonlyMap<number, number> {
  return new Map(seats.flatMap((seat, at) => (seat ? [[seat.sid, at] as const] : [])));
}

function playerFrom(member: Member, at: number | undefined, { seats, host, mySid, round }: RosterFacts): Player {
  const { attributes, sid } = member;
  const seat = at === undefined ? undefined : seats[at];
  return {
    id: seat?.id ?? (isId(attributes.id) ? attributes.id : `sid-${sid}`),
    sid,
    name: nameFrom(attributes.name, "Player"),
    color: seat?.color ?? colorFrom(attributes.color),
    seat: at,
    isReady: at !== undefined && attributes.ready === round + 1,
    status: member.away === true ? "away" : "here",
    isSpectator: attributes.spectator === true,
    isHost: host?.sid === sid,
    isMe: sid === mySid,
    attributes,
  };
}

/** Everybody in the room, those with seats first, in their order; then the others in the order in which they joined. */
export function playersFrom(facts: RosterFacts): readonly Player[] {
  const { members, seats } = facts;
  const seatFor = seatsBySid(seats);
  const present = members.map((member) => playerFrom(member, seatFor.get(member.sid), facts));
  const sids = new Set(members.map(({ sid }) => sid));
  const gone = seats.flatMap((seat, at): Player[] =>
    !seat || sids.has(seat.sid)
      ? []
      : [
          {
            ...{ id: seat.id, sid: undefined, name: nameFrom(seat.name), color: seat.color, seat: at },
            ...{ isReady: false, status: "gone", isSpectator: false, isHost: false, isMe: false, attributes: NONE },
          },
        ],
  );
  const joined = new Map(members.map(({ sid, joined: time }) => [sid, time]));
  const order = ({ seat, sid = 0 }: Player) => seat ?? 1_000 + (joined.get(sid) ?? 0);
  return [...present, ...gone].toSorted((one, other) => order(one) - order(other));
}
