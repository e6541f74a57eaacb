import type { Result } from "./measure.ts";
import type { HealthAnswers, Latency } from "./types.ts";

const WIDTHS = [24, 18, 28, 6, 16, 18, 6] as const;

const inColumns = (cells: readonly string[]): string => cells.map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0)).join(" ");

export const headLine = inColumns([
  "case",
  "quiet p50/p99 ms",
  "attack p50/p99/max ms",
  "lost",
  "health ok/no",
  "RSS MB",
  "core",
  "facts",
]);

const number = (value: number): string => (value >= 100 ? Math.round(value).toString() : value.toFixed(1));
const times = ({ p50, p99, max }: Latency): string[] => [p50, p99, max].map(number);
const health = ({ ok, refused, timedOut, slowest }: HealthAnswers): string =>
  `${ok}/${refused + timedOut} ${slowest} ms`;

export function line(result: Result): string {
  const name = `${result.case}/${result.variant}`;
  const { quiet, attack, rss } = result;
  if (!quiet || !attack) return inColumns([name, `failed: ${result.failure}`]);
  const facts = Object.entries(result.facts).map(([key, value]) => `${key} ${value}`);
  return inColumns([
    name,
    times(quiet.latency).slice(0, 2).join(" / "),
    times(attack.latency).join(" / "),
    String(attack.latency.lost),
    health(attack.health),
    `${rss.before} > ${rss.peak} > ${rss.after}`,
    `${Math.round(result.relayCore * 100)} %`,
    [...(attack.disconnected ? ["bystander disconnected"] : []), ...facts].join(", "),
  ]);
}
