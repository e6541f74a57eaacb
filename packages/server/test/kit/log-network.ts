import type { NoQuorum } from "../../src/bus.ts";
import type { LogPart } from "../../src/cluster/log-part.ts";
import { newPeer, type Peer } from "../../src/cluster/peer.ts";
import { PeerInbox } from "../../src/cluster/peer-inbox.ts";
import { SharedLog } from "../../src/cluster/shared-log.ts";
import { TurnScheduler } from "../../src/fairness/turn-scheduler.ts";
import { Counters } from "../../src/metrics/counters.ts";
import { FakeClock } from "./fake-clock.ts";
import { MemoryNetwork } from "./memory-bus.ts";
import { type LogEvent, recordedLog } from "./recorded-log.ts";
import { RecordedPart } from "./recorded-part.ts";

/** A node that has nothing but the log. */
export interface LogNode {
  readonly log: SharedLog;
  readonly part: RecordedPart;
  /** How proposals ended: their body, and whether they failed. */
  readonly outcomes: string[];
  readonly errors: readonly LogEvent[];
  propose(body: string, shard?: number): void;
}

/** Another node that is heard. */
function peerOf(name: string, clock: FakeClock): Peer {
  const inbox = new PeerInbox(
    { scheduler: new TurnScheduler(clock, () => 0), counters: new Counters() },
    { handle() {}, refuse() {} },
  );
  return { ...newPeer(name, `${name}-1`, name, 1, inbox), isReady: true };
}

/** Nodes that share a log in memory. */
export function logNetwork() {
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock);
  const heard = new Set<string>();
  /** Nodes that hear no other, although they are connected. */
  const deaf = new Set<string>();
  const logs = new Map<string, SharedLog>();
  /** The others as a node knows them. */
  const peers = new Map<string, Peer>();
  const settle = async (): Promise<void> => {
    do {
      network.flush();
      await new Promise((resolve) => setImmediate(resolve));
    } while (network.pending > 0);
  };
  function open(name: string, incarnation = `${name}-1`, part = new RecordedPart(), ...more: LogPart[]): LogNode {
    let isAlone = true;
    let log: SharedLog | undefined;
    const bus = network.bus(name)({
      connected() {
        isAlone = false;
        log?.aloneChanged();
      },
      disconnected() {
        isAlone = true;
        log?.aloneChanged();
      },
      received() {},
    });
    const recorded = recordedLog();
    log = new SharedLog({
      ...{ bus, clock, node: name, incarnation, log: recorded },
      peers: () => [...peers.values()].filter(({ node }) => node !== name),
      tell(to, head, body) {
        const from = peers.get(name);
        queueMicrotask(() => void (from && logs.get(to.node)?.told(from, head, body)));
      },
      isAlone: () => isAlone,
      isHeard: (other) => heard.has(other) && !deaf.has(name),
    });
    const outcomes: string[] = [];
    const node: LogNode = {
      ...{ log, part, outcomes, errors: recorded.events },
      propose(body, shard = 0) {
        const settled = (failure: NoQuorum | undefined) => void outcomes.push(failure ? `${body}: failed` : body);
        node.log.propose({ shard, kind: "note", body, settled });
      },
    };
    heard.add(incarnation);
    logs.set(name, log);
    peers.set(name, peerOf(name, clock));
    for (const one of [...more, part]) log.register(one);
    log.start();
    return node;
  }
  return { clock, network, heard, deaf, peers, settle, open };
}
