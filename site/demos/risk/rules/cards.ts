import { type Game, type Happening, type MoveOf, must, type Options } from "./game.ts";
import { TERRITORIES } from "./world.ts";

/** 42 cards show a territory and a symbol, two are wild. */
export const CARDS = TERRITORIES.length + 2;
/** A player with so many cards must trade a set before doing anything else. */
export const TOO_MANY = 5;

export const isWild = (card: number): boolean => card >= TERRITORIES.length;
/** 0 infantry, 1 cavalry, 2 artillery; undefined for a wild card. */
export const symbolOf = (card: number): number | undefined => TERRITORIES[card]?.symbol;

export const SYMBOLS = ["infantry", "cavalry", "artillery"] as const;

/** Three alike, three different, or any two with a wild card. */
export function isSet(cards: readonly number[]): boolean {
  if (cards.length !== 3 || new Set(cards).size !== 3) return false;
  if (cards.some(isWild)) return true;
  const kinds = new Set(cards.map(symbolOf)).size;
  return kinds === 1 || kinds === 3;
}

const RISING = [4, 6, 8, 10, 12, 15];

/** Armies for the next set after so many have been traded. */
export const risingValue = (trades: number): number => RISING[trades] ?? 15 + (trades - 5) * 5;

function fixedValue(cards: readonly number[]): number {
  const kinds = new Set(cards.filter((card) => !isWild(card)).map(symbolOf));
  // A wild card counts as what is worth most.
  if (kinds.size === 3 || (kinds.size === 2 && cards.some(isWild))) return 10;
  if (kinds.size < 2 && cards.filter(isWild).length === 2) return 10;
  const [kind = 0] = kinds;
  return cards.some(isWild) ? 10 : ([4, 6, 8][kind] ?? 0);
}

export const setValue = (options: Options, trades: number, cards: readonly number[]): number =>
  options.sets === "rising" ? risingValue(trades) : fixedValue(cards);

/** Every set in a hand. */
export function setsIn(cards: readonly number[]): number[][] {
  const found: number[][] = [];
  for (let a = 0; a < cards.length; a++) {
    for (let b = a + 1; b < cards.length; b++) {
      for (let c = b + 1; c < cards.length; c++) {
        const three = [cards[a] ?? 0, cards[b] ?? 0, cards[c] ?? 0];
        if (isSet(three)) found.push(three);
      }
    }
  }
  return found;
}

/** Whether the player whose turn it is has to trade before it may place armies. */
export function mustTrade(game: Game): boolean {
  const { phase, turn } = game;
  return phase.name === "reinforce" && (game.seats[turn]?.cards.length ?? 0) >= TOO_MANY;
}

/** Trades a set at the beginning of a turn, or after an elimination that left too many cards. */
export function trade(game: Game, by: number, { cards, bonus }: MoveOf<"trade">): Happening[] {
  const { phase } = game;
  must(phase.name === "reinforce", "cards are traded at the beginning of a turn");
  const seat = game.seats[by];
  must(seat !== undefined && cards.every((card) => seat.cards.includes(card)), "these cards are not in the hand");
  must(isSet(cards), "these cards are not a set");
  must(!phase.midAttack || seat.cards.length >= TOO_MANY, "after an elimination, trading ends at four cards");
  const value = setValue(game.options, game.trades, cards);
  let left = phase.bonus;
  if (bonus !== null) {
    must(phase.bonus, "two armies for a territory on a card, once per turn");
    must(
      cards.includes(bonus) && game.owner[bonus] === by,
      "the two armies go to an own territory on one of the cards",
    );
    game.armies[bonus] = (game.armies[bonus] ?? 0) + 2;
    left = false;
  }
  seat.cards = seat.cards.filter((card) => !cards.includes(card));
  game.discards.push(...cards);
  game.trades++;
  game.phase = { ...phase, armies: phase.armies + value, bonus: left };
  return [{ what: "traded", seat: by, armies: value }];
}
