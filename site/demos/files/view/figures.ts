import type { Transfer } from "@achex/files";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

export function sizeText(bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const number = bytes / 1_000 ** step;
  return `${step === 0 ? bytes : number.toFixed(number < 100 ? 1 : 0)} ${UNITS[step]}`;
}

export function timeText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const rest = `${String(minutes).padStart(hours > 0 ? 2 : 1, "0")}:${String(whole % 60).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** What a transfer consists of, in a few words. */
export function contentsText(files: readonly { readonly path: string }[]): string {
  const [first] = files;
  if (!first) return "";
  if (files.length === 1) return first.path.split("/").at(-1) ?? "";
  const tops = new Set(files.map(({ path }) => path.split("/")[0]));
  return tops.size === 1 ? `${[...tops][0]}, ${files.length} files` : `${files.length} files`;
}

/** What a transfer is doing, and for failures what to do. */
export function stateText(transfer: Transfer, peer: string): string {
  const { state, direction, why, total, bytes, rate } = transfer;
  const left = rate.secondsLeft(total - bytes);
  switch (state) {
    case "offered":
      return direction === "out" ? `Waiting for ${peer} to accept` : "Offered";
    case "running":
      return left === undefined ? "Starting" : `${sizeText(rate.perSecond)}/s · ${timeText(left)} left`;
    case "paused":
      return transfer.pausedHere ? "Paused" : `Paused by ${peer}`;
    case "waiting":
      return `Waiting for ${peer}. It goes on when both pages are open.`;
    case "finishing":
      return direction === "out" ? "Sent. Waiting for the check" : "Checking";
    case "done":
      return direction === "out"
        ? `${peer} has it, and its SHA-256 is the same`
        : "Complete, and its SHA-256 is the same";
    case "declined":
      return `Not accepted. ${why}`;
    case "cancelled":
      return `Cancelled. ${why}`;
    case "failed":
      return `Failed: ${why} Send it again; what has arrived is kept.`;
  }
}
