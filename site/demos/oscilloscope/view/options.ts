import * as v from "valibot";
import { OPERATIONS } from "../signal/mathematics.ts";
import { WINDOW_NAMES } from "../signal/spectrum.ts";

export const AVERAGES = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const;
/** Seconds until a trace has faded to a third; 0 switches it off. */
export const PERSISTENCE = [0, 0.5, 2, 5, Number.MAX_VALUE] as const;
export const FFT_ZOOMS = [1, 2, 5, 10, 20, 50] as const;
export const FFT_SCALES = [5, 10, 20] as const;
export const CURSOR_MODES = ["off", "time", "voltage", "both"] as const;

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const channel = v.picklist([0, 1]);

/** How one looks at the waveforms. It changes nothing at the instrument, so everybody has their own, unless they share it. */
export const viewOptions = v.object({
  channels: v.tuple([v.boolean(), v.boolean()]),
  display: v.picklist(["time", "xy"]),
  averages: v.picklist(AVERAGES),
  persistence: v.picklist(PERSISTENCE),
  math: v.object({
    operation: v.picklist(OPERATIONS),
    /** Volts per division of a sum, or square volts of a product. */
    range: v.pipe(v.number(), v.minValue(1e-6), v.maxValue(1e3)),
  }),
  fft: v.object({
    source: channel,
    window: v.picklist(WINDOW_NAMES),
    /** The screen shows this part of the frequencies, from 0 on: 2 is a half. */
    zoom: v.picklist(FFT_ZOOMS),
    /** dB per division. */
    scale: v.picklist(FFT_SCALES),
    /** dBV at the top of the screen. */
    top: v.pipe(v.number(), v.minValue(-100), v.maxValue(100)),
  }),
  cursors: v.object({
    mode: v.picklist(CURSOR_MODES),
    /** What the horizontal lines measure; with a spectrum, `math` measures that. */
    source: v.picklist(["1", "2", "math"]),
    /** Parts of the screen from its left edge, and from its top. */
    x: v.tuple([share, share]),
    y: v.tuple([share, share]),
  }),
});
export type ViewOptions = v.InferOutput<typeof viewOptions>;

export const INITIAL: ViewOptions = {
  channels: [true, true],
  display: "time",
  averages: 1,
  persistence: 0,
  math: { operation: "off", range: 1 },
  fft: { source: 0, window: "hann", zoom: 1, scale: 20, top: 20 },
  cursors: { mode: "off", source: "1", x: [0.35, 0.65], y: [0.3, 0.7] },
};
