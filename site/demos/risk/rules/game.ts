/** The state of a game and the moves that change it. Both are plain JSON: a log of moves is a game that can be saved, sent and replayed. */

/** Owner of a territory that nobody has claimed yet, and of one of the neutral armies of a game for two. */
export const NOBODY = -1;
export const NEUTRAL = 6;
/** `by` of the moves that belong to no player: the host adds them to the log, and every peer checks them. */
export const HOST = -1;

export const MAX_SEATS = 6;

export interface Options {
  /** `quick`: territories and armies are dealt. `deal`: territories are dealt, armies placed in turn. `claim`: both in turn, the classic way. */
  readonly setup: "quick" | "deal" | "claim";
  /** Value of card sets: 4, 6, 8, 10, 12, 15, 20 … with each set traded by anybody, or fixed by symbol. */
  readonly sets: "rising" | "fixed";
  /** How armies may move at the end of a turn: to a neighbour, through own territories, as often as you like, or not at all. */
  readonly fortify: "adjacent" | "connected" | "unlimited" | "none";
  /** Each player also wins by fulfilling a secret mission. For three players or more. */
  readonly missions: boolean;
  /** Seconds per turn before a bot continues; 0 for no limit. */
  readonly timer: number;
}

export type Level = "easy" | "hard";

export interface Seat {
  /** Public id of the player, which proves who may move; of a bot, a name that no player can have. */
  readonly id: string;
  readonly name: string;
  /** Who moves: the player, or a bot until the player is back. */
  control: "human" | "bot";
  readonly level: Level;
  /** Armies still to place during set-up. */
  pool: number;
  /** Cards in hand, ascending: a territory's index, 42 and 43 are wild. */
  cards: number[];
  /** The last link of the player's dice chain that everybody knows; null for a bot. */
  link: string | null;
  /** How many links of this chain have been revealed. */
  revealed: number;
  /** Dice with which the player defends. */
  guard: 1 | 2;
  /** Commitment to the player's part of its secret mission; null for a bot, whose mission is open. */
  readonly seal: string | null;
  /** The seat that eliminated this one. */
  out: number | null;
}

export type Phase =
  /** Territories are dealt and the first player is drawn once the dice are revealed. */
  | { readonly name: "deal" }
  | { readonly name: "claim" }
  | { readonly name: "place" }
  /** `bonus`: whether two armies for a pictured territory are still due this turn. `midAttack`: after an elimination, with too many cards. */
  | {
      readonly name: "reinforce";
      readonly armies: number;
      readonly bonus: boolean;
      readonly midAttack: boolean;
    }
  /** `bonus` is carried over to a trade in the same turn. */
  | { readonly name: "attack"; readonly bonus: boolean }
  | { readonly name: "battle"; readonly battle: Battle; readonly bonus: boolean }
  | {
      readonly name: "occupy";
      readonly from: number;
      readonly to: number;
      readonly min: number;
      readonly bonus: boolean;
    }
  | { readonly name: "fortify" }
  | { readonly name: "over"; readonly winner: number; readonly how: "conquest" | "mission" };

/** An attack whose dice are not revealed yet. */
export interface Battle {
  readonly from: number;
  readonly to: number;
  readonly dice: number;
  /** Roll again until the territory falls or at most so many armies are left; null for one roll. */
  readonly keep: number | null;
}

export interface Game {
  /** The room in which it began: dice chains are bound to it. */
  readonly room: string;
  readonly options: Options;
  readonly seats: Seat[];
  /** By territory: a seat, NEUTRAL or NOBODY. */
  readonly owner: number[];
  readonly armies: number[];
  /** Armies that the neutral side has still to place. */
  neutralPool: number;
  deck: number[];
  discards: number[];
  /** Sets traded by anybody. */
  trades: number;
  /** The player who was drawn to begin. */
  first: number;
  /** Whose turn it is. */
  turn: number;
  /** Turns begun since set-up. */
  turns: number;
  /** The card that the player gets at the end of this turn; drawn with the first conquest. */
  prize: number | null;
  /** Rolls so far. */
  rolls: number;
  /** Seed of the deal, which is part of each mission; empty before. */
  deal: string;
  phase: Phase;
  /** Moves so far. */
  seq: number;
}

export interface Newcomer {
  readonly id: string;
  readonly name: string;
  /** A bot's level; null for a player. */
  readonly bot: Level | null;
  readonly link: string | null;
  readonly seal: string | null;
}

export type Move =
  | { readonly do: "begin"; readonly room: string; readonly options: Options; readonly players: readonly Newcomer[] }
  /** The links of those who have to reveal, in the order of their seats; null for a link that did not arrive in time. */
  | { readonly do: "roll"; readonly links: readonly (string | null)[] }
  | { readonly do: "control"; readonly seat: number; readonly to: "human" | "bot" }
  /** Somebody takes over a seat that a bot plays. */
  | { readonly do: "sit"; readonly seat: number; readonly id: string; readonly name: string }
  /** A player who has lost its dice chain begins another one. */
  | { readonly do: "chain"; readonly link: string }
  | { readonly do: "guard"; readonly dice: 1 | 2 }
  | { readonly do: "claim"; readonly at: number }
  /** One army during set-up; with two players two, and one for the neutral side. */
  | { readonly do: "place"; readonly at: readonly number[]; readonly neutral: number | null }
  | { readonly do: "trade"; readonly cards: readonly number[]; readonly bonus: number | null }
  | { readonly do: "reinforce"; readonly at: number; readonly armies: number }
  | {
      readonly do: "attack";
      readonly from: number;
      readonly to: number;
      readonly dice: number;
      readonly keep: number | null;
    }
  | { readonly do: "occupy"; readonly armies: number }
  | { readonly do: "fortify"; readonly from: number; readonly to: number; readonly armies: number }
  | { readonly do: "end" }
  | { readonly do: "mission"; readonly secret: string };

export type MoveKind = Move["do"];
export type MoveOf<K extends MoveKind> = Extract<Move, { do: K }>;

export interface Entry {
  /** A seat, or HOST. */
  readonly by: number;
  readonly move: Move;
}

/** One throw of both sides, in descending order. */
export interface Exchange {
  readonly attacker: readonly number[];
  readonly defender: readonly number[];
  readonly attackerLoses: number;
  readonly defenderLoses: number;
}

/** What a move brought about, for the log and for pictures. */
export type Happening =
  | { readonly what: "dealt"; readonly first: number }
  | { readonly what: "turn"; readonly seat: number; readonly armies: number }
  | { readonly what: "traded"; readonly seat: number; readonly armies: number }
  | {
      readonly what: "battle";
      readonly from: number;
      readonly to: number;
      readonly attacker: number;
      readonly defender: number;
      readonly exchanges: readonly Exchange[];
      /** A side that did not reveal in time and therefore lost its dice. */
      readonly forfeit: "attacker" | "defender" | null;
    }
  | { readonly what: "conquered"; readonly at: number; readonly by: number; readonly from: number }
  | { readonly what: "eliminated"; readonly seat: number; readonly by: number; readonly cards: number }
  | { readonly what: "card"; readonly seat: number; readonly card: number }
  | { readonly what: "won"; readonly seat: number; readonly how: "conquest" | "mission" };

/** A move that the rules do not allow. The message says why. */
export class IllegalMove extends Error {
  override readonly name = "IllegalMove";
}

/** Throws unless the condition holds. */
export function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new IllegalMove(otherwise);
}
