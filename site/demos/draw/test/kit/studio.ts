import { startServer, type TestServer } from "../../../../../packages/server/test/kit/server.ts";
import { GameConnection } from "../../../shared/connection/game-connection.ts";
import { type Identity, newIdentity } from "../../../shared/room/identity.ts";
import { openRoom } from "../../../shared/room/open-room.ts";
import { type DrawRoom, game } from "../../net/definition.ts";
import { DrawSession } from "../../net/session.ts";
import { packPoints } from "../../rules/points.ts";

export const CODE = "BCDFG";

/** A player without a page: everything but canvases. */
export class Painter {
  readonly session: DrawSession;

  constructor(
    readonly room: DrawRoom,
    readonly identity: Identity,
  ) {
    this.session = new DrawSession(room);
  }

  get size(): number {
    return this.session.board.drawing.size;
  }

  get digest(): string {
    return this.session.board.drawing.digest();
  }

  /** Whether this player may draw yet. */
  get isReady(): boolean {
    return this.session.mayDraw.peek();
  }

  /** Draws so many short strokes around a place. */
  draw(count: number, x = 0, y = 0): void {
    for (let at = 0; at < count; at++) {
      const points = packPoints([
        [x + at * 3, y, 0.5],
        [x + at * 3 + 8, y + 12, 0.7],
        [x + at * 3 + 2, y + 24, 0.4],
      ]);
      this.session.perform({ op: "add", shape: { kind: "pen", color: at % 11, width: 4, points } });
    }
  }

  close(): void {
    this.session.close();
    this.room.close();
    this.room.connection.close();
  }

  async leave(): Promise<void> {
    await this.room.leave();
    this.close();
  }
}

export interface Studio extends AsyncDisposable {
  readonly server: TestServer;
  connect(identity?: Identity): GameConnection;
  join(name: string, identity?: Identity): Promise<Painter>;
}

/** Joins the room on a relay as a player without a page. */
export async function joinAt(url: string, name: string, code = CODE, identity = newIdentity()): Promise<Painter> {
  const connection = new GameConnection({ url, game: game.id, identity, survives: false });
  return new Painter(await openRoom(connection, game, { code, name }), identity);
}

/** A relay, and players who draw in one room on it. */
export async function startStudio(): Promise<Studio> {
  const server = await startServer();
  const painters: Painter[] = [];
  const connections: GameConnection[] = [];
  return {
    server,
    connect(identity = newIdentity()) {
      const connection = new GameConnection({ url: server.ws(), game: game.id, identity, survives: false });
      connections.push(connection);
      return connection;
    },
    async join(name, identity) {
      const painter = await joinAt(server.ws(), name, CODE, identity);
      painters.push(painter);
      return painter;
    },
    async [Symbol.asyncDispose]() {
      for (const one of [...painters, ...connections]) one.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
