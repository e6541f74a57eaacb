import type { Player } from "../../shared/room/players.ts";
import type { DrawRoom } from "./definition.ts";
import type { Peers } from "./exchange.ts";

/** The members of a room as the exchange sees them: only a seat proves who somebody is. */
export function createPeers(room: DrawRoom): Peers {
  const find = (peer: number): Player | undefined => room.players.peek().find(({ sid }) => sid === peer);
  return {
    others() {
      const here = room.players.peek().filter(({ isMe, status }) => !isMe && status === "here");
      const first = [...here.filter(({ isHost }) => isHost), ...here.filter(({ isHost }) => !isHost)];
      return first.flatMap(({ sid }) => sid ?? []);
    },
    hostIsMe: () => room.isHost.peek(),
    isProven: () => room.me.peek()?.seat !== undefined,
    isHost: (peer) => room.host.peek()?.sid === peer,
    playerOf(peer) {
      const player = find(peer);
      return player?.seat === undefined ? undefined : player.id;
    },
    send(kind, data, to) {
      const target = to === undefined ? undefined : find(to);
      if (to === undefined || target) room.send(kind, data, { to: target });
    },
    reject: (reason) => room.reject(reason),
    now: () => performance.now(),
  };
}
