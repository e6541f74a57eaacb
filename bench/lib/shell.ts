import { spawnSync } from "node:child_process";

/** What a command prints on standard output or standard error; empty if it cannot be run. */
export const outputOf = (argv: readonly string[]): string => {
  const [command = "", ...args] = argv;
  const result = spawnSync(command, args, { encoding: "utf8" });
  if (result.error) return "";
  return `${result.stdout}${result.stderr}`.trim();
};

export const has = (program: string): boolean => outputOf(["sh", "-c", `command -v ${program}`]) !== "";
