import { ROOMS } from "../achex2/state.ts";
import type { ClientSession } from "./client-session.ts";
import type { ResumeModel } from "./model.ts";
import type { ModelRoom } from "./model-rooms.ts";

/** Milliseconds after which a host that is away must have been replaced: the grace by default, and the second of a tick. */
const REPLACED_AFTER = 6_100;

/** Something about rooms that a client which has read everything knows and that is not true (PROTOCOL.md R102, R111, R112). */
export function wrongRoomBelief(
  model: ResumeModel,
  { model: self, rooms }: ClientSession,
  now: number,
): string | undefined {
  for (const room of ROOMS) {
    const one = model.rooms.find(room);
    if (!one?.followers.has(self.id)) continue;
    const known = rooms.find(room);
    if (!known) return `${self.id} follows ${room.kind} ${room.name} and knows nothing`;
    if (one.base !== undefined && known.version !== one.base + one.version)
      return `${self.id} knows version ${known.version} of ${room.kind} ${room.name}, which is at ${one.base + one.version}`;
    if (known.term !== model.rooms.termOf(room))
      return `${self.id} knows term ${known.term} of ${room.kind} ${room.name}`;
    const wrong = wrongHost(model, one, known.host, now);
    if (wrong !== undefined)
      return `${self.id} knows that ${known.host} is host of ${room.kind} ${room.name}, but ${wrong}`;
  }
  return undefined;
}

/** Why a session cannot be the host of a room now. */
function wrongHost(
  { sessions, restarted }: ResumeModel,
  { followers }: ModelRoom,
  host: number | undefined,
  now: number,
) {
  const candidates = [...followers].filter(([id, { wants }]) => wants && sessions.get(id)?.state === "present");
  if (host === undefined) return candidates.length === 0 ? undefined : `${candidates.map(([id]) => id)} would be one`;
  if (followers.get(host)?.wants !== true) return "it does not want to be one";
  const session = sessions.get(host);
  const isGone = session?.state === "away" && now - Math.max(session.awaySince, restarted) >= REPLACED_AFTER;
  return isGone && candidates.length > 0 ? "it has been away for longer than the grace" : undefined;
}
