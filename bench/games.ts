// What do 100 simultaneous games of each kind cost the relay, and how much does a player send and receive? Scripts play them.
// bun bench/games.ts [--only pong] [--games N] [--seconds N] [--out FILE]
import { parseArgs } from "node:util";
import type { GameDriver } from "./games/driver.ts";
import { drivers } from "./games/index.ts";
import { newMeter, startParty } from "./games/party.ts";
import { areApart } from "./lib/cores.ts";
import { stopAllOnExit } from "./lib/processes.ts";
import { type Running, withServer } from "./lib/server.ts";
import { cpuSecondsOf } from "./lib/started.ts";
import { ours } from "./rivals/ours.ts";

const STEP_MS = 25;
const WARM_UP_SECONDS = 2;

interface Result {
  readonly game: string;
  readonly games: number;
  readonly players: number;
  /** Of one core, while all games are played. */
  readonly relayCpuPercent: number;
  /** Per second, of all games together. */
  readonly framesIn: number;
  readonly framesOut: number;
  /** Microseconds of the relay per frame that it sends. */
  readonly cpuMicrosecondsPerFrame: number;
  /** Per second and player. */
  readonly bytesSentPerPlayer: number;
  readonly bytesReceivedPerPlayer: number;
}

async function measure(driver: GameDriver, { port, pid }: Running, games: number, seconds: number): Promise<Result> {
  const meter = newMeter();
  const url = `ws://127.0.0.1:${port}/bench-${driver.id}`;
  const parties = await Promise.all(
    Array.from({ length: games }, (_, index) => startParty(url, `game-${index}`, driver.players, meter)),
  );
  const running = parties.map(({ players }, index) => driver.start(players, index));
  const play = async (time: number) => {
    const end = performance.now() + time * 1_000;
    while (performance.now() < end) {
      for (const game of running) game.step(performance.now());
      await Bun.sleep(STEP_MS);
    }
  };
  await play(WARM_UP_SECONDS);
  const [sent, received] = [{ ...meter.sent }, { ...meter.received }];
  const [cpu, start] = [cpuSecondsOf(pid), performance.now()];
  await play(seconds);
  const passed = (performance.now() - start) / 1_000;
  const used = cpuSecondsOf(pid) - cpu;
  for (const party of parties) party.close();
  const players = games * driver.players;
  const framesOut = meter.received.frames - received.frames;
  return {
    game: driver.id,
    games,
    players,
    relayCpuPercent: Math.round((used / passed) * 1_000) / 10,
    framesIn: Math.round((meter.sent.frames - sent.frames) / passed),
    framesOut: Math.round(framesOut / passed),
    cpuMicrosecondsPerFrame: Math.round((used / Math.max(1, framesOut)) * 1e7) / 10,
    bytesSentPerPlayer: Math.round((meter.sent.bytes - sent.bytes) / passed / players),
    bytesReceivedPerPlayer: Math.round((meter.received.bytes - received.bytes) / passed / players),
  };
}

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    only: { type: "string", default: "" },
    games: { type: "string", default: "100" },
    seconds: { type: "string", default: "10" },
    out: { type: "string" },
  },
});
stopAllOnExit();
if (!areApart()) console.log("server and load share a core: these figures mean little");
await ours.prepare?.();
const wanted = values.only.split(",").filter(Boolean);
const results: Result[] = [];
for (const driver of drivers.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
  // A fresh relay for each kind, so that none pays for another one's memory.
  const result = await withServer(ours, (server) =>
    measure(driver, server, Number(values.games), Number(values.seconds)),
  );
  results.push(result);
  console.log(`${driver.title}:`, result);
}
if (values.out)
  await Bun.write(
    values.out,
    `${JSON.stringify({ date: new Date().toISOString(), version: ours.version(), results }, null, 2)}\n`,
  );
process.exit(0);
