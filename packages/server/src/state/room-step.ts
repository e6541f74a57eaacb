import type { StoredKey } from "../room-store.ts";
import type { OptionsOutcome, StateChange, StoredRoomOptions, WriteOutcome } from "../state.ts";
import type { MapStep } from "./room-map.ts";

/** Something that has happened to a kept room and that its followers do not know yet. */
export type RoomStep =
  | {
      readonly kind: "write";
      readonly map: MapStep;
      readonly change: StateChange;
      readonly outcome: WriteOutcome;
      readonly settle: (outcome: WriteOutcome) => void;
    }
  /** A write that changed nothing; it may have been judged by changes that are not stored yet. */
  | { readonly kind: "answer"; readonly outcome: WriteOutcome; readonly settle: (outcome: WriteOutcome) => void }
  | { readonly kind: "release"; readonly session: number; readonly map: MapStep; readonly change: StateChange }
  | { readonly kind: "host"; readonly host: number | undefined; readonly term: number }
  | {
      readonly kind: "options";
      readonly options: StoredRoomOptions;
      readonly settle: (outcome: OptionsOutcome) => void;
    };

export const isStoredStep = ({ kind }: RoomStep): boolean =>
  kind === "write" || kind === "release" || kind === "options";

/** What has to be stored of some steps: the last value of each key. */
export function keysOf(steps: readonly RoomStep[]): readonly StoredKey[] {
  const keys = new Map<string, StoredKey>();
  for (const step of steps) {
    if (!("map" in step)) continue;
    const { version, entered, deletions } = step.map;
    // A key that belongs to a session replaces one that was stored.
    for (const [key, { text, owner }] of entered)
      keys.set(key, { key, text: owner === undefined ? text : null, version });
    for (const key of deletions) keys.set(key, { key, text: null, version });
  }
  return [...keys.values()];
}
