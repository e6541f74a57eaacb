import { fight } from "./battle.ts";
import { Chance, isLink, linkBefore, seedOf } from "./dice.ts";
import { type Game, type Happening, type MoveOf, must } from "./game.ts";
import { stateHash } from "./hash.ts";
import { deal } from "./setup.ts";

/** Who moves for a seat, and whose secrets make the dice. */

/** Seats that reveal a link for each roll: all players who are present, also those who are out of the game. */
export const contributors = (game: Game): number[] =>
  game.seats.flatMap(({ control, link }, index) => (control === "human" && link !== null ? [index] : []));

export const awaitsRoll = ({ phase }: Game): boolean => phase.name === "deal" || phase.name === "battle";

/** Checks every revealed link against the one before, and rolls. */
export function roll(game: Game, { links }: MoveOf<"roll">): Happening[] {
  const { phase } = game;
  must(phase.name === "deal" || phase.name === "battle", "no dice are due");
  const due = contributors(game);
  must(links.length === due.length, "each player reveals one link");
  // Without anybody at the table, the dice only have to be the same for all who watch the replay.
  const shown = due.length === 0 ? [stateHash(game)] : links.filter((link) => link !== null);
  const silent = new Set<number>();
  for (const [index, at] of due.entries()) {
    const link = links[index];
    const seat = game.seats[at];
    must(seat !== undefined && link !== undefined, "each player reveals one link");
    if (link === null) {
      silent.add(at);
      continue;
    }
    must(isLink(link), "not a link of a dice chain");
    must(linkBefore(game.room, seat.id, seat.revealed, link) === seat.link, `forged dice: the link of ${seat.name}`);
    seat.link = link;
    seat.revealed++;
  }
  const seed = seedOf(game.room, game.rolls, shown);
  game.rolls++;
  const chance = new Chance(seed);
  return phase.name === "deal" ? deal(game, seed, chance) : fight(game, phase.battle, chance, silent);
}

/** A bot takes over a seat, or its player is back. */
export function control(game: Game, { seat: index, to }: MoveOf<"control">): Happening[] {
  const seat = game.seats[index];
  must(seat !== undefined && seat.control !== to, "nothing changes at this seat");
  must(to === "bot" || seat.link !== null, "a seat without a dice chain belongs to a bot");
  // Who could still reveal would otherwise decide whether its link counts.
  must(!awaitsRoll(game), "seats do not change while dice are due");
  seat.control = to;
  return [];
}

/** Somebody takes a seat that a bot plays. The dice chain follows with the first move of the new player. */
export function sit(game: Game, { seat: index, id, name }: MoveOf<"sit">): Happening[] {
  const seat = game.seats[index];
  must(seat !== undefined && seat.control === "bot", "only a seat that a bot plays can be taken");
  must(!game.seats.some((one, at) => at !== index && one.id === id), "each player has one seat");
  must(!awaitsRoll(game), "seats do not change while dice are due");
  // Nobody else knows the secret of a sealed mission, so it becomes an open one.
  const seal = seat.id === id ? seat.seal : null;
  game.seats[index] = { ...seat, id, name, seal, link: null, revealed: 0 };
  return [];
}

/** Begins another chain, and with it takes the seat back from the bot. */
export function chain(game: Game, by: number, { link }: MoveOf<"chain">): Happening[] {
  const seat = game.seats[by];
  must(seat !== undefined && isLink(link), "not a link of a dice chain");
  // Those who have revealed already could be answered with a chain that suits.
  must(!awaitsRoll(game), "a chain does not change while dice are due");
  seat.link = link;
  seat.revealed = 0;
  seat.control = "human";
  return [];
}
