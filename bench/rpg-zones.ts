// What does a player of a world of 50 receive, and what do areas of interest save? Players without pages walk about all maps on a relay of their own.
// bun bench/rpg-zones.ts [--players N] [--seconds N]
import { parseArgs } from "node:util";
import { lanternfall } from "../site/demos/rpg/definition.ts";
import type { WorldRoom } from "../site/demos/rpg/net/checkpoint.ts";
import { Game } from "../site/demos/rpg/net/game.ts";
import { DIRECTIONS } from "../site/demos/rpg/rules/direction.ts";
import { isFree } from "../site/demos/rpg/rules/game-map.ts";
import { newCharacter } from "../site/demos/rpg/rules/hero.ts";
import { lookFrom } from "../site/demos/rpg/rules/look.ts";
import { MAPS } from "../site/demos/rpg/rules/maps.ts";
import { noise } from "../site/demos/rpg/rules/random.ts";
import { GameConnection } from "../site/demos/shared/connection/game-connection.ts";
import { openRoom } from "../site/demos/shared/room/open-room.ts";
import { stopAllOnExit } from "./lib/processes.ts";
import { withServer } from "./lib/server.ts";
import { ours } from "./rivals/ours.ts";

const FRAME = 33;
const STRIKE = 600;
/** Share of the players on each map. */
const SPREAD = ["village", "village", "forest", "forest", "forest", "cave"];

interface Bot {
  readonly game: Game;
  readonly connection: GameConnection;
  received: number;
  sent: number;
}

async function join(url: string, at: number, sight: "near" | "all"): Promise<Bot> {
  const connection = new GameConnection({ url, game: lanternfall.id, survives: false });
  const room: WorldRoom = await openRoom(connection, lanternfall, { code: "BCDFG", name: `Player ${at}` });
  const game = new Game({
    room,
    sight,
    character: newCharacter(`Player ${at}`, lookFrom(at * 977)),
    pace: 1,
    heard() {},
    notice() {},
  });
  const bot: Bot = { game, connection, received: 0, sent: 0 };
  connection.traffic.subscribe(({ up, down }) => {
    bot.received += down;
    bot.sent += up;
  });
  return bot;
}

/** Somewhere on a map where one can stand. */
function placeFor(at: number) {
  const map = MAPS.get(SPREAD[at % SPREAD.length] ?? "village");
  if (!map) throw new Error("no such map");
  for (let round = 0; ; round++) {
    const x = Math.floor(noise(at, round, 1) * (map.ground[0]?.length ?? 0));
    const y = Math.floor(noise(at, round, 2) * map.ground.length);
    if (isFree(map, x, y)) return { map: map.id, x, y };
  }
}

function step({ game }: Bot, at: number, now: number): void {
  // One walks for two seconds of three, turns now and then, and strikes what is near.
  const walks = noise(Math.floor(now / 3_000), at, 3) < 0.66;
  const direction = DIRECTIONS[Math.floor(noise(Math.floor(now / 1_500), at, 4) * 8)];
  game.update(now);
  game.walker.update(now, walks ? direction : undefined);
  if (Math.floor((now - FRAME) / STRIKE) === Math.floor(now / STRIKE)) return;
  const { x, y, map } = game.walker;
  for (const creature of game.replica.creatures.values()) {
    if (creature.map !== map || !creature.alive || Math.max(Math.abs(creature.x - x), Math.abs(creature.y - y)) > 1)
      continue;
    game.swing();
    game.act({ do: "strike", monster: creature.id });
    break;
  }
}

const mean = (values: readonly number[]) =>
  Math.round(values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length));

async function measure(url: string, players: number, seconds: number, sight: "near" | "all") {
  const bots: Bot[] = [];
  for (let at = 0; at < players; at++) bots.push(await join(url, at, sight));
  const play = async (time: number) => {
    const end = performance.now() + time * 1_000;
    while (performance.now() < end) {
      const now = performance.now();
      for (const [at, bot] of bots.entries()) step(bot, at, now);
      await Bun.sleep(FRAME);
    }
  };
  const arrived = () => bots.every(({ game }) => game.me.peek() !== undefined);
  for (let second = 0; second < 40 && !arrived(); second++) await play(1);
  // The host spreads them over the world, which no player could.
  const host = bots.find(({ game }) => game.link.host);
  const world = host?.game.link.host;
  if (!host || !world) throw new Error("nobody is the host");
  for (const [at, { game }] of bots.entries()) {
    const hero = world.world.heroes.get(game.room.myId);
    if (!hero)
      throw new Error(
        `player ${at} has not arrived: seat ${game.room.me.peek()?.seat}, ${game.room.players.peek().length} players`,
      );
    const place = placeFor(at);
    world.world.heroes.set(hero.id, { ...hero, ...place });
    world.port.placed(hero.id, place);
  }
  await play(4);
  for (const bot of bots) Object.assign(bot, { received: 0, sent: 0 });
  await play(seconds);
  const others = bots.filter((bot) => bot !== host);
  const result = {
    sight,
    players,
    receivedPerPlayer: mean(others.map(({ received }) => received / seconds)),
    sentPerPlayer: mean(others.map(({ sent }) => sent / seconds)),
    receivedByHost: Math.round(host.received / seconds),
    sentByHost: Math.round(host.sent / seconds),
  };
  for (const { game, connection } of bots) {
    game.close();
    game.room.close();
    connection.close();
  }
  return result;
}

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: { players: { type: "string", default: "50" }, seconds: { type: "string", default: "15" } },
});
stopAllOnExit();
await ours.prepare?.();
const results: Awaited<ReturnType<typeof measure>>[] = [];
for (const sight of ["near", "all"] as const) {
  await withServer(ours, async ({ port }) => {
    results.push(await measure(`ws://127.0.0.1:${port}/`, Number(values.players), Number(values.seconds), sight));
  });
}
console.log("bytes per second");
console.table(results);
process.exit(0);
