import { mustTrade } from "./cards.ts";
import { type Game, type Happening, type MoveOf, must } from "./game.ts";
import { areNeighbours, CONTINENTS, neighboursOf, territoriesOf } from "./world.ts";

/** Own territories, in ascending order. */
export const ownedBy = (game: Game, side: number): number[] =>
  game.owner.flatMap((owner, at) => (owner === side ? [at] : []));

/** The continents that a side owns completely. */
export const continentsOf = (game: Game, side: number): number[] =>
  CONTINENTS.flatMap((_, continent) =>
    territoriesOf(continent).every((at) => game.owner[at] === side) ? [continent] : [],
  );

/** Armies at the beginning of a turn: a third of the territories, at least three, and what the continents are worth. */
export function income(game: Game, side: number): number {
  const base = Math.max(3, Math.floor(ownedBy(game, side).length / 3));
  return continentsOf(game, side).reduce((sum, continent) => sum + (CONTINENTS[continent]?.bonus ?? 0), base);
}

/** The next seat that is still in the game. */
export function nextSeat(game: Game, after: number): number {
  const { seats } = game;
  const order = seats.map((_, index) => (after + 1 + index) % seats.length);
  return order.find((seat) => seats[seat]?.out === null) ?? after;
}

export function beginTurn(game: Game, seat: number): Happening[] {
  const armies = income(game, seat);
  game.turn = seat;
  game.turns++;
  game.prize = null;
  game.phase = { name: "reinforce", armies, bonus: true, midAttack: false };
  return [{ what: "turn", seat, armies }];
}

/** Places some of the new armies on an own territory; with the last one, attacks begin. */
export function reinforce(game: Game, by: number, { at, armies }: MoveOf<"reinforce">): Happening[] {
  const { phase } = game;
  must(phase.name === "reinforce", "armies arrive at the beginning of a turn");
  must(!mustTrade(game), "with five cards or more, a set must be traded first");
  must(game.owner[at] === by, "armies arrive on own territories");
  must(armies >= 1 && armies <= phase.armies, "so many armies are not available");
  game.armies[at] = (game.armies[at] ?? 0) + armies;
  const left = phase.armies - armies;
  game.phase = left > 0 ? { ...phase, armies: left } : { name: "attack", bonus: phase.bonus };
  return [];
}

/** Territories that armies can reach through own land. */
export function connectedTo(game: Game, from: number): Set<number> {
  const side = game.owner[from];
  const reached = new Set([from]);
  for (const at of reached) {
    for (const next of neighboursOf(at)) if (game.owner[next] === side) reached.add(next);
  }
  reached.delete(from);
  return reached;
}

/** Where armies of a territory may move at the end of the turn. */
export function fortifyTargets(game: Game, from: number): number[] {
  const { fortify: rule } = game.options;
  if (rule === "none" || (game.armies[from] ?? 0) < 2) return [];
  if (rule === "connected") return [...connectedTo(game, from)].sort((a, b) => a - b);
  return neighboursOf(from).filter((at) => game.owner[at] === game.owner[from]);
}

const maySettle = (game: Game) => game.phase.name === "attack" || game.phase.name === "fortify";

/** Moves armies and ends the turn; with the option `unlimited`, the turn goes on. */
export function fortify(game: Game, by: number, { from, to, armies }: MoveOf<"fortify">): Happening[] {
  must(maySettle(game), "armies move after the attacks");
  must(game.options.fortify !== "none", "this game has no fortification");
  must(game.owner[from] === by && game.owner[to] === by && from !== to, "armies move between own territories");
  const reachable = game.options.fortify === "connected" ? connectedTo(game, from).has(to) : areNeighbours(from, to);
  must(reachable, "these territories are not connected");
  must(armies >= 1 && armies < (game.armies[from] ?? 0), "one army must stay");
  game.armies[from] = (game.armies[from] ?? 0) - armies;
  game.armies[to] = (game.armies[to] ?? 0) + armies;
  if (game.options.fortify === "unlimited") {
    game.phase = { name: "fortify" };
    return [];
  }
  return endTurn(game, by);
}

export function end(game: Game, by: number): Happening[] {
  must(maySettle(game), "the turn cannot end now");
  return endTurn(game, by);
}

/** Hands over the card of this turn, if there was a conquest, and begins the next turn. */
function endTurn(game: Game, by: number): Happening[] {
  const happened: Happening[] = [];
  const seat = game.seats[by];
  if (game.prize !== null && seat) {
    seat.cards = [...seat.cards, game.prize].sort((a, b) => a - b);
    happened.push({ what: "card", seat: by, card: game.prize });
  }
  return [...happened, ...beginTurn(game, nextSeat(game, by))];
}
