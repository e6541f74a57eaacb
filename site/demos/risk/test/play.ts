import type { Arbitrary } from "fast-check";
import { array, integer } from "fast-check";
import { apply } from "../rules/apply.ts";
import { setsIn } from "../rules/cards.ts";
import { createChain } from "../rules/dice.ts";
import { type Entry, type Game, HOST, type Level, type Move, NEUTRAL, NOBODY, type Options } from "../rules/game.ts";
import { awaitsRoll, contributors } from "../rules/seats.ts";
import { placing } from "../rules/setup.ts";
import { fortifyTargets, ownedBy } from "../rules/turn.ts";
import { neighboursOf } from "../rules/world.ts";

export const OPTIONS: Options = { setup: "quick", sets: "rising", fortify: "adjacent", missions: false, timer: 0 };

const chains = new Map<string, readonly string[]>();

/** The dice chain of a player in these tests. */
export function chainOf(player: string): readonly string[] {
  const known = chains.get(player) ?? createChain("ROOM", player, `secret of ${player}`);
  chains.set(player, known);
  return known;
}

/** A game of so many players, the first `bots` of whom are bots. */
export function opening(players: number, options: Partial<Options> = {}, bots = 0, level: Level = "hard"): Entry {
  const seats = Array.from({ length: players }, (_, index) => {
    const id = `player-${index}`;
    const bot = index < bots;
    return { id, name: id, bot: bot ? level : null, link: bot ? null : (chainOf(id)[0] ?? ""), seal: null };
  });
  return { by: HOST, move: { do: "begin", room: "ROOM", options: { ...OPTIONS, ...options }, players: seats } };
}

/** The roll that is due, with what everybody reveals. */
export function honestRoll(game: Game): Entry {
  const links = contributors(game).map((seat) => {
    const { id, revealed } = game.seats[seat] ?? { id: "", revealed: 0 };
    return chainOf(id)[revealed + 1] ?? null;
  });
  return { by: HOST, move: { do: "roll", links } };
}

/** Applies a move that has to be allowed. */
export function after(game: Game | undefined, entry: Entry): Game {
  const outcome = apply(game, entry);
  if (!outcome.ok) throw new Error(`${outcome.reason}: ${JSON.stringify(entry)}`);
  return outcome.game;
}

/** A source of choices: the same numbers make the same game. */
export type Pick = <T>(values: readonly T[]) => T;

export function picker(numbers: readonly number[]): Pick {
  let at = 0;
  return (values) => {
    const value = values[(numbers[at++ % numbers.length] ?? 0) % values.length];
    if (value === undefined) throw new Error("nothing to choose from");
    return value;
  };
}

export const choices: Arbitrary<number[]> = array(integer({ min: 0, max: 100_000 }), { minLength: 40, maxLength: 120 });

/** Some move that is allowed, so that random games visit every rule. */
export function someMove(game: Game, pick: Pick): Move {
  const { phase, turn } = game;
  const own = ownedBy(game, turn);
  switch (phase.name) {
    case "claim":
      return { do: "claim", at: pick(game.owner.flatMap((owner, at) => (owner === NOBODY ? [at] : []))) };
    case "place": {
      const neutral = game.neutralPool > 0 ? pick(ownedBy(game, NEUTRAL)) : null;
      return { do: "place", at: Array.from({ length: placing(game) }, () => pick(own)), neutral };
    }
    case "reinforce": {
      const hand = game.seats[turn]?.cards ?? [];
      const sets = phase.midAttack && hand.length < 5 ? [] : setsIn(hand);
      if (sets.length > 0 && (hand.length >= 5 || pick([true, false]))) {
        const cards = pick(sets);
        const bonus = phase.bonus ? pick([null, ...cards.filter((card) => game.owner[card] === turn)]) : null;
        return { do: "trade", cards, bonus };
      }
      return { do: "reinforce", at: pick(own), armies: pick([phase.armies, 1]) };
    }
    case "occupy": {
      const most = (game.armies[phase.from] ?? 0) - 1;
      return { do: "occupy", armies: pick([phase.min, most]) };
    }
    default:
      return attackOrEnd(game, own, pick);
  }
}

function attackOrEnd(game: Game, own: readonly number[], pick: Pick): Move {
  const fronts = own.flatMap((from) =>
    (game.armies[from] ?? 0) < 2
      ? []
      : neighboursOf(from).flatMap((to) => (game.owner[to] === game.turn ? [] : [[from, to] as const])),
  );
  if (game.phase.name === "attack" && fronts.length > 0 && pick([1, 1, 1, 0])) {
    const [from, to] = pick(fronts);
    const dice = pick([1, 2, 3].filter((count) => count < (game.armies[from] ?? 0)));
    return { do: "attack", from, to, dice, keep: pick([null, 1, 2]) };
  }
  const marches = own.flatMap((from) => fortifyTargets(game, from).map((to) => [from, to] as const));
  if (marches.length > 0 && pick([true, false])) {
    const [from, to] = pick(marches);
    return { do: "fortify", from, to, armies: pick([1, (game.armies[from] ?? 0) - 1]) };
  }
  return { do: "end" };
}

/** The next entry of a random game. */
export const someEntry = (game: Game, pick: Pick): Entry =>
  awaitsRoll(game) ? honestRoll(game) : { by: game.turn, move: someMove(game, pick) };
