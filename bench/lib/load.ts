import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onLoadCore, onServerCore } from "./cores.ts";
import { outputWithin } from "./processes.ts";

const sourceFolder = fileURLToPath(new URL("../load", import.meta.url));
const buildFolder = fileURLToPath(new URL("../../build/bench", import.meta.url));
/** The compiled program, which is both the load generator and the floor server. */
export const binary = join(buildFolder, "load");

// 28,000 ports each: enough for every workload, including ports of the previous run that are still in TIME_WAIT.
const SOURCE_ADDRESSES = 16;

const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

export const build = async (): Promise<void> => {
  const files = readdirSync(sourceFolder).map((name) => join(sourceFolder, name));
  if (files.every((file) => changedAt(file) < changedAt(binary))) return;
  mkdirSync(buildFolder, { recursive: true });
  const units = files.filter((file) => file.endsWith(".cpp"));
  await outputWithin(["g++", "-std=c++17", "-O2", "-Wall", "-Wextra", ...units, "-o", binary], 180_000);
};

export type FigureReader = (name: string) => number | null;

const figureReader = (text: string): FigureReader => {
  const values: unknown = JSON.parse(text);
  return (name) => {
    let value = values;
    for (const key of name.split(".")) {
      value = typeof value === "object" && value !== null ? Object.entries(value).find(([k]) => k === key)?.[1] : null;
    }
    return typeof value === "number" ? value : null;
  };
};

export const runLoad = async (
  options: Readonly<Record<string, string | number>>,
  limitMs: number,
): Promise<FigureReader> => {
  const given = { sources: SOURCE_ADDRESSES, ...options };
  const args = Object.entries(given).flatMap(([key, value]) => [`--${key}`, String(value)]);
  return figureReader(await outputWithin(onLoadCore([binary, ...args]), limitMs));
};

/** µs of a bare send over loopback, on the core the servers get. */
export const calibrate = async (): Promise<number | null> => {
  const out = await outputWithin(onServerCore([binary, "--workload", "calibrate"]), 60_000);
  return figureReader(out)("bareSendMicros");
};
