import type { Data, Message } from "@achex/client/full";
import * as v from "valibot";
import type { Samples } from "../signal/levels.ts";

/** Channels that the screen can show; an instrument may send more. */
export const CHANNELS = 2;
const MAX_CHANNELS = 8;
const MAX_POINTS = 10_000;
/** V. Larger values are mistakes, and their sums would lose all precision. */
const MAX_VOLTS = 1e9;
/** s. */
const STEP = { least: 1e-15, most: 1e4 };

const finite = v.pipe(v.number(), v.finite());

/** The header of a waveform, as docs/instruments.md describes it. */
const header = v.pipe(
  v.object({
    n: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    t: finite,
    dt: v.pipe(finite, v.minValue(STEP.least), v.maxValue(STEP.most)),
    points: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(MAX_POINTS)),
    trigger: v.pipe(finite, v.minValue(0)),
    state: v.picklist(["triggered", "auto", "single"]),
    channels: v.pipe(
      v.array(
        v.object({
          scale: v.pipe(finite, v.gtValue(0), v.maxValue(MAX_VOLTS)),
          offset: v.pipe(finite, v.minValue(-MAX_VOLTS), v.maxValue(MAX_VOLTS)),
        }),
      ),
      v.minLength(1),
      v.maxLength(MAX_CHANNELS),
    ),
  }),
  v.check(({ trigger, points }) => trigger <= points, "the trigger is outside the points"),
);

/** A waveform in volts. */
export interface Waveform {
  readonly n: number;
  /** ms by the server's clock. */
  readonly t: number;
  /** Seconds between two samples. */
  readonly dt: number;
  /** Position of the trigger in samples, with fraction. */
  readonly trigger: number;
  readonly state: "triggered" | "auto" | "single";
  /** At least one, all of the same length. */
  readonly channels: readonly Samples[];
}

export type ReadWaveform = { readonly waveform: Waveform } | { readonly problem: string };

/** What the bytes say, or what is wrong with them. The work is bounded by the length that the header allows. */
export function readWaveform({ data, bytes }: Pick<Message<Data>, "data" | "bytes">): ReadWaveform {
  const result = v.safeParse(header, data);
  if (!result.success) {
    const [issue] = result.issues;
    return { problem: `${v.getDotPath(issue) ?? "header"}: ${issue.message}`.slice(0, 200) };
  }
  const { points, channels, ...rest } = result.output;
  const expected = 2 * points * channels.length;
  if (bytes?.length !== expected) return { problem: `${bytes?.length ?? 0} bytes instead of ${expected}` };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const volts = channels.slice(0, CHANNELS).map(({ scale, offset }, channel) => {
    const samples = new Float64Array(points);
    for (let at = 0; at < points; at++) samples[at] = view.getInt16(2 * (channel * points + at), true) * scale + offset;
    return samples;
  });
  return { waveform: { ...rest, channels: volts } };
}
