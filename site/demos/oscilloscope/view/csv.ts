import type { Picture, Reference } from "./scope.ts";

interface Column {
  readonly title: string;
  readonly at: (sample: number) => number | undefined;
}

const cell = (value: number | undefined): string => (value === undefined ? "" : String(Number(value.toPrecision(9))));

/** The waveform on the screen as comma-separated values: seconds from the trigger, and volts. */
export function csvOf({ waveform, math, spectrum }: Picture, references: readonly (Reference | undefined)[]): string {
  const { dt, trigger, channels } = waveform;
  const columns: Column[] = [
    { title: "time/s", at: (sample) => (sample - trigger) * dt },
    ...channels.map((samples, channel) => ({ title: `CH${channel + 1}/V`, at: (at: number) => samples[at] })),
    ...(math ? [{ title: "math", at: (at: number) => math[at] }] : []),
    ...references.flatMap((reference, place) =>
      reference ? [{ title: `R${place + 1} (${reference.label})/V`, at: (at: number) => reference.samples[at] }] : [],
    ),
    ...(spectrum
      ? [
          { title: "frequency/Hz", at: (at: number) => (at < spectrum.levels.length ? at * spectrum.step : undefined) },
          { title: "level/dBV", at: (at: number) => spectrum.levels[at] },
        ]
      : []),
  ];
  const rows = Math.max(channels[0]?.length ?? 0, spectrum?.levels.length ?? 0);
  const isInside = (sample: number) => sample < (channels[0]?.length ?? 0);
  const lines = Array.from({ length: rows }, (_, sample) =>
    columns.map(({ at, title }) => (title === "time/s" && !isInside(sample) ? "" : cell(at(sample)))).join(","),
  );
  return `${[columns.map(({ title }) => title).join(","), ...lines].join("\r\n")}\r\n`;
}
