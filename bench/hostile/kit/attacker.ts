// The process an attack runs in: bun attacker.ts CASE/VARIANT SECONDS TARGET. Says `ready` once prepared, attacks on the next line
// of its input, and ends with what it has to say; its connections end with it.
import { createInterface } from "node:readline";
import { hostileCases } from "../index.ts";
import type { Target } from "./types.ts";

const [name = "", seconds = "", target = ""] = Bun.argv.slice(2);
const [caseId, variantId] = name.split("/");
const variant = hostileCases.find(({ id }) => id === caseId)?.variants.find(({ id }) => id === variantId);
if (!variant) throw new Error(`no such attack: ${name}`);
const parsed: Target = JSON.parse(target);
const attack = await variant.attack(parsed, Number(seconds));
console.log("ready");
const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
await input.next();
console.log(JSON.stringify(await attack()));
process.exit(0);
