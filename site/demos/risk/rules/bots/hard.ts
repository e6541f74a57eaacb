import type { Game, Move } from "../game.ts";
import { winOdds } from "../odds.ts";
import { connectedTo, fortifyTargets, ownedBy } from "../turn.ts";
import { continentOf } from "../world.ts";
import type { Style } from "./bot.ts";
import { best, continentValue, enemiesOf, frontsOf, share, targetValue, threat } from "./value.ts";

/** Plays for continents, counts the odds, breaks what others own and finishes the weak. */

/** Odds with which an attack is prepared, and with which it is made. */
const PREPARED = 0.8;
const GOOD = 0.62;

const armiesAt = (game: Game, at: number): number => game.armies[at] ?? 0;

/** How badly a border of one's own needs armies. */
const need = (game: Game, at: number): number =>
  enemiesOf(game, at).length === 0
    ? -1_000
    : (threat(game, at) - armiesAt(game, at)) * (0.5 + share(game, game.turn, continentOf(at)));

const border = (game: Game): number => best(ownedBy(game, game.turn), (at) => need(game, at)) ?? 0;

function reinforce(game: Game, armies: number): { at: number; armies: number } {
  const plan = best(frontsOf(game, game.turn), ({ from, to, value }) => {
    const now = winOdds(armiesAt(game, from), armiesAt(game, to));
    return (winOdds(armiesAt(game, from) + armies, armiesAt(game, to)) - now) * value;
  });
  if (!plan) return { at: border(game), armies };
  const enough = (more: number) => winOdds(armiesAt(game, plan.from) + more, armiesAt(game, plan.to)) >= PREPARED;
  if (!enough(armies)) return { at: enough(0) ? border(game) : plan.from, armies };
  let count = 1;
  while (!enough(count)) count++;
  return { at: plan.from, armies: count };
}

function attack(game: Game): Extract<Move, { do: "attack" }> | undefined {
  const wanted = game.prize === null ? 0.55 : GOOD;
  const front = best(
    frontsOf(game, game.turn).filter(
      ({ from, to }) => armiesAt(game, from) > 1 && winOdds(armiesAt(game, from), armiesAt(game, to)) >= wanted,
    ),
    ({ from, to, value }) => {
      const odds = winOdds(armiesAt(game, from), armiesAt(game, to));
      return odds * value - (1 - odds) * 2 - armiesAt(game, to) / 10;
    },
  );
  if (!front) return undefined;
  const { from, to } = front;
  // What is left of a lost attack still defends.
  const keep = Math.max(1, Math.floor(armiesAt(game, from) / 5));
  return { do: "attack", from, to, dice: Math.min(3, armiesAt(game, from) - 1), keep };
}

function occupy(game: Game, from: number, to: number, min: number): number {
  const most = armiesAt(game, from) - 1;
  if (enemiesOf(game, from).length === 0) return most;
  if (enemiesOf(game, to).length === 0) return min;
  const here = threat(game, from) + 1;
  // Armies that go on attacking belong in front.
  const there = (threat(game, to) + 1) * 2;
  return Math.min(most, Math.max(min, Math.round((most * there) / (here + there))));
}

/** The first step from a territory towards the nearest enemy, through own land. */
export function stepToFront(game: Game, from: number): number | undefined {
  const steps = new Map<number, number>();
  const queue = fortifyTargets(game, from).map((at) => ({ at, first: at }));
  for (const { at, first } of queue) {
    if (steps.has(at) || at === from) continue;
    steps.set(at, first);
    if (enemiesOf(game, at).length > 0) return first;
    for (const next of neighbourOwn(game, at)) queue.push({ at: next, first });
  }
  return undefined;
}

const neighbourOwn = (game: Game, at: number): number[] =>
  fortifyTargets({ ...game, armies: game.armies.map(() => 2), options: { ...game.options, fortify: "adjacent" } }, at);

/** Takes the largest army that has no enemy to where it is needed. */
export function fortify(game: Game): Extract<Move, { do: "fortify" }> | undefined {
  const idle = ownedBy(game, game.turn).filter((at) => armiesAt(game, at) > 1 && enemiesOf(game, at).length === 0);
  const from = best(idle, (at) => armiesAt(game, at));
  if (from === undefined || game.options.fortify === "none") return undefined;
  const to =
    game.options.fortify === "connected"
      ? best(
          [...connectedTo(game, from)].filter((at) => enemiesOf(game, at).length > 0).sort((a, b) => a - b),
          (at) => need(game, at),
        )
      : stepToFront(game, from);
  if (to === undefined) return undefined;
  return { do: "fortify", from, to, armies: armiesAt(game, from) - 1 };
}

export const style: Style = {
  tradesEarly: true,
  claim: (game, free) => best(free, (at) => targetValue(game, game.turn, at)) ?? 0,
  place: (game) =>
    best(ownedBy(game, game.turn), (at) =>
      enemiesOf(game, at).length === 0
        ? -1_000
        : continentValue(game, game.turn, continentOf(at)) * 8 + Math.min(3, threat(game, at)) - armiesAt(game, at),
    ) ?? 0,
  reinforce,
  attack,
  occupy,
  fortify,
};
