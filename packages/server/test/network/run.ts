// npm run test:network -- [--rounds 50] [--seed 1] [--first 0] [--nats PROGRAM] [--out FILE]: three relays and three NATS servers, between which links are
// cut and whose processes are killed and paused, while clients of all nodes talk; every acknowledged message is looked for afterwards.
// Needs nats-server; to cut links, also Linux, root and ip of iproute2 (apt-get install nats-server iproute2).
import { parseArgs } from "node:util";
import { createNamespaces, namespacesMissing } from "./namespaces.ts";
import { loopbackNetwork } from "./network.ts";
import { playRounds } from "./rounds.ts";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    rounds: { type: "string", default: "50" },
    first: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    nats: { type: "string", default: "nats-server" },
    longest: { type: "string", default: "60000" },
    out: { type: "string" },
  },
});
if (!Bun.which(values.nats)) {
  console.error(`${values.nats} is missing: apt-get install nats-server`);
  process.exit(1);
}
const missing = namespacesMissing();
if (missing !== undefined)
  console.error(`Links are not cut: ${missing}. Processes on the loopback interface are killed and paused instead.`);
using network = missing === undefined ? createNamespaces() : loopbackNetwork();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    network[Symbol.dispose]();
    process.exit(1);
  });
const { rounds, seed, longest, first } = values;
const options = {
  rounds: Number(rounds),
  seed: Number(seed),
  longest: Number(longest),
  first: Number(first),
  natsServer: values.nats,
};
const summary = await playRounds(network, options, (line) => console.log(line));
const text = JSON.stringify(summary, null, 2);
if (values.out) await Bun.write(values.out, `${text}\n`);
const { results: _, ...totals } = summary;
console.log(JSON.stringify(totals, null, 2));
process.exitCode = summary.problems > 0 ? 1 : 0;
