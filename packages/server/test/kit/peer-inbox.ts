import { PeerInbox } from "../../src/cluster/peer-inbox.ts";
import { TurnScheduler } from "../../src/fairness/turn-scheduler.ts";
import type { Payload } from "../../src/socket.ts";
import { FakeClock } from "./fake-clock.ts";

/** An inbox for the frames of a peer, with turns that the test ends. */
export function createPeerInbox(handle: (head: readonly unknown[], body: Payload | undefined) => void) {
  const clock = new FakeClock();
  clock.hasLongTurns = true;
  const scheduler = new TurnScheduler(clock);
  const counters = { framesOut: 0, bytesOut: 0 };
  return { clock, scheduler, counters, inbox: new PeerInbox({ scheduler, counters }, { handle, refuse() {} }) };
}
