import type * as v from "valibot";

/** Schemas by name, for messages or checkpoints. They check what peers send, which may be anything. */
export type Schemas = Readonly<Record<string, v.GenericSchema>>;

export type Values<S extends Schemas> = { readonly [K in keyof S & string]: v.InferOutput<S[K]> };

/** What the shared parts must know about a game. */
export interface GameDefinition<M extends Schemas = Schemas, C extends Schemas = Schemas> {
  /** Lower-case letters; also the instance on the relay and the path of the page. */
  readonly id: string;
  readonly title: string;
  /** Players at most. */
  readonly seats: number;
  /** A round starts with at least so many players who are ready. */
  readonly minPlayers: number;
  /** Members of the room at most, spectators included; at most 200. */
  readonly capacity: number;
  /** Whether one player can play against the computer. Default false. */
  readonly solo?: boolean;
  /** Whether free seats can be taken during a round. Default false: from the next round on. */
  readonly lateSeats?: boolean;
  /** What peers send each other, by kind. */
  readonly messages: M;
  /** What the host publishes for late joiners, returners and the next host, by name; each at most 16 KiB as JSON. */
  readonly checkpoints: C;
}

/** Returns its argument; for the types. */
export const defineGame = <const M extends Schemas, const C extends Schemas>(
  game: GameDefinition<M, C>,
): GameDefinition<M, C> => game;

/** Under which name a checkpoint of the game is published; the shared parts have others. */
export const gameKey = (name: string): string => `game/${name}`;

export const gameSchemas = ({ checkpoints }: GameDefinition): Schemas =>
  Object.fromEntries(Object.entries(checkpoints).map(([name, schema]) => [gameKey(name), schema]));
