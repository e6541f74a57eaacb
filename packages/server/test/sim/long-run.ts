// npm run test:long -- [seeds] [first seed]: runs each simulation with many seeds and lists those that fail.
import { recordFrames } from "../cluster/recorded-frames.ts";
import { simulateForgedLog } from "../cluster/simulate-forged-log.ts";
import { simulateForgery } from "../cluster/simulate-forgery.ts";
import { simulateMoves } from "../cluster/simulate-moves.ts";
import { simulateRooms } from "../cluster/simulate-rooms.ts";
import { clusterVariants, runClusterVariant } from "./cluster/variants.ts";
import { clusterKeptVariants, simulateClusterKept } from "./cluster-kept/variants.ts";
import { keptVariants, simulateKept } from "./kept/variants.ts";
import { KeptRoomSimulator } from "./kept-rooms/simulator.ts";
import { simulate, variants } from "./resume/variants.ts";

const [seeds = 1_000, first = 1] = process.argv.slice(2).map(Number);
let failures = 0;
const frames = await recordFrames();
const runs = [
  ...variants.map((variant) => ({ title: variant.title, run: (seed: number) => simulate(variant, seed) })),
  ...keptVariants.map((variant) => ({
    title: `Kept channels: ${variant.title}`,
    run: (seed: number) => simulateKept(variant, seed),
  })),
  { title: "Forged frames between nodes", run: (seed: number) => simulateForgery(frames, seed, 250) },
  { title: "Sessions that move between nodes that fail", run: simulateMoves },
  { title: "Forged entries in the log of a cluster", run: (seed: number) => simulateForgedLog(seed, 150) },
  { title: "Rooms of a cluster, with nodes that fail", run: (seed: number) => simulateRooms(seed, true) },
  ...clusterVariants.map((variant) => ({
    title: `Clusters: ${variant.title}`,
    run: (seed: number) => runClusterVariant(variant, seed),
  })),
  ...clusterKeptVariants.map((variant) => ({
    title: `Kept channels of clusters: ${variant.title}`,
    run: (seed: number) => simulateClusterKept(variant, seed),
  })),
  { title: "A room whose state is kept", run: (seed: number) => new KeptRoomSimulator(seed).run(200) },
];
for (const { title, run } of runs) {
  const start = performance.now();
  for (let seed = first; seed < first + seeds; seed++) {
    try {
      await run(seed);
    } catch (error) {
      failures++;
      console.log(`${title}\n${error instanceof Error ? error.message : error}\n`);
    }
  }
  const seconds = Math.round((performance.now() - start) / 1_000);
  console.log(`${seeds} seeds from ${first} in ${seconds} s: ${title}`);
}
console.log(failures === 0 ? "No seed failed." : `${failures} runs failed.`);
process.exitCode = failures === 0 ? 0 : 1;
