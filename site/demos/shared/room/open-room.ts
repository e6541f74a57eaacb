import { Fault } from "@achex/client";
import type { GameConnection } from "../connection/game-connection.ts";
import { newCode } from "./code.ts";
import type { GameDefinition, Schemas } from "./definition.ts";
import { Directory } from "./directory.ts";
import { GameRoom, type RoomOptions } from "./game-room.ts";

type Joining = Omit<RoomOptions, "code">;

/** How long "Play now" waits for a seat in a room before it tries another one, ms. */
const PATIENCE = 1_200;
/** Open rooms that "Play now" tries. */
const TRIES = 3;

/** What to tell a player who cannot join. */
export function refusalText(error: unknown, code: string, capacity: number): string {
  if (!(error instanceof Fault)) return String(error);
  if (error.code === "room-full")
    return `Room ${code} is full: it holds ${capacity} people. Create a room of your own, or try again when somebody leaves.`;
  if (error.code === "room-closed")
    return `Room ${code} is closed to newcomers. Ask its host, or create a room of your own.`;
  return `${error.message} ${error.remedy}`.trim();
}

/** Joins the room with that code, and creates it if nobody is there. Rejects with a Fault, such as `room-full`. */
export async function openRoom<M extends Schemas, C extends Schemas>(
  connection: GameConnection,
  game: GameDefinition<M, C>,
  options: RoomOptions,
): Promise<GameRoom<M, C>> {
  const room = new GameRoom(connection, game, options);
  try {
    await room.join();
    return room;
  } catch (error) {
    room.close();
    throw error;
  }
}

/** Creates a room under a code that nobody uses. */
export async function createRoom<M extends Schemas, C extends Schemas>(
  connection: GameConnection,
  game: GameDefinition<M, C>,
  options: Joining,
): Promise<GameRoom<M, C>> {
  for (;;) {
    const room = await openRoom(connection, game, { ...options, code: newCode() });
    if (room.hub.count <= 1) return room;
    await room.leave();
  }
}

const hasSeat = (room: GameRoom): Promise<boolean> =>
  new Promise((resolve) => {
    let stop = () => {};
    const timer = setTimeout(() => done(false), PATIENCE);
    const done = (result: boolean) => {
      clearTimeout(timer);
      queueMicrotask(() => stop());
      resolve(result);
    };
    stop = room.me.subscribe((me) => {
      if (me?.seat !== undefined) done(true);
    });
  });

/**
 * Puts a stranger into an open room with a free seat, ready to play. If there is none, opens one, and begins against the computer if the
 * game can be played so.
 */
export async function playNow<M extends Schemas, C extends Schemas>(
  connection: GameConnection,
  game: GameDefinition<M, C>,
  options: Joining,
): Promise<GameRoom<M, C>> {
  const directory = new Directory(connection);
  const rooms = await directory.follow();
  directory.leave();
  for (const { code } of rooms.slice(0, TRIES)) {
    try {
      const room = await openRoom(connection, game, { ...options, code, isOpen: true });
      if (await hasSeat(room)) {
        room.setReady(true);
        return room;
      }
      await room.leave();
    } catch {
      // Full or closed in the meantime: the next one.
    }
  }
  const room = await createRoom(connection, game, { ...options, isOpen: true });
  await hasSeat(room);
  if (game.solo) room.start({ atOnce: true });
  else room.setReady(true);
  return room;
}
