/** A player of a game, connected to the relay and a member of the game's room, as the page of the game is. */
export interface BenchPlayer {
  /** Sends a message to the others of the room, or to one of them. `latest` as in the client library. */
  send(kind: string, data: object, options?: { readonly latest?: string; readonly to?: number }): void;
  /** Writes keys of the room's state. */
  publish(values: Readonly<Record<string, unknown>>): void;
  /** Handles messages of the others; `from` is the number of the player. */
  on(kind: string, handle: (data: unknown, from: number) => void): void;
}

export interface RunningGame {
  /** Called every 25 ms; `now` in ms. Does what the players would have done since the last call. */
  step(now: number): void;
}

/** A game that is played by scripts: they send what players send, as often, and of the same size. */
export interface GameDriver {
  /** As on the command line. */
  readonly id: string;
  readonly title: string;
  /** Players of one game. */
  readonly players: number;
  /** `index` tells the games apart, so that they do not all do the same at the same moment. */
  start(players: readonly BenchPlayer[], index: number): RunningGame;
}
