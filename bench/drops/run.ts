// One side of the benchmark: its server, the proxy that drops connections by the schedule, and the process of its clients.
import { onLoadCore } from "../lib/cores.ts";
import { Lines } from "../lib/lines.ts";
import { launch, stopProcess } from "../lib/processes.ts";
import { type StartedServer, withServer } from "../lib/server.ts";
import type { FleetOptions, FleetReport } from "./fleet.ts";
import { DroppingProxy } from "./proxy.ts";
import { type Drop, type DropOptions, scheduleDrops } from "./schedule.ts";
import type { DropSide } from "./sides.ts";

export interface RunOptions extends DropOptions {
  readonly perRoom: number;
  readonly rate: number;
  readonly delayMs: number;
  /** Seconds from one restart to the next, for sides that restart. */
  readonly restartEverySeconds: number;
}

export interface SideResult extends FleetReport {
  readonly side: DropSide["id"];
  readonly title: string;
  readonly version: string;
  /** Connections that the proxy has cut. */
  readonly cuts: number;
  readonly restarts: number;
}

const SETUP_LIMIT_MS = 60_000;
const END_LIMIT_MS = 150_000;

/** Drops connections by the schedule. Returns a function that ends all drops. */
function follow(schedule: readonly Drop[], dropSeconds: number, proxy: DroppingProxy): () => void {
  const timers = schedule.flatMap(({ at, client }) => [
    setTimeout(() => proxy.cut(client), at),
    setTimeout(() => proxy.restore(client), at + dropSeconds * 1_000),
  ]);
  return () => {
    for (const timer of timers) clearTimeout(timer);
    for (const { client } of schedule) proxy.restore(client);
  };
}

/** Restarts the server at regular times, but not in the last few seconds. Returns a function that resolves with their number. */
function restartRegularly(server: StartedServer, everySeconds: number, seconds: number): () => Promise<number> {
  const planned = Math.max(1, Math.ceil(seconds / everySeconds) - 1);
  let done: Promise<number> = Promise.resolve(0);
  const timers = Array.from({ length: planned }, (_, index) =>
    setTimeout(
      () => {
        done = done.then(async (count) => {
          await server.restart();
          return count + 1;
        });
      },
      Math.min((index + 1) * everySeconds, seconds / 2 + index * everySeconds) * 1_000,
    ),
  );
  return () => {
    for (const timer of timers) clearTimeout(timer);
    return done;
  };
}

export const runSide = (side: DropSide, options: RunOptions): Promise<SideResult> =>
  withServer(side.server, async (server) => {
    const { clients, perRoom, rate, seconds, delayMs } = options;
    const proxy = await DroppingProxy.open({ clients, target: server.port, delayMs });
    const fleetOptions: FleetOptions = { ports: proxy.ports, perRoom, rate, seconds, mode: side.mode };
    const child = launch(onLoadCore([...(await side.clients()), JSON.stringify(fleetOptions)]), "pipe");
    try {
      const lines = new Lines(child);
      await lines.next(SETUP_LIMIT_MS);
      child.stdin?.write("go\n");
      const endDrops = follow(scheduleDrops(options), options.dropSeconds, proxy);
      const endRestarts = side.restarts
        ? restartRegularly(server, options.restartEverySeconds, seconds)
        : async () => 0;
      await lines.next(seconds * 1_000 + SETUP_LIMIT_MS);
      endDrops();
      const restarts = await endRestarts();
      const report: FleetReport = JSON.parse(await lines.next(END_LIMIT_MS));
      const version = side.server.version();
      return { side: side.id, title: side.title, version, cuts: proxy.cuts, restarts, ...report };
    } finally {
      await stopProcess(child);
      proxy.close();
    }
  });
