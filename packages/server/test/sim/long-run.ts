// npm run test:long -- [seeds] [first seed]: runs each simulation with many seeds and lists those that fail.
import { simulate, variants } from "./resume/variants.ts";

const [seeds = 1_000, first = 1] = process.argv.slice(2).map(Number);
let failures = 0;
for (const variant of variants) {
  const start = performance.now();
  for (let seed = first; seed < first + seeds; seed++) {
    try {
      await simulate(variant, seed);
    } catch (error) {
      failures++;
      console.log(`${variant.title}\n${error instanceof Error ? error.message : error}\n`);
    }
  }
  const seconds = Math.round((performance.now() - start) / 1_000);
  console.log(`${seeds} seeds from ${first} in ${seconds} s: ${variant.title}`);
}
console.log(failures === 0 ? "No seed failed." : `${failures} runs failed.`);
process.exitCode = failures === 0 ? 0 : 1;
