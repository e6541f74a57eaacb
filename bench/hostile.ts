// Measures how much one client can disturb all others. Runs the attacks in bench/hostile against the relay of any checkout,
// with its default limits, and reports the latency of a bystander in another instance. npm run bench -- hostile [CASE ...]
// [--relay CHECKOUT]
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hostileCases } from "./hostile/index.ts";
import { measure, type Result } from "./hostile/kit/measure.ts";
import { headLine, line } from "./hostile/kit/report.ts";
import type { HostileCase, Variant } from "./hostile/kit/types.ts";
import { describeCores } from "./lib/cores.ts";
import { stopAllOnExit } from "./lib/processes.ts";
import { outputOf } from "./lib/shell.ts";

const usage = `npm run bench -- hostile [options] [CASE or CASE/VARIANT ...]

  --relay FOLDER  the checkout whose relay is attacked (this one)
  --out FILE      where the results go, as JSON (none)

Cases:
${hostileCases.map(({ id, title, variants }) => `  ${id.padEnd(14)}${title}: ${variants.map((one) => one.id).join(", ")}`).join("\n")}
`;

interface Choice {
  readonly hostile: HostileCase;
  readonly variant: Variant;
}

const all: readonly Choice[] = hostileCases.flatMap((hostile) =>
  hostile.variants.map((variant) => ({ hostile, variant })),
);

const chosen = (words: readonly string[]): readonly Choice[] => {
  if (words.length === 0) return all;
  return words.flatMap((word) => {
    const found = all.filter(({ hostile, variant }) => word === hostile.id || word === `${hostile.id}/${variant.id}`);
    if (found.length === 0) throw new Error(`"${word}" is not a case. ${usage}`);
    return found;
  });
};

async function main(words: readonly string[], checkout: string, out: string | undefined): Promise<boolean> {
  stopAllOnExit();
  const commit = outputOf(["git", "-C", checkout, "rev-parse", "--short", "HEAD"]);
  console.log(`relay at ${commit}; ${describeCores()}\n\n${headLine}`);
  const results: Result[] = [];
  for (const { hostile, variant } of chosen(words)) {
    const result = await measure(checkout, hostile, variant);
    results.push(result);
    console.log(line(result));
  }
  if (out) {
    const report = { date: new Date().toISOString(), commit, how: describeCores(), results };
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
  }
  return results.every(({ failure }) => failure === null);
}

const { values, positionals } = parseArgs({
  args: Bun.argv.slice(2).filter((word, index) => index > 0 || word !== "hostile"),
  allowPositionals: true,
  options: { relay: { type: "string" }, out: { type: "string" }, help: { type: "boolean", short: "h" } },
});
if (values.help) console.log(usage);
else {
  const here = fileURLToPath(new URL("..", import.meta.url));
  const done = await main(positionals, resolve(values.relay ?? here), values.out);
  process.exit(done ? 0 : 1);
}
