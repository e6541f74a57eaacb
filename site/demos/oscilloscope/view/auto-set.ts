import { type Limits, SEARCH, searchSettings, settingsFor } from "../signal/find-signal.ts";
import { type Measurements, measure } from "../signal/measure.ts";
import type { Scope } from "./scope.ts";

/** How long one of the settings gets to show in a waveform, ms. */
const PATIENCE = 1_500;

function limitsOf(scope: Scope): Limits | undefined {
  const { timebase, "range-1": range } = scope.source.limits.peek();
  if (!timebase || !range || "values" in timebase || "values" in range) return undefined;
  return { timebase, range };
}

/** Resolves with the measurements of the first waveform with that time per division; undefined if none comes. */
function measured(scope: Scope, timebase: number): Promise<readonly Measurements[] | undefined> {
  const until = performance.now() + PATIENCE;
  return new Promise((resolve) => {
    const look = () => {
      const { waveform } = scope.picture ?? {};
      const length = (waveform?.dt ?? 0) * (waveform?.channels[0]?.length ?? 0);
      const isNew = waveform !== undefined && Math.abs(length / (10 * timebase) - 1) < 0.01;
      const isConfirmed = scope.source.unconfirmed.peek().size === 0;
      if (waveform && isNew && isConfirmed) resolve(waveform.channels.map((samples) => measure(samples, waveform.dt)));
      else if (performance.now() > until) resolve(undefined);
      else setTimeout(look, 30);
    };
    look();
  });
}

/** Edges that make a frequency reliable, and samples per period below which it may be an alias. */
const isClear = ({ frequency, peakToPeak }: Measurements, timebase: number, points: number): boolean =>
  frequency !== undefined && peakToPeak > 0.05 && frequency * timebase * 10 < points / 8;

const isSame = ({ frequency }: Measurements, before: Measurements | undefined): boolean =>
  frequency !== undefined && before?.frequency !== undefined && Math.abs(frequency / before.frequency - 1) < 0.1;

/**
 * Looks for a signal: in the whole range of volts, from short to long times, so that what is found is not an alias. Then sets scale,
 * time and trigger for it. Resolves with false if there is none.
 */
export async function findSignal(scope: Scope): Promise<boolean> {
  const limits = limitsOf(scope);
  if (!limits) return false;
  for (const timebase of SEARCH) {
    const { timebase: chosen } = searchSettings(timebase, limits);
    scope.source.change(searchSettings(timebase, limits));
    const channels = await measured(scope, Number(chosen));
    const points = scope.picture?.waveform.channels[0]?.length ?? 0;
    if (!channels?.some((one) => isClear(one, Number(chosen), points))) continue;
    const settings = settingsFor(channels, limits);
    scope.source.change(settings);
    // Noise on a slow slope can look like a fast signal, until it is seen in the scale of that.
    const again = await measured(scope, Number(settings.timebase));
    if (again?.some((one, at) => isSame(one, channels[at]))) return true;
  }
  return false;
}
