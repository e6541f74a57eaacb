#!/usr/bin/env node
// Starts the TypeScript command under Bun. Node alone can run this file, so that `npx achex` and `npm start` work on a
// machine that has only Node and npm, also where install scripts are blocked.
import { fileURLToPath } from "node:url";
import { runBun } from "./find-bun.mjs";

runBun([fileURLToPath(new URL("../src/main.ts", import.meta.url)), ...process.argv.slice(2)]);
