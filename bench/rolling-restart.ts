// What do clients notice when all nodes of a cluster are restarted, one after the other?
// bun bench/rolling-restart.ts [--clients N] [--interval MS] [--out FILE]; needs nats-server.
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { stopAllOnExit } from "./lib/processes.ts";
import { ours } from "./rivals/ours.ts";
import { rollingRestart, withProcesses } from "./rolling/restart.ts";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    clients: { type: "string", default: "1000" },
    interval: { type: "string", default: "1000" },
    out: { type: "string" },
  },
});
stopAllOnExit();
const [loadBefore = 0] = loadavg();
const options = { clients: Number(values.clients), interval: Number(values.interval), pause: 2_000 };
const result = await withProcesses((relays) => rollingRestart(options, relays));
const machine = { loadBefore: Math.round(loadBefore * 10) / 10 };
const text = JSON.stringify({ date: new Date().toISOString(), version: ours.version(), machine, ...result }, null, 2);
console.log(text);
if (values.out) await Bun.write(values.out, `${text}\n`);
process.exit(0);
