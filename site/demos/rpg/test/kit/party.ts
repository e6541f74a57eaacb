import { startServer, type TestServer } from "../../../../../packages/server/test/kit/server.ts";
import { GameConnection } from "../../../shared/connection/game-connection.ts";
import { newIdentity } from "../../../shared/room/identity.ts";
import { openRoom } from "../../../shared/room/open-room.ts";
import { lanternfall } from "../../definition.ts";
import type { WorldRoom } from "../../net/checkpoint.ts";
import { Game } from "../../net/game.ts";
import { newCharacter } from "../../rules/hero.ts";
import { lookFrom } from "../../rules/look.ts";

/** A player without a page. */
export interface TestPlayer {
  readonly connection: GameConnection;
  readonly room: WorldRoom;
  readonly game: Game;
  readonly notices: string[];
  /** Reasons why frames were rejected. */
  readonly rejected: () => readonly string[];
  leave(): void;
}

export interface TestParty extends AsyncDisposable {
  readonly server: TestServer;
  join(name: string): Promise<TestPlayer>;
}

/** Resolves when something is so; its deadline is the test's. */
export async function until(what: string, isSo: () => boolean, deadline = 8_000): Promise<void> {
  const end = performance.now() + deadline;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`not so in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** Players in one world on a relay in this process. */
export async function startParty(pace = 8): Promise<TestParty> {
  const server = await startServer();
  const ends: (() => void)[] = [];
  return {
    server,
    async join(name) {
      const connection = new GameConnection({
        url: server.ws(),
        game: lanternfall.id,
        identity: newIdentity(),
        survives: false,
      });
      const room: WorldRoom = await openRoom(connection, lanternfall, { code: "BCDFG", name });
      const notices: string[] = [];
      const game = new Game({
        ...{ room, character: newCharacter(name, lookFrom(name.length)), pace },
        heard() {},
        notice: (text) => notices.push(text),
      });
      const timer = setInterval(() => {
        game.update(performance.now());
        game.walker.update(performance.now(), undefined);
      }, 16);
      const leave = () => {
        clearInterval(timer);
        game.close();
        room.close();
        connection.close();
      };
      ends.push(leave);
      await until(`${name} is in the world`, () => game.me.peek() !== undefined && !game.walker.isHeld);
      const rejected = () => connection.log.frames.flatMap(({ rejected: reason }) => reason ?? []);
      return { connection, room, game, notices, rejected, leave };
    },
    async [Symbol.asyncDispose]() {
      for (const end of ends) end();
      await server[Symbol.asyncDispose]();
    },
  };
}
