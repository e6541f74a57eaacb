import type { Waveform } from "./capture.ts";
import type { Action, Identity } from "./scpi/interpreter.ts";
import type { Settings } from "./settings.ts";

/** What an instrument measures. */
export interface Quantity {
  readonly title: string;
  readonly unit: string;
  /** Digits to show. */
  readonly digits: number;
  /** Range of the scale. */
  readonly min: number;
  readonly max: number;
  /** Normal band, if there is one. */
  readonly low?: number;
  readonly high?: number;
  /** Whether the scale is logarithmic. Default false. */
  readonly log?: boolean;
}

export interface Description extends Identity {
  /** 1 to 32 of a-z, 0-9 and -; unique in its installation. */
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  /** Dates, YYYY-MM-DD. */
  readonly calibrated: string;
  readonly due: string;
}

export interface Reading {
  /** By quantity; null for a value that cannot be measured at the moment. */
  readonly values: Readonly<Record<string, number | null>>;
  readonly status: readonly string[];
}

/**
 * A simulated instrument without its connection: physics, settings and SCPI. It has no clock: its owner says how much time has
 * passed.
 */
export interface Instrument {
  readonly description: Description;
  readonly settings: Settings;
  readonly quantities: Readonly<Record<string, Quantity>>;
  /** Milliseconds between two readings. */
  readonly interval: number;
  /** What can be done besides changing settings, by name. */
  readonly actions: Readonly<Record<string, { readonly title: string; run(): void }>>;
  /** Commands of its kind. */
  readonly scpi: readonly Action[];
  /** Lets time pass. Steps may have any length; a long one is split by the instrument. */
  advance(seconds: number): void;
  read(): Reading;
  /** Present if it can send waveforms. */
  readonly capture?: {
    readonly channels: number;
    readonly points: number;
    /** The waveform that ends now, or undefined if there is none to send. `now` is in seconds since the start. */
    take(now: number): Waveform | undefined;
  };
}

/** What makes one instrument of a kind. */
export interface Making {
  readonly id: string;
  readonly title?: string;
  /** Of its noise and faults. Default 1. */
  readonly seed?: number;
  /** Milliseconds between readings. Default 100. */
  readonly interval?: number;
  /** Called when settings change. */
  readonly changed?: () => void;
}

/** Simulated instruments are from the same maker, and were calibrated within the last year. */
export function describe(
  kind: string,
  model: string,
  title: string,
  { id, title: own, seed = 1 }: Making,
): Description {
  const month = 1 + (seed % 12);
  const day = 1 + ((seed * 7) % 28);
  const date = (year: number) => `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  return {
    id,
    kind,
    title: own ?? title,
    maker: "Achex",
    model,
    serial: `SIM${String(seed).padStart(5, "0")}`,
    firmware: "1.0",
    calibrated: date(2026),
    due: date(2027),
  };
}
