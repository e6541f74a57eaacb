import { type CourtEntry, levelOf } from "../net/game.ts";
import type { LiveCourt } from "../net/live-court.ts";
import type { Table } from "../net/table.ts";
import { type Seat, seatsOf, sideOf } from "../rules/court.ts";
import { FULL, type Match, turnOf, winnerOf } from "../rules/match.ts";
import { FASTEST, SERVE_SPEED, speedOf } from "../rules/strike.ts";
import { COMPUTER, type Livery, liveryOf } from "./palette.ts";
import type { PaddleScene, Scene } from "./scene.ts";

/** Who plays a seat, as everybody sees it. */
export interface Person {
  readonly name: string;
  readonly livery: Livery;
  /** A word about what is wrong. */
  readonly note: string | undefined;
  readonly isAway: boolean;
}

export function personOf(table: Table, entry: CourtEntry, seat: Seat): Person {
  const holder = entry.seats[seat] ?? "";
  const level = levelOf(holder);
  if (level) return { name: `Computer (${level})`, livery: COMPUTER, note: undefined, isAway: false };
  const player = table.room.player(holder);
  const livery = player ? liveryOf(player.color) : COMPUTER;
  const name = player?.name ?? "A player who left";
  if (entry.standIns.includes(seat)) return { name, livery, note: "the computer plays", isAway: false };
  if (player?.status === "here") return { name, livery, note: undefined, isAway: false };
  return { name, livery, note: player?.status === "away" ? "reconnecting…" : "left", isAway: true };
}

export interface SceneFacts {
  readonly table: Table;
  readonly entry: CourtEntry;
  readonly court: LiveCourt;
  readonly mySeat: Seat | undefined;
  readonly isArmed: boolean;
  /** Steps by which the ball is drawn ahead, or behind if negative. */
  readonly ahead: number;
  readonly banner: string | undefined;
}

/** What one frame shows of a court. */
export function sceneOf({ table, entry, court, mySeat, isArmed, ahead, banner }: SceneFacts): Scene {
  const { shown } = court.timeline;
  const paddles = seatsOf(shown.teams).map((seat): PaddleScene => {
    const { name, livery, note, isAway } = personOf(table, entry, seat);
    const isMine = seat === mySeat;
    const owes = turnOf(shown) === seat && court.timeline.isWaiting;
    return {
      ...{ seat, livery, isAway, isMine, name: isMine ? `${name} (you)` : name },
      note: note ?? (owes ? "waiting…" : undefined),
      y: court.paddles[seat]?.y ?? 0,
      energy: shown.energy[seat] ?? 0,
      isArmed: isMine && isArmed && (shown.energy[seat] ?? 0) >= FULL,
    };
  });
  return {
    teams: shown.teams,
    side: mySeat === undefined ? undefined : sideOf(mySeat),
    paddles,
    ball: court.timeline.ball(ahead),
    turn: turnOf(shown),
    score: [shown.score[0], shown.score[1]],
    // The draw of a tournament is in that place.
    goal: table.round.peek()?.format === "tournament" ? 0 : shown.goal,
    heat: (speedOf(shown.strikes) / SERVE_SPEED - 1) / (FASTEST - 1),
    banner,
  };
}

/** Names of the players of a side, such as "Ann" or "Ann and Bob". */
export const sideName = (table: Table, entry: CourtEntry, match: Match, side: 0 | 1): string =>
  seatsOf(match.teams)
    .filter((seat) => sideOf(seat) === side)
    .map((seat) => personOf(table, entry, seat).name)
    .join(" and ");

/** "Ann wins", "Ann and Bob win". */
export const victory = (table: Table, entry: CourtEntry, match: Match, side: 0 | 1): string =>
  `${sideName(table, entry, match, side)} ${match.teams === 2 ? "win" : "wins"}`;

/** For those who cannot see the court: score, serve, end. */
export function spoken(table: Table, entry: CourtEntry, match: Match): string {
  const [left, right] = [sideName(table, entry, match, 0), sideName(table, entry, match, 1)];
  const score = `${left} ${match.score[0]}, ${right} ${match.score[1]}.`;
  const winner = winnerOf(match);
  if (winner !== undefined) return `${victory(table, entry, match, winner)}. ${score}`;
  return match.phase === "serve" ? `${score} ${personOf(table, entry, match.server).name} serves.` : score;
}
