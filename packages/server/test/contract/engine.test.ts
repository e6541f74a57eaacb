import { describe } from "bun:test";
import { Cluster } from "../../src/cluster/cluster.ts";
import { clusteredEngine } from "../../src/engine/clustered.ts";
import { localEngine } from "../../src/engine/local.ts";
import { silentLog } from "../../src/log/log.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { MemoryNetwork } from "../kit/memory-bus.ts";
import { type EngineUnderTest, engineContract } from "./engine.ts";

describe("engine: local", () => engineContract(localEngine));

describe("engine: clustered", () => {
  const open: EngineUnderTest = (sink) => {
    const leases = { load: () => -1, save() {} };
    const openBus = new MemoryNetwork().bus("a");
    const clock = new FakeClock();
    const cluster = new Cluster({ openBus, node: "a", incarnation: "a1", leases, clock, log: silentLog });
    return clusteredEngine(sink, cluster);
  };
  engineContract(open);
});
