import type { ReadonlySignal } from "@preact/signals";
import type { Schemas } from "../room/definition.ts";
import type { GameRoom } from "../room/game-room.ts";
import type { GameApp } from "./game-app.ts";
import type { GameOptions } from "./options.ts";

/** A room of any game: everything but its messages and checkpoints. */
export type AnyRoom = Omit<GameRoom, "on" | "send" | "checkpoint" | "publish">;

/** The page of any game. */
export type AnyApp = Omit<GameApp, "room" | "options"> & {
  readonly room: ReadonlySignal<AnyRoom | undefined>;
  readonly options: Pick<GameOptions<Schemas, Schemas>, "tagline" | "help" | "lobby" | "Preview">;
};
