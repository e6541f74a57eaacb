import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

const isMusl = () => {
  if (process.platform !== "linux") return false;
  try {
    return readFileSync("/usr/bin/ldd", "utf8").includes("musl");
  } catch {
    return existsSync("/etc/alpine-release");
  }
};

const inPackage = (name, ...path) => {
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), ...path);
  } catch {
    return undefined;
  }
};

// Without its install script the bun package holds a script of a few hundred bytes that only prints an error.
const isBinary = (path) => path !== undefined && existsSync(path) && statSync(path).size > 1_000_000;

/** Path of the real Bun binary: moved into the `bun` package by its install script, else still in the platform package. */
export function findBun() {
  if (process.versions.bun) return process.execPath;
  const cpu = process.arch === "arm64" ? "aarch64" : process.arch;
  const os = process.platform === "win32" ? "windows" : process.platform;
  const platform = `@oven/bun-${os}-${cpu}${isMusl() ? "-musl" : ""}`;
  const places = [
    inPackage("bun", "bin", "bun.exe"),
    inPackage(platform, "bin", "bun"),
    inPackage(platform, "bin", "bun.exe"),
  ];
  const found = places.find(isBinary);
  if (found) return found;
  console.error(
    `achex: no Bun binary for ${os}-${cpu} was installed. Run "npm install" again without --omit=optional; ` +
      "if that does not help, install Bun by its own installer and start packages/cli/src/main.ts with it.",
  );
  process.exit(1);
}

/** How npm starts scripts and commands: in a shell that ends at a signal without handing it on. */
const IN_A_SHELL_OF_NPM = ["start", "npx"];
const LOOK_MILLISECONDS = 500;

/** Calls back once npm, or its shell, is gone: nobody could stop this process any more, and it would hold its port for ever. */
function whenNpmIsGone(act) {
  if (!IN_A_SHELL_OF_NPM.includes(process.env.npm_lifecycle_event)) return;
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    act();
  }, LOOK_MILLISECONDS);
}

/** Runs Bun with the arguments given, hands signals on, and ends with its exit code. */
export function runBun(args) {
  // The channel carries nothing: it closes when this process ends, however that happens, and so tells the child.
  const child = spawn(findBun(), args, { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  // A terminal has sent Ctrl-C to the child as well; the second one does no harm, and `kill` reaches only this process.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  whenNpmIsGone(() => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => {
    if (signal === "SIGKILL")
      console.error("achex: ended by SIGKILL; unless somebody sent it, the system had no memory left");
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}
