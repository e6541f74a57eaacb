// npm run dev: the relay and its site, restarted when a source changes; open pages then reload themselves.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const WATCHED = ["packages", "site", "docs", "vectors", "examples", "PROTOCOL.md"];
const NOT_WATCHED = /(^|\/)(node_modules|test|build|dist|\.git)(\/|$)|~$/;
/** An editor writes a file in several steps. */
const SETTLE_MS = 80;

let relay;
let stopping = false;
let again;

function start() {
  const args = [join(root, "packages/cli/bin/achex.mjs"), "serve", "--demos", "--drain", "0", ...process.argv.slice(2)];
  relay = spawn(process.execPath, args, { stdio: "inherit", env: { ...process.env, SITE_RELOAD: "1" } });
  relay.on("exit", (code) => {
    relay = undefined;
    if (stopping) process.exit(code ?? 0);
    if (again === "now") start();
    else console.log("The relay has ended. It starts again with the next change.");
    again = undefined;
  });
}

function restart() {
  if (!relay) return start();
  again = "now";
  relay.kill("SIGTERM");
}

let settling;
for (const path of WATCHED) {
  watch(join(root, path), { recursive: true }, (_, name) => {
    if (name && NOT_WATCHED.test(name)) return;
    clearTimeout(settling);
    settling = setTimeout(restart, SETTLE_MS);
  });
}
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    stopping = true;
    if (relay) relay.kill("SIGTERM");
    else process.exit(0);
  });
}
start();
