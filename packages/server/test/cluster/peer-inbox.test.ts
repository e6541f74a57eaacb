import { expect, test } from "bun:test";
import { isJsonObject } from "@achex/protocol";
import { createMemoryCluster } from "../kit/memory-cluster.ts";
import { createPeerInbox } from "../kit/peer-inbox.ts";

const FLOODERS = 12;
const FRAMES = 250;

test("V5 M5 clients that flood through one node do not delay those of another; the flood arrives whole and in order", async () => {
  const { client, clock, network, node, settle } = await createMemoryCluster(2);
  const victim = await client(2, "Vic");
  const [ann, bob] = [await client(2, "Ann"), await client(2, "Bob")];
  const flooders = [];
  for (let index = 0; index < FLOODERS; index++) flooders.push(await client(1, `f${index}`));
  victim.received();
  clock.hasLongTurns = true;
  for (let n = 0; n < FRAMES; n++) for (const one of flooders) one.send({ to: "Vic", n });
  // Node 1 also takes several turns.
  clock.allTurns();
  network.flush();
  const first = victim.received();
  expect(first.length).toBeLessThan(300);
  expect(node(2).cluster.links.waiting).toBeGreaterThan(2_000);
  // In the same turn, although thousands of frames wait.
  ann.send({ to: "Bob", n: 1 });
  expect(bob.received()).toEqual([{ to: "Bob", n: 1, sID: ann.sid, FROM: "Ann" }]);
  clock.hasLongTurns = false;
  clock.allTurns();
  await settle();
  const all = [...first, ...victim.received()].filter(isJsonObject);
  for (const { sid } of flooders)
    expect(all.filter(({ sID }) => sID === sid).map(({ n }) => n)).toEqual(Array.from({ length: FRAMES }, (_, n) => n));
  expect(node(2).cluster.links.waiting).toBe(0);
});

test("V5 the frames of a peer are handled in order over turns, each with at most its share", () => {
  const handled: unknown[] = [];
  const { clock, inbox } = createPeerInbox(([n]) => handled.push(n));
  const counts: number[] = [];
  for (let n = 0; n < 1_000; n++) expect(inbox.add([n], undefined, 100)).toBe(true);
  for (let before = 0; inbox.length > 0; before = handled.length, clock.turn()) counts.push(handled.length - before);
  expect(Math.max(...counts)).toBeLessThanOrEqual(257);
  expect(handled).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
});

test("V5 what a frame makes the node send counts", () => {
  let handled = 0;
  const { clock, counters, inbox } = createPeerInbox(() => {
    handled++;
    counters.framesOut += 100;
  });
  for (let n = 0; n < 10; n++) inbox.add([n], undefined, 100);
  expect(handled).toBe(3);
  clock.turn();
  expect(handled).toBe(6);
});

test("V5 in a turn that others have used up, a peer still has a share", () => {
  let handled = 0;
  const { scheduler, inbox } = createPeerInbox(() => handled++);
  scheduler.spend(10_000);
  for (let n = 0; n < 1_000; n++) inbox.add([n], undefined, 100);
  expect(handled).toBe(128);
});

test("M5 frames wait while an earlier message is being sent, and then keep their order", async () => {
  const handled: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const { clock, inbox } = createPeerInbox(([n]) => {
    handled.push(n);
    if (n === 1) inbox.pause(promise);
  });
  for (let n = 0; n < 4; n++) inbox.add([n], undefined, 100);
  clock.allTurns();
  expect(handled).toEqual([0, 1]);
  resolve();
  await promise.finally(() => {});
  clock.allTurns();
  expect(handled).toEqual([0, 1, 2, 3]);
});

test("V5 what waits of a peer is bounded in bytes, and forgotten when its stream begins again", () => {
  let handled = 0;
  const { clock, scheduler, inbox } = createPeerInbox(() => handled++);
  scheduler.spend(10_000);
  const size = 512 * 1024;
  let added = 0;
  while (inbox.add(["x"], new Uint8Array(0), size)) added++;
  expect((added - handled) * size).toBeLessThanOrEqual(64 * 1024 ** 2);
  expect(added).toBeGreaterThan(100);
  const before = handled;
  inbox.clear();
  clock.allTurns();
  expect([handled, inbox.length]).toEqual([before, 0]);
});
