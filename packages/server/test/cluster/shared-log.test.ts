import { expect, test } from "bun:test";
import { batchEntry, encodeBatch } from "../../src/cluster/log-batch.ts";
import { logNetwork } from "../kit/log-network.ts";

test("R165 all nodes apply the same entries in one order, and the node that proposed one knows when it has applied it", async () => {
  const { settle, open } = logNetwork();
  const [a, b, c] = [open("a"), open("b"), open("c")];
  await settle();
  expect([a, b, c].map(({ log }) => log.isCaughtUp)).toEqual([true, true, true]);
  for (let n = 0; n < 10; n++) {
    a.propose(`a${n}`);
    b.propose(`b${n}`);
    if (n % 3 === 0) await settle();
  }
  await settle();
  const wanted = [..."0123456789"].flatMap((n) => [`a${n}`, `b${n}`]);
  expect(a.part.notes.toSorted()).toEqual(wanted.toSorted());
  expect(b.part.notes).toEqual(a.part.notes);
  expect(c.part.notes).toEqual(a.part.notes);
  expect(a.outcomes).toEqual(wanted.filter((note) => note.startsWith("a")));
  expect(c.part.entries.map(({ at }) => at)).toEqual(a.part.entries.map(({ at }) => at));
  expect(c.part.entries.every(({ isOwn }) => !isOwn)).toBe(true);
  expect(a.part.entries.filter(({ isOwn }) => isOwn).map(({ body }) => body)).toEqual(a.outcomes);
});

test("R165 what is proposed in one turn is stored at once, with text and bytes as they were", async () => {
  const { network, settle, open } = logNetwork();
  const [a, b] = [open("a"), open("b")];
  await settle();
  const payload = new Uint8Array([0, 255, 3]);
  a.log.propose({ shard: 1, kind: "note", body: { n: 1 }, payload: "für €" });
  a.log.propose({ shard: 1, kind: "note", body: null, payload });
  a.log.propose({ shard: 1, kind: "note", body: ["x"] });
  a.log.propose({ shard: 1, kind: "unknown", body: 0 });
  await settle();
  expect(network.log.last(1)).toBeLessThanOrEqual(2);
  expect(b.part.entries.map(({ body, payload: sent }) => [body, sent])).toEqual([
    [{ n: 1 }, "für €"],
    [null, payload],
    [["x"], undefined],
  ]);
  expect(b.part.held[1]?.position).toBe(network.log.last(1));
});

test("R165 a node that is alone rejects at once; one without a quorum does so after five seconds, and nothing is stored later", async () => {
  const { clock, network, settle, open } = logNetwork();
  const [a, b] = [open("a"), open("b")];
  await settle();
  network.lose("a");
  a.propose("alone");
  await settle();
  expect(a.outcomes).toEqual(["alone: failed"]);
  network.join("a");
  network.log.minority.add("a");
  a.propose("minority");
  await settle();
  clock.advance(4_900);
  await settle();
  expect(a.outcomes).toHaveLength(1);
  clock.advance(500);
  await settle();
  expect(a.outcomes).toEqual(["alone: failed", "minority: failed"]);
  network.log.minority.clear();
  network.log.joined("a");
  a.propose("later");
  await settle();
  clock.advance(1_000);
  await settle();
  expect(a.outcomes).toEqual(["alone: failed", "minority: failed", "later"]);
  expect(b.part.notes).toEqual(["later"]);
  expect(a.part.notes).toEqual(["later"]);
});

test("R165 an entry whose acknowledgement was lost is stored once, and the order of a node's entries is kept", async () => {
  const { clock, network, settle, open } = logNetwork();
  const [a, b] = [open("a"), open("b")];
  await settle();
  network.log.losesAnswers = true;
  a.propose("first");
  await settle();
  a.propose("second");
  await settle();
  expect(b.part.notes).toEqual(["first"]);
  network.log.losesAnswers = false;
  clock.advance(500);
  await settle();
  expect(b.part.notes).toEqual(["first", "second"]);
  expect(a.outcomes).toEqual(["first", "second"]);
});

test("R165 what was answered with no-quorum and is in the log after all is applied by all, and answered once", async () => {
  const { clock, network, settle, open } = logNetwork();
  const [a, b] = [open("a"), open("b")];
  await settle();
  a.propose("late");
  await Promise.resolve();
  // Stored, but this node reads it after it has given up.
  network.log.losesAnswers = true;
  network.flushOne(0);
  network.lose("a");
  await settle();
  clock.advance(5_500);
  await settle();
  expect(a.outcomes).toEqual(["late: failed"]);
  network.log.losesAnswers = false;
  network.join("a");
  await settle();
  clock.advance(1_000);
  await settle();
  expect([a.part.notes, b.part.notes]).toEqual([["late"], ["late"]]);
  expect(a.outcomes).toEqual(["late: failed"]);
});

test("R165 too much that waits is rejected at once", async () => {
  const { network, settle, open } = logNetwork();
  const a = open("a");
  await settle();
  network.log.minority.add("a");
  const payload = new Uint8Array(500 * 1024);
  let failed = 0;
  for (let n = 0; n < 140; n++)
    a.log.propose({ shard: 0, kind: "note", body: n, payload, settled: (failure) => void (failure && failed++) });
  await settle();
  expect(failed).toBeGreaterThan(5);
  expect(a.log.waitingBytes).toBeLessThanOrEqual(64 * 1024 ** 2);
  a.log.close();
  expect([failed, a.log.waiting, a.log.waitingBytes]).toEqual([140, 0, 0]);
});

test("R160 a node that is gone is so for all at one point of the order; it learns it, and what it proposed later does not count", async () => {
  const { clock, network, heard, settle, open } = logNetwork();
  const [a, b, c] = [open("a"), open("b"), open("c")];
  await settle();
  c.propose("of c", 2);
  await settle();
  network.lose("c");
  heard.delete("c-1");
  clock.advance(4_000);
  await settle();
  expect(a.part.gone).toEqual([]);
  clock.advance(6_000);
  await settle();
  a.propose("after", 2);
  await settle();
  for (const { part } of [a, b]) {
    expect(part.gone).toEqual(["2 c-1.1"]);
    expect(part.notes).toEqual(["of c", "after"]);
  }
  c.propose("alone", 2);
  network.join("c");
  heard.add("c-1");
  c.propose("too late", 2);
  await settle();
  clock.advance(1_000);
  await settle();
  expect(c.outcomes).toEqual(["of c", "alone: failed", "too late: failed"]);
  for (const { part } of [a, b, c]) expect(part.notes).toEqual(["of c", "after"]);
  expect([c.part.rejoins, c.part.gone, c.log.incarnation]).toEqual([1, ["2 c-1.1"], "c-1.2"]);
  c.propose("again", 2);
  await settle();
  clock.advance(20_000);
  await settle();
  for (const { part } of [a, b, c]) {
    expect(part.notes).toEqual(["of c", "after", "again"]);
    expect(part.gone).toEqual(["2 c-1.1"]);
  }
});

test("R160 R167 a node without the others takes them for dead, which does not count once they have taken it for dead", async () => {
  const { clock, network, heard, deaf, settle, open } = logNetwork();
  const [a, b, c] = [open("a"), open("b"), open("c")];
  await settle();
  for (const node of [a, b, c]) node.propose("present");
  await settle();
  heard.delete("c-1");
  deaf.add("c");
  network.log.minority.add("c");
  clock.advance(7_000);
  await settle();
  for (const { part } of [a, b]) expect(part.gone).toEqual(["0 c-1.1"]);
  heard.add("c-1");
  deaf.clear();
  network.log.minority.clear();
  // It appends what it still has to, before it reads that it is gone.
  clock.advance(500);
  await settle();
  network.log.joined("c");
  await settle();
  clock.advance(1_000);
  await settle();
  for (const { part } of [a, b, c]) expect(part.gone).toEqual(["0 c-1.1"]);
  expect([a, b, c].map(({ log }) => log.incarnation)).toEqual(["a-1.1", "b-1.1", "c-1.2"]);
});

test("R165 a node that starts again applies only what it does not hold, and is ready when it has caught up", async () => {
  const { network, settle, open } = logNetwork();
  const [a, b] = [open("a"), open("b")];
  await settle();
  for (const note of ["1", "2"]) {
    a.propose(note);
    await settle();
  }
  const { part } = b;
  b.log.close();
  network.kill("b");
  for (const note of ["3", "4"]) {
    a.propose(note);
    await settle();
  }
  const again = open("b", "b-2", part);
  expect(again.log.isCaughtUp).toBe(false);
  await settle();
  await again.log.ready;
  expect(part.notes).toEqual(["1", "2", "3", "4"]);
});

test("R160 a node that was taken for dead is gone in all shards before what it proposes as another incarnation", async () => {
  const { clock, network, heard, settle, open } = logNetwork();
  const [a, b] = [open("a"), open("b")];
  await settle();
  for (const shard of [0, 1, 3]) b.propose(`of b ${shard}`, shard);
  await settle();
  heard.delete("b-1");
  network.log.minority.add("b");
  clock.advance(6_000);
  await settle();
  heard.add("b-1");
  network.log.minority.clear();
  network.log.joined("b");
  await settle();
  clock.advance(1_000);
  await settle();
  expect(b.log.incarnation).toBe("b-1.2");
  for (const { part } of [a, b]) expect(part.gone.toSorted()).toEqual(["0 b-1.1", "1 b-1.1", "3 b-1.1"]);
});

test("R165 a log that was made again is read from its beginning", async () => {
  const one = logNetwork();
  const a = one.open("a");
  await one.settle();
  for (const note of ["1", "2", "3"]) a.propose(note);
  await one.settle();
  const other = logNetwork();
  other.network.log.name = "another";
  const again = other.open("a", "a-2", a.part);
  await other.settle();
  again.propose("4");
  await other.settle();
  expect(a.part.notes).toEqual(["1", "2", "3", "4"]);
  expect(again.outcomes).toEqual(["4"]);
});

test("R165 the log waits for a part that is busy", async () => {
  const { settle, open } = logNetwork();
  const [a, b] = [open("a"), open("b")];
  await settle();
  const { promise, resolve } = Promise.withResolvers<void>();
  b.part.wait = promise;
  a.propose("1");
  await settle();
  a.propose("2");
  await settle();
  expect([a.part.notes, b.part.notes]).toEqual([["1", "2"], ["1"]]);
  resolve();
  await settle();
  expect(b.part.notes).toEqual(["1", "2"]);
});

test("R165 a batch that is not one is left out by all; one of a later version stops the node instead of leaving it out", async () => {
  const { network, settle, open } = logNetwork();
  const a = open("a");
  const stranger = network.bus("stranger")({ connected() {}, disconnected() {}, received() {} });
  await settle();
  void stranger.append(0, new Uint8Array([0, 1, 2]), "x").catch(() => {});
  void stranger.append(0, new Uint8Array([1, 0, 0, 0, 200, 91, 93]), "y").catch(() => {});
  await settle();
  a.propose("fine");
  await settle();
  expect(a.outcomes).toEqual(["fine"]);
  // Nobody has put these bytes there who knows how a batch begins, of whatever version.
  for (const bytes of ["09", "090000000", "ff00000002", "09000000025b5d", "ffffffffff5b5d"])
    void stranger.append(0, Uint8Array.fromHex(bytes.length % 2 ? `${bytes}0` : bytes), bytes).catch(() => {});
  await settle();
  a.propose("still fine");
  await settle();
  expect(a.outcomes).toEqual(["fine", "still fine"]);
  expect(a.log.refused.counts).toEqual({ garbled: 7 });
  const later = encodeBatch("next", "next-1.1", [batchEntry(1, "note", "later", undefined)]);
  later[0] = 9;
  void stranger.append(0, later, "z").catch(() => {});
  await settle();
  a.propose("no");
  await settle();
  expect(a.outcomes).toEqual(["fine", "still fine", "no: failed"]);
  expect(a.errors.map(({ message }) => message).join("\n")).toContain("later version");
});
