import { DIVISIONS } from "@achex/instruments";
import type { ViewOptions } from "../options.ts";
import type { Scale } from "./plot.ts";

/** The scale of a spectrum: its top, and its dB per division. */
export const spectrumScale = ({ fft }: ViewOptions): Scale => ({
  range: fft.scale,
  centre: fft.top - (DIVISIONS.voltage / 2) * fft.scale,
});

export const mathScale = ({ math }: ViewOptions): Scale => ({ range: math.range, centre: 0 });
