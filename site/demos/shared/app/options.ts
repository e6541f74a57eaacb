import type { ComponentType } from "preact";
import type { Schemas } from "../room/definition.ts";
import type { GameRoom } from "../room/game-room.ts";

export interface GameViewProps<M extends Schemas, C extends Schemas> {
  readonly room: GameRoom<M, C>;
}

/** What a game adds to the shared parts. */
export interface GameOptions<M extends Schemas, C extends Schemas> {
  /** One sentence on the first screen. */
  readonly tagline: string;
  /** The help card: what to do, how to win, which keys. */
  readonly help: readonly [string, string, string];
  /** The logic. Called once for each room, after joining; what it returns is called when the room is left. */
  start?(room: GameRoom<M, C>): (() => void) | undefined;
  /** Fills the stage below the bar while a round is played, and behind its result. */
  readonly Play: ComponentType<GameViewProps<M, C>>;
  /** On the first screen: a picture of the game, which may move. */
  readonly Preview?: ComponentType;
  /** In the lobby: choices of the host. */
  readonly Settings?: ComponentType<GameViewProps<M, C>>;
  /** In the phase "over": the result. */
  readonly Result?: ComponentType<GameViewProps<M, C>>;
  /** `never`: a room is entered and played at once, without ready marks. Default `before`. */
  readonly lobby?: "before" | "never";
}
