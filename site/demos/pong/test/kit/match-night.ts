import { startServer, type TestServer } from "../../../../../packages/server/test/kit/server.ts";
import { until } from "../../../../../packages/server/test/kit/wait.ts";
import { GameConnection } from "../../../shared/connection/game-connection.ts";
import { type Identity, newIdentity } from "../../../shared/room/identity.ts";
import { openRoom } from "../../../shared/room/open-room.ts";
import { pong } from "../../net/game.ts";
import type { Steering } from "../../net/live-court.ts";
import { type PongRoom, Table } from "../../net/table.ts";
import { Umpire } from "../../net/umpire.ts";
import { steer } from "../../rules/computer.ts";
import { type Seat, TICK_MS } from "../../rules/court.ts";
import { heightAt } from "../../rules/flight.ts";
import { pathOf } from "../../rules/match.ts";

/** A peer without a screen: it plays its seat well, or lets every ball pass. */
export class Peer {
  readonly table: Table;
  readonly umpire: Umpire;
  /** On which seats it does not follow the ball. */
  idles: (seat: Seat) => boolean = () => false;
  /** Its page is asleep. */
  isFrozen = false;

  constructor(
    readonly connection: GameConnection,
    readonly room: PongRoom,
    readonly identity: Identity,
    now: () => number,
  ) {
    this.table = new Table(room, now);
    this.umpire = new Umpire(this.table);
  }

  get court() {
    const id = this.table.court.value?.id;
    return id === undefined ? undefined : this.table.courts.get(id);
  }

  get rejected(): readonly string[] {
    return this.connection.log.frames.flatMap(({ rejected }) => rejected ?? []);
  }

  step(now: number): void {
    if (this.isFrozen) return;
    this.umpire.look(now);
    this.table.step(now, this.#steering());
  }

  leave(): void {
    this.close();
    void this.room.leave();
  }

  close(): void {
    this.umpire.close();
    this.table.close();
    this.room.close();
    this.connection.close();
  }

  #steering(): Steering {
    const seat = this.table.mySeat();
    const shown = this.court?.timeline.shown;
    if (seat === undefined || !shown || this.idles(seat)) return { target: 20, axis: 0, serves: true, isArmed: false };
    const y = this.court?.paddles[seat]?.y ?? 90;
    const path = shown.flight && pathOf(shown.flight);
    // Off the middle, or a rally would go straight for ever.
    const target = path ? heightAt(path, path.touch) + 9 : steer(shown, seat, "sharp", y, 0);
    return { target, axis: 0, serves: true, isArmed: true };
  }
}

export interface MatchNight extends AsyncDisposable {
  /** Stops the relay and starts another on the same port, which remembers nothing. */
  restart(): Promise<void>;
  readonly peers: readonly Peer[];
  join(name: string, options?: { readonly identity?: Identity; readonly isSpectator?: boolean }): Promise<Peer>;
  /** Runs everybody's game until the condition holds, faster than the clock. */
  playUntil(what: string, isDone: () => boolean): Promise<void>;
  /** The same at the pace of the clock, for what takes real time. */
  playInRealTimeUntil(what: string, isDone: () => boolean): Promise<void>;
  /** Runs everybody's game for so many ms of game time. */
  playFor(milliseconds: number): Promise<void>;
}

const macrotask = () => new Promise<void>((resolve) => setImmediate(resolve));
/** Game time within which anything must happen, in steps: 20 minutes. */
const MOST_STEPS = 144_000;

/** A relay, a room of Pong, and peers in it whose clock runs as fast as the machine allows. */
export async function startMatchNight(): Promise<MatchNight> {
  let server: TestServer = await startServer();
  const peers: Peer[] = [];
  let now = 1_000;
  const step = async () => {
    now += TICK_MS;
    for (const peer of peers) peer.step(now);
    await macrotask();
  };
  return {
    peers,
    async restart() {
      const { main } = server.ports;
      await server.stop();
      server = await startServer({ port: main });
    },
    async join(name, { identity = newIdentity(), isSpectator = false } = {}) {
      const connection = new GameConnection({ url: server.ws(), game: pong.id, identity, survives: false });
      const room = await openRoom(connection, pong, { code: "BCDFG", name, isSpectator });
      const peer = new Peer(connection, room, identity, () => now);
      peers.push(peer);
      return peer;
    },
    async playUntil(what, isDone) {
      for (let steps = 0; !isDone(); steps++) {
        if (steps > MOST_STEPS) throw new Error(`${what} did not happen`);
        await step();
      }
    },
    async playInRealTimeUntil(what, isDone) {
      const ahead = now - performance.now();
      await until(what, async () => {
        while (now < performance.now() + ahead) await step();
        return isDone();
      });
    },
    async playFor(milliseconds) {
      const end = now + milliseconds;
      while (now < end) await step();
    },
    async [Symbol.asyncDispose]() {
      for (const peer of peers) peer.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
