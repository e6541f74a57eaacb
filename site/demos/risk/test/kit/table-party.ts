import { effect } from "@preact/signals";
import { startServer, type TestServer } from "../../../../../packages/server/test/kit/server.ts";
import { GameConnection } from "../../../shared/connection/game-connection.ts";
import { type Identity, newIdentity } from "../../../shared/room/identity.ts";
import { openRoom } from "../../../shared/room/open-room.ts";
import { type ConquestRoom, conquest } from "../../net/definition.ts";
import { HostDuties } from "../../net/host.ts";
import { Pilot } from "../../net/pilot.ts";
import type { Drawer } from "../../net/secrets.ts";
import { Table } from "../../net/table.ts";

/** A peer without a page: everything but the drawing. */
export interface Peer {
  readonly connection: GameConnection;
  readonly room: ConquestRoom;
  readonly table: Table;
  readonly pilot: Pilot;
  readonly identity: Identity;
  /** Leaves as a page does that is closed. */
  close(): void;
}

export interface TableParty extends AsyncDisposable {
  readonly server: TestServer;
  join(name: string, identity?: Identity): Promise<Peer>;
}

const drawers = new Map<string, Map<string, string>>();

/** What a browser keeps for its user. */
function drawerOf({ secret }: Identity): Drawer {
  const values = drawers.get(secret) ?? new Map<string, string>();
  drawers.set(secret, values);
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  };
}

/** Joins a room without a page. */
export async function joinTable(url: string, code: string, name: string, identity = newIdentity()): Promise<Peer> {
  const connection = new GameConnection({ url, game: conquest.id, identity, survives: false });
  const room = await openRoom(connection, conquest, { code, name });
  const table = new Table(room, drawerOf(identity));
  const host = new HostDuties(table);
  const pilot = new Pilot(table);
  pilot.pace.value = 0;
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    for (const part of [pilot, host, table]) part.close();
    room.close();
    connection.close();
  };
  return { connection, room, table, pilot, identity, close };
}

/** A relay, and peers in one room on it. */
export async function startTableParty(settings: Record<string, string | number> = {}): Promise<TableParty> {
  const server = await startServer(settings);
  const peers: Peer[] = [];
  return {
    server,
    async join(name, identity) {
      const peer = await joinTable(server.ws(), "BCDFG", name, identity);
      peers.push(peer);
      return peer;
    },
    async [Symbol.asyncDispose]() {
      for (const peer of peers) peer.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Resolves once the condition holds; it is checked whenever a signal in it changes. */
export function until(condition: () => boolean, what: string, patience = 60_000): Promise<void> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`not in time: ${what}`));
    }, patience);
    stop = effect(() => {
      if (!condition()) return;
      clearTimeout(timer);
      queueMicrotask(() => stop());
      resolve();
    });
  });
}
