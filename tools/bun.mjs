// Runs a script of this repository under the Bun that npm installed: node tools/bun.mjs <arguments of bun>
import { runBun } from "../packages/cli/bin/find-bun.mjs";

runBun(process.argv.slice(2));
