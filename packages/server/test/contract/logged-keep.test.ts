import { describe } from "bun:test";
import { systemClock } from "../../src/clock.ts";
import { SharedLog } from "../../src/cluster/shared-log.ts";
import { keyOf } from "../../src/keep/active-channels.ts";
import { LoggedKeep } from "../../src/keep/logged-keep.ts";
import type { Keep, KeptChannel } from "../../src/keep.ts";
import { silentLog } from "../../src/log/log.ts";
import { MemoryNetwork } from "../kit/memory-bus.ts";
import { until } from "../kit/wait.ts";
import { keepContract, type OpenKeep } from "./keep.ts";
import { manualClock, temporaryFolder } from "./sqlite-keep.ts";

/** What is old is deleted so much later: the clocks of nodes differ. */
const LATE_MILLISECONDS = 60_000;
/** Old messages are deleted, their channel is proposed to be forgotten, and that is stored. */
const SWEEPS = 3;

/** A node that stores what its log says, and is alone in it. */
const open: OpenKeep = (limits = { maxChannels: 0 }) => {
  const storage = temporaryFolder();
  const clock = manualClock();
  const network = new MemoryNetwork(clock);
  network.isImmediate = true;
  const bus = network.bus("a")({ connected() {}, disconnected() {}, received() {} });
  const log = new SharedLog({
    ...{ bus, clock: systemClock, log: silentLog, node: "a", incarnation: "a-1" },
    ...{ peers: () => [], tell() {}, isAlone: () => false, isHeard: () => true },
  });
  // A node knows the rules of channels from its settings.
  const rules = new Map<string, KeptChannel>();
  const known = (channel: KeptChannel): void => void rules.set(keyOf(channel), channel);
  const logged = new LoggedKeep({
    ...{
      folder: storage.folder,
      sync: "normal" as const,
      clock,
      log,
      maxBytes: 0,
      maxQueuedBytes: 10_000_000,
      ...limits,
    },
    ...{ ruleOf: (channel) => rules.get(keyOf(channel)), inUse: () => false, failed() {}, damaged() {} },
  });
  log.register(logged);
  log.start();
  const keep: Keep = {
    append(request) {
      known(request.channel);
      // The time of a message is that of the log.
      clock.now = request.at;
      return logged.append(request);
    },
    confirm(channel, device, seq) {
      known(channel);
      return logged.confirm(channel, device, seq);
    },
    span: (channel) => logged.span(channel),
    read: (channel, range) => logged.read(channel, range),
    confirmed: (channel, device) => logged.confirmed(channel, device),
    close: () => logged.close(),
  };
  return {
    keep,
    async retain(time) {
      clock.now = time + LATE_MILLISECONDS;
      for (let sweep = 0; sweep < SWEEPS; sweep++) {
        logged.usedBytes = -1;
        clock.tick();
        await until("old messages to be deleted", () => logged.usedBytes >= 0);
      }
    },
    async [Symbol.asyncDispose]() {
      log.close();
      await logged.close();
      storage[Symbol.dispose]();
    },
  };
};

describe("kept channels in the log of a cluster", () => keepContract(open));
