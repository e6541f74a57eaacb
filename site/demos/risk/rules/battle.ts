import { TOO_MANY } from "./cards.ts";
import type { Chance } from "./dice.ts";
import { type Battle, type Exchange, type Game, type Happening, type MoveOf, must, NEUTRAL } from "./game.ts";
import { ownedBy } from "./turn.ts";
import { areNeighbours } from "./world.ts";

/** Declares an attack. The dice follow once everybody has revealed, so nobody could know them when it was declared. */
export function attack(game: Game, by: number, { from, to, dice, keep }: MoveOf<"attack">): Happening[] {
  const { phase } = game;
  must(phase.name === "attack", "attacks follow the reinforcements");
  must(game.owner[from] === by, "attacks begin on own territories");
  must(game.owner[to] !== by, "own territories are not attacked");
  must(areNeighbours(from, to), "only neighbours are attacked");
  must(dice >= 1 && dice <= 3, "an attack has one to three dice");
  must((game.armies[from] ?? 0) > dice, "an attack needs more armies than dice");
  must(keep === null || keep >= 1, "one army always stays");
  game.phase = { name: "battle", battle: { from, to, dice, keep }, bonus: phase.bonus };
  return [];
}

/** Compares the dice in order of size; the defender wins ties. */
export function compare(attacker: readonly number[], defender: readonly number[]): Exchange {
  let attackerLoses = 0;
  let defenderLoses = 0;
  for (let index = 0; index < Math.min(attacker.length, defender.length); index++) {
    if ((attacker[index] ?? 0) > (defender[index] ?? 0)) defenderLoses++;
    else attackerLoses++;
  }
  return { attacker, defender, attackerLoses, defenderLoses };
}

const guardOf = (game: Game, side: number): number =>
  side === NEUTRAL ? 2 : game.seats[side]?.control === "bot" ? 2 : (game.seats[side]?.guard ?? 2);

/** Rolls until the battle is decided, and keeps what the first conquest of the turn needs for the card. */
export function fight(game: Game, battle: Battle, chance: Chance, silent: ReadonlySet<number>): Happening[] {
  const { from, to, keep } = battle;
  const attacker = game.owner[from] ?? NEUTRAL;
  const defender = game.owner[to] ?? NEUTRAL;
  const exchanges: Exchange[] = [];
  const forfeit = silent.has(attacker) ? "attacker" : silent.has(defender) ? "defender" : null;
  let dice = 0;
  for (;;) {
    const own = game.armies[from] ?? 0;
    const theirs = game.armies[to] ?? 0;
    dice = Math.min(battle.dice, own - 1);
    const guard = Math.min(guardOf(game, defender), theirs);
    const atStake = Math.min(dice, guard);
    const exchange =
      forfeit === null
        ? compare(chance.dice(dice), chance.dice(guard))
        : {
            attacker: [],
            defender: [],
            attackerLoses: forfeit === "attacker" ? atStake : 0,
            defenderLoses: forfeit === "defender" ? atStake : 0,
          };
    exchanges.push(exchange);
    game.armies[from] = own - exchange.attackerLoses;
    game.armies[to] = theirs - exchange.defenderLoses;
    const left = game.armies[from] ?? 0;
    // A silent side loses one exchange, not the whole battle.
    if (game.armies[to] === 0 || forfeit !== null || keep === null || left <= Math.max(1, keep)) break;
  }
  const fought: Happening = { what: "battle", from, to, attacker, defender, exchanges, forfeit };
  if ((game.armies[to] ?? 0) > 0) {
    game.phase = { name: "attack", bonus: bonusOf(game) };
    return [fought];
  }
  return [fought, ...conquer(game, { attacker, defender, from, to, dice }, chance)];
}

const bonusOf = ({ phase }: Game): boolean => "bonus" in phase && phase.bonus;

interface Conquest {
  readonly attacker: number;
  readonly defender: number;
  readonly from: number;
  readonly to: number;
  /** Dice of the last roll: at least so many armies move in. */
  readonly dice: number;
}

function conquer(game: Game, { attacker, defender, from, to, dice }: Conquest, chance: Chance): Happening[] {
  const happened: Happening[] = [{ what: "conquered", at: to, by: attacker, from }];
  game.owner[to] = attacker;
  game.prize ??= draw(game, chance);
  const loser = game.seats[defender];
  if (loser && ownedBy(game, defender).length === 0) {
    loser.out = attacker;
    happened.push({ what: "eliminated", seat: defender, by: attacker, cards: loser.cards.length });
    const winner = game.seats[attacker];
    if (winner) winner.cards = [...winner.cards, ...loser.cards].sort((a, b) => a - b);
    loser.cards = [];
  }
  const most = (game.armies[from] ?? 0) - 1;
  const min = Math.min(dice, most);
  game.phase = { name: "occupy", from, to, min, bonus: bonusOf(game) };
  // With nothing to choose, there is nothing to ask.
  if (min === most) happened.push(...occupy(game, attacker, { do: "occupy", armies: most }));
  return happened;
}

/**
 * Draws a card for the end of the turn. It is drawn with the dice of the first conquest: nobody could know it before, and no further round
 * of messages is necessary.
 */
function draw(game: Game, chance: Chance): number | null {
  if (game.deck.length === 0) {
    game.deck = game.discards.sort((a, b) => a - b);
    game.discards = [];
  }
  if (game.deck.length === 0) return null;
  const [card] = game.deck.splice(chance.below(game.deck.length), 1);
  return card ?? null;
}

/** Moves armies into the conquered territory. */
export function occupy(game: Game, by: number, { armies }: MoveOf<"occupy">): Happening[] {
  const { phase } = game;
  must(phase.name === "occupy", "no territory waits to be occupied");
  const { from, to, min, bonus } = phase;
  must(armies >= min && armies < (game.armies[from] ?? 0), "at least as many armies as dice move in, and one stays");
  game.armies[from] = (game.armies[from] ?? 0) - armies;
  game.armies[to] = armies;
  const left = game.seats.flatMap((seat, index) => (seat.out === null ? [index] : []));
  if (left.length === 1) {
    game.phase = { name: "over", winner: by, how: "conquest" };
    return [{ what: "won", seat: by, how: "conquest" }];
  }
  // Six cards or more after an elimination must be traded at once; at the beginning of a turn, five.
  const cards = game.seats[by]?.cards.length ?? 0;
  game.phase = cards > TOO_MANY ? { name: "reinforce", armies: 0, bonus, midAttack: true } : { name: "attack", bonus };
  return [];
}
