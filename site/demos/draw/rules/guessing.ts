import * as v from "valibot";
import { commitment, fits, refines } from "./judge.ts";
import { LEVELS } from "./words.ts";

/** ms for choosing a word, and for looking at a result. */
export const CHOOSING = 20_000;
export const RESULT = 7_000;
export const DRAW_SECONDS = [40, 80, 120] as const;

const player = v.pipe(v.string(), v.minLength(4), v.maxLength(64));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));
const moment = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(2 ** 45));
const points = v.pipe(v.array(v.strictTuple([player, count])), v.maxLength(64));

export const settings = v.strictObject({
  rounds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5)),
  seconds: v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(240)),
  level: v.picklist(LEVELS),
});
export const mask = v.pipe(v.string(), v.minLength(1), v.maxLength(40));
export const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const word = v.pipe(v.string(), v.minLength(1), v.maxLength(40));
export const salt = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

/** A game of guessing, as the host keeps it in the state of the room. Nobody but the drawer knows the word. */
export const guessing = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9]{1,12}$/)),
  settings,
  order: v.pipe(v.array(player), v.minLength(2), v.maxLength(64)),
  turn: count,
  stage: v.picklist(["choosing", "drawing", "result", "over"]),
  /** When the stage ends, ms of the server's time. */
  deadline: moment,
  commit: v.optional(digest),
  mask: v.optional(mask),
  /** Who has guessed the word of this turn, and the points for it. */
  solved: points,
  scores: points,
  /** The word, once the turn is over and the drawer has proven it; `false` if the proof was wrong. */
  word: v.optional(v.union([word, v.literal(false)])),
});
export type Guessing = v.InferOutput<typeof guessing>;
export type Settings = v.InferOutput<typeof settings>;

/** A refused move: why. */
export type Refused = string;
export type Move = Guessing | Refused;

export const drawerOf = ({ order, turn }: Guessing): string => order[turn % order.length] ?? "";
export const roundOf = ({ order, turn }: Guessing): number => Math.floor(turn / order.length) + 1;
export const boardOf = ({ id, turn }: Guessing): string => `${id}.${turn}`;
export const turnsOf = ({ order, settings: { rounds } }: Guessing): number => order.length * rounds;

export const startGame = (id: string, order: readonly string[], chosen: Settings, now: number): Guessing => ({
  id,
  settings: chosen,
  order: [...order],
  turn: 0,
  stage: "choosing",
  deadline: now + CHOOSING,
  solved: [],
  scores: order.map((one) => [one, 0]),
});

/** The drawer has chosen a word. */
export function choose(game: Guessing, by: string, commit: string, hidden: string, now: number): Move {
  if (by !== drawerOf(game)) return "not the drawer";
  if (game.stage !== "choosing") return "the word was chosen before";
  if (/[\p{L}\p{N}]/u.test(hidden)) return "shows letters of the word";
  return { ...game, stage: "drawing", commit, mask: hidden, deadline: now + game.settings.seconds * 1_000 };
}

export function hint(game: Guessing, by: string, next: string): Move {
  if (by !== drawerOf(game)) return "not the drawer";
  if (game.stage !== "drawing" || game.mask === undefined) return "nobody is guessing";
  return refines(game.mask, next) ? { ...game, mask: next } : "not a hint for this word";
}

/** The drawer says that a player has guessed the word: 100 points, and up to 400 for speed. */
export function solve(game: Guessing, by: string, who: string, now: number, present: ReadonlySet<string>): Move {
  if (by !== drawerOf(game)) return "not the drawer";
  if (game.stage !== "drawing") return "nobody is guessing";
  if (who === by) return "the drawer cannot guess";
  if (!present.has(who)) return "not a player here";
  if (game.solved.some(([one]) => one === who)) return "has guessed it before";
  const left = Math.max(0, Math.min(1, (game.deadline - now) / (game.settings.seconds * 1_000)));
  const solved: Guessing["solved"] = [...game.solved, [who, Math.round(100 + 400 * left)]];
  const waiting = [...present].some((one) => one !== by && !solved.some(([done]) => done === one));
  const next = { ...game, solved };
  return waiting ? next : finish(next, now);
}

const finish = (game: Guessing, now: number): Guessing => ({
  ...game,
  stage: "result",
  deadline: now + RESULT,
  scores: added(game.scores, game.solved),
});

function added(scores: Guessing["scores"], gains: Guessing["scores"]): Guessing["scores"] {
  const sums = new Map(scores);
  for (const [who, gain] of gains) sums.set(who, (sums.get(who) ?? 0) + gain);
  return [...sums];
}

/** Whether this is the word that the drawer committed to. Every peer asks this for itself. */
export const isProven = (game: Guessing, told: string, seed: string): boolean =>
  game.commit === commitment(game.id, game.turn, told, seed) && game.mask !== undefined && fits(game.mask, told);

/** The drawer opens the commitment, and earns what the guessers earned on average. A word that does not fit earns nothing. */
export function reveal(game: Guessing, by: string, told: string, seed: string): Move {
  if (by !== drawerOf(game)) return "not the drawer";
  if (game.stage !== "result" || game.word !== undefined) return "not the time to show the word";
  if (!isProven(game, told, seed)) return { ...game, word: false };
  const total = game.solved.reduce((sum, [, gain]) => sum + gain, 0);
  const mean = game.solved.length > 0 ? Math.round(total / game.solved.length) : 0;
  return { ...game, word: told, scores: added(game.scores, [[by, mean]]) };
}

/** What time alone changes. Returns the same game if nothing does. */
export function advance(game: Guessing, now: number, present: ReadonlySet<string>): Guessing {
  if (game.stage === "over") return game;
  const drawing = game.stage !== "result";
  if (drawing && !present.has(drawerOf(game))) return nextTurn(game, now, present);
  if (now < game.deadline) return game;
  if (game.stage === "drawing") return finish(game, now);
  return nextTurn(game, now, present);
}

/** The next turn whose drawer is here; newcomers draw after the others. */
function nextTurn(game: Guessing, now: number, present: ReadonlySet<string>): Guessing {
  const { commit: _commit, mask: _mask, word: _word, ...rest } = game;
  const fresh = { ...rest, solved: [] };
  for (let turn = game.turn + 1; turn < turnsOf(game); turn++) {
    const next: Guessing = { ...fresh, turn, stage: "choosing", deadline: now + CHOOSING };
    if (present.has(drawerOf(next))) return next;
  }
  return { ...fresh, turn: Math.max(0, turnsOf(game) - 1), stage: "over", deadline: now };
}

/** Players from most points to fewest, with equal ranks for equal points. */
export function ranking({
  scores,
}: Guessing): { readonly player: string; readonly points: number; readonly rank: number }[] {
  const sorted = [...scores].sort(([, a], [, b]) => b - a);
  return sorted.map(([who, gained]) => ({
    player: who,
    points: gained,
    rank: sorted.findIndex(([, other]) => other === gained) + 1,
  }));
}
