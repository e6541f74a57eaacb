import { CARDS } from "./cards.ts";
import type { Chance } from "./dice.ts";
import { type Game, type Happening, MAX_SEATS, type MoveOf, must, NEUTRAL, NOBODY, type Seat } from "./game.ts";
import { beginTurn, nextSeat } from "./turn.ts";
import { TERRITORIES } from "./world.ts";

/** Armies with which each player begins, by number of players. */
const ARMIES: Readonly<Record<number, number>> = { 2: 40, 3: 35, 4: 30, 5: 25, 6: 20 };

const all = TERRITORIES.map((_, index) => index);

/** The board before anything is dealt. */
export function begin({ room, options, players }: MoveOf<"begin">): Game {
  must(players.length >= 2 && players.length <= MAX_SEATS, "2 to 6 players");
  must(new Set(players.map(({ id }) => id)).size === players.length, "each player has one seat");
  const pool = ARMIES[players.length] ?? 0;
  const seats = players.map(({ id, name, bot, link, seal }): Seat => {
    must((bot === null) === (link !== null), "players have a dice chain, bots have none");
    must(bot === null || seal === null, "the mission of a bot is open");
    const control = bot === null ? "human" : "bot";
    const level = bot ?? "hard";
    return { id, name, control, level, pool, cards: [], link, revealed: 0, guard: 2, seal, out: null };
  });
  return {
    room,
    // A mission for two would be the conquest of the other, and the two are dealt their territories.
    options: {
      ...options,
      missions: options.missions && players.length > 2,
      setup: players.length === 2 && options.setup === "claim" ? "deal" : options.setup,
    },
    seats,
    owner: all.map(() => NOBODY),
    armies: all.map(() => 0),
    neutralPool: players.length === 2 ? pool : 0,
    deck: Array.from({ length: CARDS }, (_, card) => card),
    discards: [],
    trades: 0,
    first: 0,
    turn: 0,
    turns: 0,
    prize: null,
    rolls: 0,
    deal: "",
    phase: { name: "deal" },
    seq: 1,
  };
}

/** Takes an army of the pool to a territory. */
function put(game: Game, side: number, at: number): void {
  const seat = game.seats[side];
  must((seat?.pool ?? game.neutralPool) > 0, "no armies are left to place");
  if (seat) seat.pool--;
  else game.neutralPool--;
  game.armies[at] = (game.armies[at] ?? 0) + 1;
}

/** Draws the first player and, unless territories are claimed in turn, deals them. */
export function deal(game: Game, seed: string, chance: Chance): Happening[] {
  const { seats, options } = game;
  game.deal = seed;
  const first = chance.below(seats.length);
  game.first = first;
  game.turn = first;
  if (options.setup === "claim") {
    game.phase = { name: "claim" };
    return [{ what: "dealt", first }];
  }
  const sides = seats.map((_, index) => (first + index) % seats.length);
  if (seats.length === 2) sides.push(NEUTRAL);
  for (const [index, at] of chance.shuffled(all).entries()) {
    const side = sides[index % sides.length] ?? first;
    game.owner[at] = side;
    put(game, side, at);
  }
  game.phase = { name: "place" };
  if (options.setup === "quick") {
    for (const side of sides) {
      const own = all.filter((at) => game.owner[at] === side);
      const left = seats[side]?.pool ?? game.neutralPool;
      for (let army = 0; army < left; army++) put(game, side, own[chance.below(own.length)] ?? 0);
    }
    return [{ what: "dealt", first }, ...beginTurn(game, first)];
  }
  return [{ what: "dealt", first }];
}

/** Claims a free territory with one army. */
export function claim(game: Game, by: number, { at }: MoveOf<"claim">): Happening[] {
  must(game.phase.name === "claim", "all territories are claimed");
  must(game.owner[at] === NOBODY, "this territory is already claimed");
  game.owner[at] = by;
  put(game, by, at);
  game.turn = nextSeat(game, by);
  if (!game.owner.includes(NOBODY)) game.phase = { name: "place" };
  return [];
}

/** How many own armies the next placement has: one, and two in a game for two. */
export const placing = (game: Game): number =>
  Math.min(game.seats.length === 2 ? 2 : 1, game.seats[game.turn]?.pool ?? 0);

/** Places one army; in a game for two, two of one's own and one of the neutral side. */
export function place(game: Game, by: number, { at, neutral }: MoveOf<"place">): Happening[] {
  must(game.phase.name === "place", "armies are placed during set-up");
  must(at.length === placing(game), "another number of armies is due");
  for (const one of at) {
    must(game.owner[one] === by, "armies are placed on own territories");
    put(game, by, one);
  }
  must((neutral !== null) === game.neutralPool > 0, "in a game for two, one neutral army is placed as well");
  if (neutral !== null) {
    must(game.owner[neutral] === NEUTRAL, "the neutral army goes to a neutral territory");
    put(game, NEUTRAL, neutral);
  }
  const waiting = game.seats.map((_, index) => (by + 1 + index) % game.seats.length);
  const next = waiting.find((seat) => (game.seats[seat]?.pool ?? 0) > 0);
  if (next !== undefined) {
    game.turn = next;
    return [];
  }
  return beginTurn(game, game.first);
}
