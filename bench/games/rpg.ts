// A world of four: everybody walks about the mill and strikes what comes near, the host runs the monsters with the rules of the game.
import { WorldHost } from "../../site/demos/rpg/net/world-host.ts";
import { DIRECTIONS, slide, stepFrom } from "../../site/demos/rpg/rules/direction.ts";
import { type Place, stepsBetween } from "../../site/demos/rpg/rules/game-map.ts";
import { newCharacter } from "../../site/demos/rpg/rules/hero.ts";
import { lookFrom } from "../../site/demos/rpg/rules/look.ts";
import { MAPS } from "../../site/demos/rpg/rules/maps.ts";
import { STEP_TIME } from "../../site/demos/rpg/rules/moves.ts";
import { noise } from "../../site/demos/rpg/rules/random.ts";
import { createWorld } from "../../site/demos/rpg/rules/reduce.ts";
import type { BenchPlayer, GameDriver } from "./driver.ts";

const TICK = 200;
const FLUSH = 100;
/** A player strikes about every 600 ms while something is near. */
const STRIKE = 600;
const MILL = { map: "village", x: 13, y: 29 };

const nameOf = (at: number) => `0123456789abcde${at}`;

/** What players ask for arrives in the form in which it was sent: all of them are this program. */
const isStep = (data: unknown): data is { x: number; y: number; d: 0 } =>
  typeof data === "object" && data !== null && "x" in data;
const isAct = (data: unknown): data is { monster: string } =>
  typeof data === "object" && data !== null && "monster" in data;

function hostOf(player: BenchPlayer, count: number, clock: () => number): WorldHost {
  const host = new WorldHost(
    createWorld(MAPS, 1),
    {
      now: clock,
      publish: (values) => player.publish(values),
      news: (_, news) => player.send("news", news),
      placed: () => {},
      refused: () => {},
      traded: () => {},
      grown: () => {},
    },
    new Map(),
  );
  for (let at = 0; at < count; at++) {
    host.run({ type: "arrive", who: nameOf(at), character: newCharacter(`Player ${at}`, lookFrom(at)), at: clock() });
    const hero = host.world.heroes.get(nameOf(at));
    if (hero) host.world.heroes.set(hero.id, { ...hero, ...MILL, x: MILL.x + at, health: 20 });
  }
  return host;
}

const every = (length: number, from: number, to: number, act: () => void) => {
  if (Math.floor(from / length) !== Math.floor(to / length)) act();
};

/** What the players of one world do. */
class World {
  readonly #map = MAPS.get(MILL.map);
  readonly #places: Place[];

  constructor(
    readonly players: readonly BenchPlayer[],
    readonly host: WorldHost,
    readonly index: number,
  ) {
    this.#places = players.map((_, at) => ({ x: MILL.x + at, y: MILL.y }));
  }

  /** One walks for some steps, and rests for some. */
  walk(at: number, now: number): void {
    const { host, index, players } = this;
    const place = this.#places[at];
    if (!place || !this.#map || noise(Math.floor(now / 2_000), at, index) < 0.4) return;
    const wanted = DIRECTIONS[Math.floor(noise(Math.floor(now / 1_000), at, index) * 8)] ?? 0;
    const direction = slide(this.#map, place, wanted);
    if (direction === undefined) return;
    const to = stepFrom(place, direction);
    if (stepsBetween(to, MILL) > 6) return;
    this.#places[at] = to;
    const step = { m: MILL.map, ...to, d: direction, t: Math.round(now) % 60_000 };
    players[at]?.send("step", step, { latest: "step" });
    if (at === 0) host.run({ type: "step", who: nameOf(0), place: { map: MILL.map, ...to }, direction, at: now });
  }

  strike(at: number): void {
    const place = this.#places[at];
    if (!place || at === 0) return;
    for (const monster of this.host.world.monsters.values()) {
      if (monster.map !== MILL.map || monster.deadUntil !== undefined || stepsBetween(monster, place) > 1) continue;
      this.players[at]?.send("act", { do: "strike", monster: monster.id }, { to: 0 });
      return;
    }
  }
}

function listen(players: readonly BenchPlayer[], host: WorldHost, clock: () => number): void {
  const [first, ...others] = players;
  first?.on("step", (data, from) => {
    if (!isStep(data)) return;
    const place = { map: MILL.map, x: data.x, y: data.y };
    host.run({ type: "step", who: nameOf(from), place, direction: data.d, at: clock() });
  });
  first?.on("act", (data, from) => {
    if (isAct(data))
      host.run({ type: "act", who: nameOf(from), act: { do: "strike", monster: data.monster }, at: clock() });
  });
  for (const player of others) for (const kind of ["step", "news"]) player.on(kind, () => {});
}

export const rpg: GameDriver = {
  id: "rpg",
  title: "Lanternfall, a world of four",
  players: 4,
  start(players, index) {
    let now = performance.now() - index * 13;
    const [first] = players;
    if (!first) throw new Error("a world needs a host");
    const host = hostOf(first, players.length, () => now);
    const world = new World(players, host, index);
    listen(players, host, () => now);
    return {
      step(time) {
        const before = now;
        now = time;
        for (const [at] of players.entries()) {
          every(STEP_TIME, before + at * 50, now + at * 50, () => world.walk(at, now));
          every(STRIKE, before + at * 150, now + at * 150, () => world.strike(at));
        }
        every(TICK, before, now, () => host.run({ type: "tick", at: now }));
        every(FLUSH, before, now, () => host.flush());
      },
    };
  },
};
