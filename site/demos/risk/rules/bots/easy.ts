import type { Chance } from "../dice.ts";
import type { Game, Move } from "../game.ts";
import { ownedBy } from "../turn.ts";
import type { Style } from "./bot.ts";
import { fortify } from "./hard.ts";
import { enemiesOf, frontsOf } from "./value.ts";

/** A beginner: places armies where enemies are, attacks what looks weak, and stops early. */

const any = <T>(values: readonly T[], chance: Chance): T | undefined =>
  values.length === 0 ? undefined : values[chance.below(Math.min(values.length, 256))];

const borders = (game: Game): number[] => ownedBy(game, game.turn).filter((at) => enemiesOf(game, at).length > 0);

function attack(game: Game, chance: Chance): Extract<Move, { do: "attack" }> | undefined {
  const armies = (at: number) => game.armies[at] ?? 0;
  const tempting = frontsOf(game, game.turn).filter(({ from, to }) => armies(from) > armies(to) + 1);
  // With many armies it goes on; with a card in view it often has enough.
  if (game.prize !== null && chance.below(3) === 0) return undefined;
  const front = any(tempting, chance);
  if (!front) return undefined;
  const { from, to } = front;
  return { do: "attack", from, to, dice: Math.min(3, armies(from) - 1), keep: 2 };
}

export const style: Style = {
  tradesEarly: false,
  claim: (_, free, chance) => any(free, chance) ?? 0,
  place: (game, chance) => any(borders(game), chance) ?? any(ownedBy(game, game.turn), chance) ?? 0,
  reinforce: (game, armies, chance) => ({ at: any(borders(game), chance) ?? 0, armies: Math.ceil(armies / 2) }),
  attack,
  occupy: (game, from, _to, min) => Math.max(min, Math.floor(((game.armies[from] ?? 1) - 1) / 2)),
  fortify,
};
