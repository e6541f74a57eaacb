import { systemClock } from "../../src/clock.ts";
import { SharedLog } from "../../src/cluster/shared-log.ts";
import { LoggedKeep, type LoggedKeepOptions } from "../../src/keep/logged-keep.ts";
import type { KeptArrival } from "../../src/keep.ts";
import { silentLog } from "../../src/log/log.ts";
import type { MemoryNetwork } from "../kit/memory-bus.ts";

/** A node that stores kept channels in a folder of its own. `ruleOf`: see LoggedKeepOptions. */
export function openLoggedNode(
  network: MemoryNetwork,
  name: string,
  folder: string,
  ruleOf: LoggedKeepOptions["ruleOf"],
) {
  const bus = network.bus(name)({ connected() {}, disconnected() {}, received() {} });
  const log = new SharedLog({
    ...{ bus, clock: systemClock, log: silentLog, node: name, incarnation: `${name}-${Math.random()}` },
    ...{ peers: () => [], tell() {}, isAlone: () => false, isHeard: () => true },
  });
  const failures: string[] = [];
  const keep = new LoggedKeep({
    ...{ folder, sync: "normal" as const, clock: systemClock, log, maxChannels: 0, maxBytes: 0 },
    ...{ maxQueuedBytes: 1_000_000, ruleOf, inUse: () => true, damaged() {} },
    failed: (reason) => void failures.push(reason),
  });
  const arrivals: KeptArrival[] = [];
  keep.listen((arrival) => void arrivals.push(arrival));
  log.register(keep);
  log.start();
  const close = async (): Promise<void> => {
    log.close();
    network.kill(name);
    await keep.close();
  };
  return { keep, log, arrivals, failures, close };
}
