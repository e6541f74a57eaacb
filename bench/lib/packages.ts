import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { has } from "./shell.ts";
import type { Rival } from "./types.ts";

const POLICY = "/usr/sbin/policy-rc.d";

/** Debian starts a service when it is installed, unless this script exits with 101. */
const withoutStartingServices = <T>(work: () => T): T => {
  const isOurs = process.getuid?.() === 0 && !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return work();
  } finally {
    if (isOurs) rmSync(POLICY);
  }
};

const asRoot = (argv: string[]): string[] => (process.getuid?.() === 0 ? argv : ["sudo", "-n", ...argv]);

const run = (argv: string[]): boolean => {
  const [command = "", ...args] = asRoot(argv);
  const result = spawnSync(command, args, {
    stdio: "ignore",
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return result.status === 0;
};

const install = (packages: readonly string[]): boolean => {
  if (!has("apt-get")) return false;
  console.log(`installing ${packages.join(", ")}`);
  return withoutStartingServices(() => {
    const command = ["apt-get", "install", "--yes", "--no-install-recommends", ...packages];
    return run(command) || (run(["apt-get", "update"]) && run(command));
  });
};

/** Why a rival cannot be measured; undefined if it can. */
export const reasonMissing = (rival: Rival, mayInstall: boolean): string | undefined => {
  const missing = rival.packages.filter((need) => !existsSync(need.file)).map((need) => need.package);
  if (missing.length === 0) return undefined;
  if (mayInstall && install(missing) && rival.packages.every((need) => existsSync(need.file))) return undefined;
  const reason = mayInstall ? "could not be installed" : "missing, and --no-install given";
  return `Debian package ${missing.join(", ")} ${reason}`;
};

export const requireCompiler = (mayInstall: boolean): void => {
  if (has("g++") || (mayInstall && install(["g++"]) && has("g++"))) return;
  throw new Error("the load generator needs g++ (C++17)");
};
