import type { Seat, Side, TeamSize } from "../rules/court.ts";
import type { Livery } from "./palette.ts";

export interface PaddleScene {
  readonly seat: Seat;
  readonly livery: Livery;
  readonly name: string;
  /** A word about its player: reconnecting, waiting. */
  readonly note: string | undefined;
  readonly y: number;
  /** 0 to 3. */
  readonly energy: number;
  /** The next strike will be a power shot. */
  readonly isArmed: boolean;
  readonly isMine: boolean;
  /** Its player is away: drawn as an outline. */
  readonly isAway: boolean;
}

/** Everything that one frame shows, in units of the court. */
export interface Scene {
  readonly teams: TeamSize;
  /** The own side; undefined for spectators. */
  readonly side: Side | undefined;
  readonly paddles: readonly PaddleScene[];
  readonly ball: { readonly x: number; readonly y: number; readonly spin: number } | undefined;
  /** Who must return the ball, or serves. */
  readonly turn: Seat | undefined;
  readonly score: readonly [number, number];
  /** Points to win. */
  readonly goal: number;
  /** 0 to 1: how close the rally is to its greatest speed. */
  readonly heat: number;
  /** Something to do or to know, in the middle of the court. */
  readonly banner: string | undefined;
}
