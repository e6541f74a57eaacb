/** A value with four digits or so, of constant width. */
export function valueText(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return value.toExponential(2).replace("-", "−").replace("e+", "e");
  const digits = size >= 1_000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
  return value.toFixed(digits).replace("-", "−");
}

const NUMBER = new Intl.NumberFormat("en");

/** A label of an axis, with as many digits as its spacing needs: 0.25, 0.50 and so on. */
export function axisText(value: number, spacing: number): string {
  if (Math.abs(value) >= 1e6 || spacing < 1e-4) return valueText(value);
  const digits =
    [0, 1, 2, 3, 4].find((one) => Math.abs(spacing * 10 ** one - Math.round(spacing * 10 ** one)) < 1e-6) ?? 5;
  return value.toFixed(digits).replace("-", "−");
}

/** Points per second, with at most three digits that count. */
export const rateText = (rate: number): string =>
  `${NUMBER.format(rate < 10 ? Number(rate.toFixed(1)) : Number(rate.toPrecision(3)))} points/s`;

export const latencyText = (latency: number | undefined): string =>
  latency === undefined
    ? "latency unknown"
    : latency < 1_000
      ? `${Math.round(latency)} ms late`
      : `${(latency / 1_000).toFixed(1)} s late`;

/** Whether everything that was published is here. */
export const shownText = (oneOf: number): string =>
  oneOf < 1.05 ? "all points shown" : `1 of ${oneOf < 10 ? Number(oneOf.toFixed(1)) : Math.round(oneOf)} points shown`;

const pad = (value: number, length = 2): string => String(value).padStart(length, "0");

/** Time of day, with as many digits as the spacing of the labels needs. Milliseconds. */
export function clockText(time: number, spacing: number): string {
  const date = new Date(time);
  const minutes = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  if (spacing >= 60_000) return minutes;
  const seconds = `${minutes}:${pad(date.getSeconds())}`;
  if (spacing >= 1_000) return seconds;
  const digits = spacing >= 100 ? 1 : spacing >= 10 ? 2 : 3;
  return `${seconds}.${pad(date.getMilliseconds(), 3).slice(0, digits)}`;
}

/** A length of time on a button. */
export const spanText = (milliseconds: number): string =>
  milliseconds < 60_000
    ? `${milliseconds / 1_000} s`
    : milliseconds < 3_600_000
      ? `${milliseconds / 60_000} min`
      : `${milliseconds / 3_600_000} h`;
