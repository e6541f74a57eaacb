import { attack, occupy } from "./battle.ts";
import { trade } from "./cards.ts";
import { type Entry, type Game, type Happening, HOST, IllegalMove, type Move, must } from "./game.ts";
import { checkOpenMission, showMission } from "./missions.ts";
import { chain, control, roll, sit } from "./seats.ts";
import { begin, claim, place } from "./setup.ts";
import { end, fortify, reinforce } from "./turn.ts";
import { TERRITORIES } from "./world.ts";

export type Outcome =
  | { readonly ok: true; readonly game: Game; readonly happened: readonly Happening[] }
  /** The rules do not allow the move; the state is as it was. */
  | { readonly ok: false; readonly reason: string };

/** Everything that may change, copied, so that earlier states stay as they were. */
const copyOf = (game: Game): Game => ({
  ...game,
  seats: game.seats.map((seat) => ({ ...seat })),
  owner: [...game.owner],
  armies: [...game.armies],
  deck: [...game.deck],
  discards: [...game.discards],
});

/** Moves of the host do not depend on whose turn it is. */
function byHost(game: Game, move: Move): Happening[] | undefined {
  switch (move.do) {
    case "roll":
      return roll(game, move);
    case "control":
      return control(game, move);
    case "sit":
      return sit(game, move);
    default:
      return undefined;
  }
}

/** What a player may do at any time. */
function anytime(game: Game, by: number, move: Move): Happening[] | undefined {
  if (move.do === "chain") return chain(game, by, move);
  if (move.do !== "guard") return undefined;
  const seat = game.seats[by];
  must(seat !== undefined && (move.dice === 1 || move.dice === 2), "a defence has one or two dice");
  must(game.phase.name !== "battle", "the dice of this battle are declared");
  seat.guard = move.dice;
  return [];
}

function inTurn(game: Game, by: number, move: Move): Happening[] {
  switch (move.do) {
    case "claim":
      return claim(game, by, move);
    case "place":
      return place(game, by, move);
    case "trade":
      return trade(game, by, move);
    case "reinforce":
      return reinforce(game, by, move);
    case "attack":
      return attack(game, by, move);
    case "occupy":
      return occupy(game, by, move);
    case "fortify":
      return fortify(game, by, move);
    case "end":
      return end(game, by);
    case "mission":
      return showMission(game, by, move);
    default:
      throw new IllegalMove("only the host adds such a move");
  }
}

/** A number that no array of the rules has would create a hole in it. */
function checkNumbers(move: Move): void {
  const whole = (value: unknown): boolean =>
    typeof value !== "number" || (Number.isInteger(value) && value >= 0 && value <= 10_000);
  const onBoard = (at: number): boolean => whole(at) && at < TERRITORIES.length;
  const values = Object.values(move).flat();
  must(values.every(whole), "a number is not valid");
  if ("from" in move) must(onBoard(move.from) && onBoard(move.to), "no such territory");
  if ("at" in move) must([move.at].flat().every(onBoard), "no such territory");
}

function change(game: Game, { by, move }: Entry): Happening[] {
  must(game.phase.name !== "over", "the game is over");
  checkNumbers(move);
  if (by === HOST) {
    const happened = byHost(game, move);
    must(happened !== undefined, "this move belongs to a player");
    return happened;
  }
  must(by >= 0 && by < game.seats.length, "no such seat");
  const happened = anytime(game, by, move);
  if (happened) return happened;
  must(by === game.turn, "it is not this player's turn");
  return inTurn(game, by, move);
}

/** The rules: what a move makes of a game. Without time, chance or network, so every peer computes the same. */
export function apply(game: Game | undefined, entry: Entry): Outcome {
  try {
    if (!game) {
      must(entry.move.do === "begin" && entry.by === HOST, "a game begins with its players");
      return { ok: true, game: begin(entry.move), happened: [] };
    }
    must(entry.move.do !== "begin", "the game has begun");
    const next = copyOf(game);
    next.seq++;
    const happened = change(next, entry);
    return { ok: true, game: next, happened: [...happened, ...checkOpenMission(next)] };
  } catch (error) {
    if (error instanceof IllegalMove) return { ok: false, reason: error.message };
    throw error;
  }
}
