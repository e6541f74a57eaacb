import { type Signal, signal } from "@preact/signals";
import type { NumberLimits } from "../../shared/instruments/wire.ts";

/** The number that is being typed on a panel: of which setting, and what it begins with. */
export interface Entry {
  readonly name: string;
  readonly limits: NumberLimits;
  readonly text: string;
  /** Gets the focus when the entry ends. */
  readonly returnTo: Element | null;
}

/** One panel has one line for numbers, at the lower edge of its screen. */
export const createEntry = (): Signal<Entry | undefined> => signal(undefined);
