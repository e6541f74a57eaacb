import { isWild, mustTrade, setsIn } from "../cards.ts";
import { Chance } from "../dice.ts";
import type { Game, Level, Move } from "../game.ts";
import { NEUTRAL, NOBODY } from "../game.ts";
import { stateHash } from "../hash.ts";
import { placing } from "../setup.ts";
import { ownedBy } from "../turn.ts";
import * as easy from "./easy.ts";
import * as hard from "./hard.ts";
import { best } from "./value.ts";

/** What a level of play decides; the rest is the same for all. */
export interface Style {
  /** The next territory to claim, of those that are free. */
  claim(game: Game, free: readonly number[], chance: Chance): number;
  /** Where an army of the set-up goes. */
  place(game: Game, chance: Chance): number;
  reinforce(game: Game, armies: number, chance: Chance): { readonly at: number; readonly armies: number };
  /** The next attack, or undefined to end them. */
  attack(game: Game, chance: Chance): Extract<Move, { do: "attack" }> | undefined;
  occupy(game: Game, from: number, to: number, min: number): number;
  fortify(game: Game): Extract<Move, { do: "fortify" }> | undefined;
  /** Whether to trade a set that it could keep. */
  readonly tradesEarly: boolean;
}

const styles: Readonly<Record<Level, Style>> = { easy: easy.style, hard: hard.style };

function trade(game: Game): Move | undefined {
  const hand = game.seats[game.turn]?.cards ?? [];
  const set = best(setsIn(hand), (cards) => -cards.filter(isWild).length);
  if (!set || game.phase.name !== "reinforce") return undefined;
  const own = set.filter((card) => game.owner[card] === game.turn);
  const bonus = game.phase.bonus ? (best(own, (at) => game.armies[at] ?? 0) ?? null) : null;
  return { do: "trade", cards: set, bonus };
}

function place(game: Game, style: Style, chance: Chance): Move {
  const neutral = game.neutralPool > 0 ? (ownedBy(game, NEUTRAL)[0] ?? null) : null;
  const at = style.place(game, chance);
  return { do: "place", at: Array.from({ length: placing(game) }, () => at), neutral };
}

/**
 * The move of a bot whose turn it is: a function of the state, so that every peer can check that the host played what the bot would have
 * played. Undefined while dice are due and after the end.
 */
export function chooseMove(game: Game, level: Level): Move | undefined {
  const style = styles[level];
  const chance = new Chance(stateHash(game));
  const { phase } = game;
  switch (phase.name) {
    case "claim":
      return {
        do: "claim",
        at: style.claim(
          game,
          game.owner.flatMap((owner, at) => (owner === NOBODY ? [at] : [])),
          chance,
        ),
      };
    case "place":
      return place(game, style, chance);
    case "reinforce": {
      const set = mustTrade(game) || (style.tradesEarly && !phase.midAttack) ? trade(game) : undefined;
      return set ?? { do: "reinforce", ...style.reinforce(game, phase.armies, chance) };
    }
    case "attack":
      return style.attack(game, chance) ?? style.fortify(game) ?? { do: "end" };
    case "occupy":
      return { do: "occupy", armies: style.occupy(game, phase.from, phase.to, phase.min) };
    case "fortify":
      return style.fortify(game) ?? { do: "end" };
    default:
      return undefined;
  }
}
