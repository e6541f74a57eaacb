import { sha256 } from "@noble/hashes/sha2.js";
import { GameConnection } from "../../../shared/connection/game-connection.ts";
import { hashOf } from "../../../shared/room/hash.ts";
import { DirectSession } from "../../net/direct-session.ts";
import { RoomSession } from "../../net/room-session.ts";
import { Store } from "../../net/store.ts";
import type { RoomAddress } from "../../rules/room-address.ts";
import { authorNamed } from "./notes.ts";

/** Somebody without a page: everything but views and storage. */
export interface Guest extends Disposable {
  readonly connection: GameConnection;
  /** A room, once its newest messages are there. */
  enter(address: RoomAddress): Promise<RoomSession>;
  /** A conversation with that guest, who may be away. */
  write(other: string): DirectSession;
}

const loginOf = (name: string): string => `login-${name}`;

/** `url`: of the relay. */
export function guest(url: string, name: string): Guest {
  const identity = { secret: hashOf(`guest ${name}`) };
  const account = { name: loginOf(name), passwd: `password ${name}` };
  const connection = new GameConnection({
    url,
    game: "chat",
    identity,
    account,
    survives: false,
    inbox: { device: "test" },
  });
  const author = authorNamed(name);
  const store = new Store("test");
  const shared = { connection, author, store, name: () => name };
  const rooms: RoomSession[] = [];
  return {
    connection,
    async enter(address) {
      // Fast, for tests; the worker of the page takes a third of a second.
      const derive = async (phrase: string, salt: Uint8Array) =>
        sha256(new Uint8Array([...Buffer.from(phrase), ...salt]));
      const room = new RoomSession({ ...shared, address, derive });
      rooms.push(room);
      await room.start();
      return room;
    },
    write(other) {
      const peer = { author: authorNamed(other).id, login: loginOf(other), name: other };
      const session = new DirectSession({ ...shared, peer });
      connection.client.on("message", ({ kind, from, data, bytes }) =>
        kind === "name" ? session.receive({ from, data, bytes }) : undefined,
      );
      return session;
    },
    [Symbol.dispose]() {
      for (const room of rooms) room.close();
      connection.close();
    },
  };
}
