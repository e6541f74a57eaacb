import { type Game, NEUTRAL } from "../game.ts";
import { ownedBy } from "../turn.ts";
import { CONTINENTS, continentOf, neighboursOf, territoriesOf } from "../world.ts";

/** What a bot sees in the board. */

export const enemiesOf = (game: Game, at: number): number[] =>
  neighboursOf(at).filter((next) => game.owner[next] !== game.owner[at]);

/** Armies that could attack a territory. */
export const threat = (game: Game, at: number): number =>
  enemiesOf(game, at).reduce((sum, next) => sum + (game.owner[next] === NEUTRAL ? 0 : (game.armies[next] ?? 0) - 1), 0);

/** Share of a continent that a side owns, 0 to 1. */
export function share(game: Game, side: number, continent: number): number {
  const members = territoriesOf(continent);
  return members.filter((at) => game.owner[at] === side).length / members.length;
}

/** What a continent is worth to a side: easy to complete, and with a good bonus for its size. */
export function continentValue(game: Game, side: number, continent: number): number {
  const bonus = CONTINENTS[continent]?.bonus ?? 0;
  return (bonus / Math.sqrt(territoriesOf(continent).length)) * (0.3 + share(game, side, continent) ** 2);
}

/** What the conquest of a territory is worth to a side. */
export function targetValue(game: Game, side: number, at: number): number {
  const owner = game.owner[at] ?? NEUTRAL;
  const continent = continentOf(at);
  const bonus = CONTINENTS[continent]?.bonus ?? 0;
  const members = territoriesOf(continent);
  const missing = members.filter((one) => game.owner[one] !== side).length;
  let value = 1 + continentValue(game, side, continent);
  if (missing === 1) value += bonus * 2;
  if (owner !== NEUTRAL && share(game, owner, continent) === 1) value += bonus * 1.5;
  const around = neighboursOf(at);
  value += around.filter((one) => game.owner[one] === side).length / around.length;
  const rival = game.seats[owner];
  if (!rival) return value - 0.7;
  const left = ownedBy(game, owner).length;
  if (left <= 3) value += (4 + rival.cards.length * 3) / left;
  return value;
}

export interface Front {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** Every pair of an own territory and an enemy next to it. */
export const frontsOf = (game: Game, side: number): Front[] =>
  ownedBy(game, side).flatMap((from) =>
    enemiesOf(game, from).map((to) => ({ from, to, value: targetValue(game, side, to) })),
  );

/** The one with the largest score; the first of equals, so that every peer finds the same. */
export function best<T>(values: readonly T[], score: (value: T) => number): T | undefined {
  let found: T | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    const points = score(value);
    if (points > most) {
      most = points;
      found = value;
    }
  }
  return found;
}
