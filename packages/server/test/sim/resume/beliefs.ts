import { keyOf, ROOMS } from "../achex2/state.ts";
import type { ClientSession } from "./client-session.ts";
import type { ResumeModel } from "./model.ts";
import type { ModelSession } from "./model-session.ts";
import { wrongRoomBelief } from "./room-beliefs.ts";

/** Milliseconds after which a member that is away must have been announced (PROTOCOL.md R76), with the second of a tick. */
const ANNOUNCED_AFTER = 3_100;

const isAnnounced = ({ state, awaySince }: ModelSession, now: number): boolean | undefined => {
  // It may have been announced before it ended, and stays a member until its waiting frames are handled.
  if (state === "closed") return undefined;
  if (state !== "away") return false;
  return now - awaySince >= ANNOUNCED_AFTER ? true : undefined;
};

/** What is wrong with what a client has received and knows, once it has read everything. */
export function wrongKnowledge(model: ResumeModel, session: ClientSession, now: number): string | undefined {
  const { model: self, read } = session;
  if (self.sliced.size > 0) return `${self.id} did not receive a large message`;
  if (read !== self.expected.length) return `${self.id} did not receive ${self.expected[read]}`;
  if (!self.isAchex2) return undefined;
  return wrongBelief(model, session, now) ?? wrongRoomBelief(model, session, now);
}

/** Something about presence and watched names that is not true. */
function wrongBelief(model: ResumeModel, { model: self, view }: ClientSession, now: number): string | undefined {
  for (const room of ROOMS) {
    const key = keyOf(room);
    if (self.followed.has(key) !== view.rooms.has(key))
      return `${self.id} has ${view.rooms.has(key) ? "a" : "no"} roster of ${key}`;
    if (!self.followed.has(key)) continue;
    const members = model.members(self.instance, room);
    const truth = JSON.stringify(members.map(({ id, name, rooms }) => [id, name, rooms.get(key)?.attributes]));
    const believed = JSON.stringify(view.members(room));
    if (believed !== truth) return `${self.id} knows ${believed} of ${key} instead of ${truth}`;
    for (const member of members) {
      const isAway = isAnnounced(member, now);
      if (isAway !== undefined && view.isAway(room, member.id) !== isAway)
        return `${self.id} knows that ${member.id} is ${isAway ? "present" : "away"} in ${key}`;
    }
  }
  for (const name of self.watched) {
    if (view.online.has(name) !== model.isOnline(self.instance, name))
      return `${self.id} knows that ${name} is ${view.online.has(name) ? "online" : "offline"}`;
  }
  return undefined;
}
