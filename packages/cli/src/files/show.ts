import { createInterface } from "node:readline/promises";
import type { Emoji, Transfer } from "@achex/files";
import { printable } from "@achex/server/printable";
import { UsageError } from "../failure.ts";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

export function sizeText(bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const number = bytes / 1_000 ** step;
  return `${step === 0 ? bytes : number.toFixed(number < 10 ? 1 : 0)} ${UNITS[step]}`;
}

export function timeText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const rest = `${String(minutes).padStart(hours > 0 ? 2 : 1, "0")}:${String(whole % 60).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** One line about a transfer. */
export function progressText(transfer: Transfer): string {
  const { bytes, total, state, rate, via } = transfer;
  const percent = total === 0 ? 100 : Math.floor((bytes / total) * 100);
  const left = rate.secondsLeft(total - bytes);
  const parts = [`${percent} % of ${sizeText(total)}`];
  if (state === "running") {
    parts.push(`${sizeText(Math.round(rate.perSecond))}/s`);
    if (left !== undefined) parts.push(`${timeText(left)} left`);
    if (via) parts.push(via === "relay" ? "through the relay" : "direct");
  } else if (state === "waiting") parts.push("the other side is disconnected; waiting for it");
  else if (state === "paused") parts.push(transfer.pausedThere ? "paused by the other side" : "paused");
  else parts.push(state);
  return parts.join(", ");
}

/** Rewrites one line on a terminal; elsewhere it says nothing. */
export class ProgressLine {
  #shown = false;

  show(text: string): void {
    if (!process.stderr.isTTY) return;
    this.#shown = true;
    process.stderr.write(`\r\u001b[K${printable(text).slice(0, (process.stderr.columns || 80) - 1)}`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write("\r\u001b[K");
    this.#shown = false;
  }
}

export const say = (text: string): void => {
  process.stderr.write(`${printable(text)}\n`);
};

export const emojiText = (emoji: readonly Emoji[]): string =>
  emoji.map(({ sign, name }) => `${sign} ${name}`).join("   ");

/** Asks the person at the terminal; without one, the command line must have said it. */
export async function confirmed(question: string, flag: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError(`there is nobody to ask: ${question} Use the link instead of the code, or give ${flag}`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
