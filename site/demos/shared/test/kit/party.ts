import * as v from "valibot";
import type { Settings } from "../../../../../packages/server/src/config/config.ts";
import { startServer, type TestServer } from "../../../../../packages/server/test/kit/server.ts";
import { GameConnection } from "../../connection/game-connection.ts";
import { defineGame } from "../../room/definition.ts";
import type { GameRoom, RoomOptions } from "../../room/game-room.ts";
import { type Identity, newIdentity } from "../../room/identity.ts";
import { openRoom } from "../../room/open-room.ts";

/** A game that only counts, for tests of the rooms. */
export const counting = defineGame({
  id: "counting",
  title: "Counting",
  seats: 2,
  minPlayers: 2,
  capacity: 4,
  messages: { add: v.object({ by: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3)) }) },
  checkpoints: { sum: v.number(), big: v.array(v.number()) },
});

export type CountingRoom = GameRoom<typeof counting.messages, typeof counting.checkpoints>;

/** A player of a test. */
export interface Guest {
  readonly connection: GameConnection;
  readonly room: CountingRoom;
  readonly identity: Identity;
}

export interface Party extends AsyncDisposable {
  readonly server: TestServer;
  connect(identity?: Identity): GameConnection;
  /** Opens the room of this party, or another one. */
  join(name: string, options?: Partial<RoomOptions> & { readonly identity?: Identity }): Promise<Guest>;
}

/** A relay, and players who join a room on it. */
export async function startParty(settings: Settings = {}): Promise<Party> {
  const server = await startServer(settings);
  const connections: GameConnection[] = [];
  const rooms: CountingRoom[] = [];
  const connect = (identity = newIdentity()) => {
    const connection = new GameConnection({ url: server.ws(), game: counting.id, identity, survives: false });
    connections.push(connection);
    return connection;
  };
  return {
    server,
    connect,
    async join(name, { identity = newIdentity(), ...options } = {}) {
      const connection = connect(identity);
      const room = await openRoom(connection, counting, { code: "BCDFG", name, ...options });
      rooms.push(room);
      return { connection, room, identity };
    },
    async [Symbol.asyncDispose]() {
      for (const room of rooms) room.close();
      for (const connection of connections) connection.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
