import { describe, expect, test } from "bun:test";
import { createMemoryNode, defaultLimits, type MemoryNode } from "../kit/node.ts";

const CROWD = 10_000;
const HUBS = 20;
/** Units of a turn; docs/architecture.md, "Work and memory have bounds". */
const TURN = 512;
/** Turns until a crowd must be gone. If its members were notified of each other, it would take many more. */
const MAX_TURNS = 1_000;

function person({ connect }: MemoryNode, name: string, hub: number) {
  const connection = connect({ dialect: "achex.2" });
  connection.send('{"$resume":true}');
  connection.send(`{"setID":"${name}"}`);
  connection.send(`{"joinHub":"h${hub}"}`);
  return connection;
}

/** A crowd whose connections have all dropped, and one member of a hub that is still there and follows its presence. */
function droppedCrowd() {
  const memory = createMemoryNode({ limits: { ...defaultLimits, framesPerSecond: 0 } });
  const survivor = person(memory, "survivor", 0);
  survivor.send('{"joinHub":"h0","$presence":true}');
  const crowd = Array.from({ length: CROWD }, (_, n) => person(memory, `m${n}`, n % HUBS));
  for (const { socket } of crowd) socket.flush();
  memory.clock.hasLongTurns = true;
  for (const { end } of crowd) end(1006);
  survivor.socket.flush();
  survivor.socket.received.length = 0;
  return { ...memory, survivor };
}

/** Runs turns while `isBusy`; in each of them the survivor asks for an echo and must get it. Returns the most work of a turn. */
function runTurns({ node, clock, survivor }: ReturnType<typeof droppedCrowd>, isBusy: () => boolean) {
  const { counters, sessions } = node.core;
  const most = { deliveries: 0, ended: 0, turns: 0 };
  for (; isBusy() && most.turns < MAX_TURNS; most.turns++) {
    const before = { deliveries: counters.deliveries, sessions: sessions.size };
    survivor.send(`{"echo":${most.turns}}`);
    survivor.socket.flush();
    expect(survivor.socket.received).toContain(`{"echo":${most.turns}}`);
    survivor.socket.received.length = 0;
    clock.turn();
    most.deliveries = Math.max(most.deliveries, counters.deliveries - before.deliveries);
    most.ended = Math.max(most.ended, before.sessions - sessions.size);
  }
  return most;
}

describe("[R75 R76] a crowd of 10,000 that drops together", () => {
  test("[R75 R76] is announced and ended over many turns, and nobody else waits for it", () => {
    const memory = droppedCrowd();
    const { node, clock } = memory;
    expect(node.core.sessions.size).toBe(CROWD + 1);
    expect(node.core.departures.pending).toBe(0);

    clock.advance(3_000);
    node.tick();
    const announcing = runTurns(memory, () => node.core.scheduler.waiting > 0);
    expect(announcing.deliveries).toBeLessThanOrEqual(TURN);
    expect(node.core.sessions.size).toBe(CROWD + 1);

    clock.advance(130_000);
    node.tick();
    const ending = runTurns(memory, () => node.core.sessions.size > 1);
    expect(ending.turns).toBeLessThan(MAX_TURNS);
    expect(ending.deliveries).toBeLessThanOrEqual(TURN);
    // Each needs a few units: its deadline, its hub, its name.
    expect(ending.ended).toBeLessThanOrEqual(TURN);
    expect(node.core.sessions.size).toBe(1);
  }, 30_000);
});
