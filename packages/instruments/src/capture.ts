/** How a waveform is captured. */
export interface CaptureSettings {
  /** Seconds per division; a capture has ten divisions. */
  readonly timebase: number;
  readonly points: number;
  readonly trigger: {
    /** Index of the channel. */
    readonly source: number;
    /** V. */
    readonly level: number;
    readonly slope: "rise" | "fall";
    readonly mode: "auto" | "normal" | "single";
    /** In divisions of its channel: a crossing counts only after the signal was this far on the other side. */
    readonly hysteresis: number;
    /** Part of the capture before the trigger, 0 to 1. */
    readonly position: number;
  };
  /** For each channel: volts per division (eight divisions), and volts at the centre. */
  readonly channels: readonly { readonly range: number; readonly offset: number }[];
}

/** Volts of a channel at a time in seconds. */
export type Source = (channel: number, seconds: number) => number;

/** As docs/instruments.md describes it. */
export interface Waveform {
  readonly dt: number;
  readonly points: number;
  /** Position of the trigger in points, with fraction. */
  readonly trigger: number;
  readonly state: "triggered" | "auto" | "single";
  readonly channels: readonly { readonly scale: number; readonly offset: number }[];
  /** Channels one after the other, signed 16-bit integers, least significant byte first. */
  readonly bytes: Uint8Array;
}

export const DIVISIONS = { time: 10, voltage: 8 } as const;
/** Seconds that `auto` waits for a trigger, or one screen if that is longer. */
const AUTO_WAIT = 0.02;
/** The converter's range reaches beyond the screen, so that a trace that leaves it is not flat at its edge. */
const FULL_SCALE_DIVISIONS = 10;
const LEAST = -32_768;
const MOST = 32_767;

/**
 * The position of the first crossing between `from` and `to`, in points with fraction; undefined if there is none. Points before `from`
 * arm the trigger. `hysteresis` is in volts.
 */
export function findTrigger(
  samples: ArrayLike<number>,
  { level, slope }: Pick<CaptureSettings["trigger"], "level" | "slope">,
  hysteresis: number,
  from: number,
  to: number,
): number | undefined {
  const sign = slope === "rise" ? 1 : -1;
  let armed = false;
  for (let at = 0; at < to; at++) {
    const height = sign * ((samples[at] ?? 0) - level);
    if (armed && height >= 0) {
      armed = false;
      if (at < from) continue;
      const before = sign * ((samples[at - 1] ?? 0) - level);
      return at - 1 + (height === before ? 0 : -before / (height - before));
    }
    if (height <= -hysteresis) armed = true;
  }
  return undefined;
}

/** Captures waveforms from a source. The memory is twice the points, however often it captures. */
export class Capture {
  #scratch = new Float64Array(0);
  /** When the last waveform was taken, seconds. */
  #last = Number.NEGATIVE_INFINITY;
  /** When it began to wait for a trigger, in which mode. */
  #armed: { readonly at: number; readonly mode: string } | undefined;

  constructor(private readonly source: Source) {}

  /** To be called while the capture is stopped: a single capture afterwards waits for a trigger that is still to come. */
  disarm(): void {
    this.#armed = undefined;
  }

  /** The newest waveform that ends at `now`; undefined if `normal` or `single` finds no trigger, or `auto` still waits for one. */
  take(settings: CaptureSettings, now: number): Waveform | undefined {
    const { points, timebase, trigger } = settings;
    const dt = (timebase * DIVISIONS.time) / points;
    const start = now - 2 * points * dt;
    if (this.#armed?.mode !== trigger.mode) this.#armed = { at: now, mode: trigger.mode };
    const samples = this.#sample(trigger.source, start, dt, 2 * points);
    const before = Math.round(points * trigger.position);
    const found = this.#find(samples, settings, (this.#armed.at - start) / dt, before);
    if (found === undefined) {
      const wait = Math.max(AUTO_WAIT, points * dt);
      if (trigger.mode !== "auto" || now - this.#last < wait) return undefined;
    }
    this.#last = now;
    const first = found === undefined ? points : Math.floor(found) - before;
    return {
      dt,
      points,
      trigger: found === undefined ? before : found - first,
      state: found === undefined ? "auto" : trigger.mode === "single" ? "single" : "triggered",
      ...this.#digitise(settings, start, dt, first),
    };
  }

  /** The trigger that leaves room for the whole capture on both sides. `armed` is where the capture was armed, in points. */
  #find(
    samples: Float64Array,
    { points, trigger, channels }: CaptureSettings,
    armed: number,
    before: number,
  ): number | undefined {
    // A repeated capture may show what has just happened; a single one is of what happens after the key was pressed.
    const from = Math.max(before + 1, trigger.mode === "single" ? Math.ceil(armed) : 0);
    const hysteresis = trigger.hysteresis * (channels[trigger.source]?.range ?? 1);
    return findTrigger(samples, trigger, hysteresis, from, before + points);
  }

  #sample(channel: number, start: number, dt: number, count: number): Float64Array {
    if (this.#scratch.length !== count) this.#scratch = new Float64Array(count);
    for (let at = 0; at < count; at++) this.#scratch[at] = this.source(channel, start + at * dt);
    return this.#scratch;
  }

  /** The points from `first` on. Those of the trigger's channel were sampled already; sampled again, they would have other noise. */
  #digitise(
    { channels, points, trigger }: CaptureSettings,
    start: number,
    dt: number,
    first: number,
  ): Pick<Waveform, "channels" | "bytes"> {
    const bytes = new Uint8Array(2 * points * channels.length);
    const view = new DataView(bytes.buffer);
    const scales = channels.map(({ range, offset }) => ({
      scale: (range * FULL_SCALE_DIVISIONS) / (MOST - LEAST),
      offset,
    }));
    for (const [channel, { scale, offset }] of scales.entries()) {
      for (let at = 0; at < points; at++) {
        const sampled = channel === trigger.source ? this.#scratch[first + at] : undefined;
        const volts = sampled ?? this.source(channel, start + (first + at) * dt);
        const level = Math.round((volts - offset) / scale);
        view.setInt16(2 * (channel * points + at), Math.max(LEAST, Math.min(MOST, level)), true);
      }
    }
    return { channels: scales, bytes };
  }
}
