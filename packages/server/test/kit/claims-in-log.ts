import { ClaimsPart } from "../../src/auth/claims-part.ts";
import { systemClock } from "../../src/clock.ts";
import { SharedLog } from "../../src/cluster/shared-log.ts";
import { silentLog } from "../../src/log/log.ts";
import type { FakeClock } from "./fake-clock.ts";
import { MemoryNetwork } from "./memory-bus.ts";

/** The claims of a node that is alone in the log of its cluster, where each turn's requests arrive at its end. */
export function claimsInLog(clock: FakeClock, claimTtl: number): ClaimsPart {
  const network = new MemoryNetwork(clock);
  network.isImmediate = true;
  const bus = network.bus("a")({ connected() {}, disconnected() {}, received() {} });
  const log = new SharedLog({
    ...{ bus, log: silentLog, node: "a", incarnation: "a-1" },
    clock: {
      now: () => clock.now(),
      time: () => clock.time(),
      every: (milliseconds, callback) => clock.every(milliseconds, callback),
      afterTurn: systemClock.afterTurn,
    },
    ...{ peers: () => [], tell() {}, isAlone: () => false, isHeard: () => true },
  });
  const claims = new ClaimsPart(log, clock, claimTtl);
  log.register(claims);
  log.start();
  return claims;
}
