// The process an attack runs in: bun attacker.ts CASE/VARIANT SECONDS TARGET. Prints `ready` when prepared, starts the attack
// at the next line of its input, then prints its results and ends, which closes its connections.
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
