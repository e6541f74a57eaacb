// Run by server-process.ts: a relay with the settings given as JSON; prints its port and stops when its input ends.
import { createConfig } from "../../src/config/config.ts";
import { silentLog } from "../../src/log/log.ts";
import { createRelay } from "../../src/relay.ts";

const config = createConfig([
  { origin: (name) => `test setting ${name}`, settings: JSON.parse(process.argv[2] ?? "{}") },
]);
const relay = createRelay(config, silentLog);
console.log(relay.ports.main);
for await (const _ of process.stdin) {
  // No input is expected: its end is the signal to stop, and comes even when the test is killed.
}
await relay.stop();
process.exit(0);
