// A world of four: everybody walks about the mill and strikes what comes near, the host runs the monsters with the rules of the game.
import { WorldHost } from "../../site/demos/rpg/net/world-host.ts";
import { DIRECTIONS, slide, stepFrom } from "../../site/demos/rpg/rules/direction.ts";
import { stepsBetween } from "../../site/demos/rpg/rules/game-map.ts";
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

export const rpg: GameDriver = {
  id: "rpg",
  title: "Lanternfall, a world of four",
  players: 4,
  start(players, index) {
    let now = performance.now() - index * 13;
    const map = MAPS.get(MILL.map);
    const [first] = players;
    if (!map || !first) throw new Error("a world needs a map and a host");
    const host = hostOf(first, players.length, () => now);
    for (const [at, player] of players.entries()) {
      if (at === 0) {
        player.on("step", (data, from) => {
          if (isStep(data))
            host.run({
              type: "step",
              who: nameOf(from),
              place: { map: map.id, x: data.x, y: data.y },
              direction: data.d,
              at: now,
            });
        });
        player.on("act", (data, from) => {
          if (isAct(data))
            host.run({ type: "act", who: nameOf(from), act: { do: "strike", monster: data.monster }, at: now });
        });
      } else {
        for (const kind of ["step", "news"]) player.on(kind, () => {});
      }
    }
    const places = players.map((_, at) => ({ x: MILL.x + at, y: MILL.y }));
    const walk = (at: number) => {
      const place = places[at];
      const player = players[at];
      // One walks for some steps, and stands for some.
      if (!place || !player || noise(Math.floor(now / 2_000), at, index) < 0.4) return;
      const direction = slide(map, place, DIRECTIONS[Math.floor(noise(Math.floor(now / 1_000), at, index) * 8)] ?? 0);
      if (direction === undefined) return;
      const to = stepFrom(place, direction);
      if (stepsBetween(to, MILL) > 6) return;
      places[at] = to;
      player.send("step", { m: map.id, ...to, d: direction, t: Math.round(now) % 60_000 }, { latest: "step" });
      if (at === 0) host.run({ type: "step", who: nameOf(0), place: { map: map.id, ...to }, direction, at: now });
    };
    const strike = (at: number) => {
      const place = places[at];
      const target =
        place &&
        [...host.world.monsters.values()].find(
          (one) => one.map === map.id && one.deadUntil === undefined && stepsBetween(one, place) <= 1,
        );
      if (target && at > 0) players[at]?.send("act", { do: "strike", monster: target.id }, { to: 0 });
    };
    const every = (length: number, from: number, to: number, act: () => void) => {
      if (Math.floor(from / length) !== Math.floor(to / length)) act();
    };
    return {
      step(time) {
        const before = now;
        now = time;
        for (const [at] of players.entries()) {
          every(STEP_TIME, before + at * 50, now + at * 50, () => walk(at));
          every(STRIKE, before + at * 150, now + at * 150, () => strike(at));
        }
        every(TICK, before, now, () => host.run({ type: "tick", at: now }));
        every(FLUSH, before, now, () => host.flush());
      },
    };
  },
};
