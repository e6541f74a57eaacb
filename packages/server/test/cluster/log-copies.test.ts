import { expect, test } from "bun:test";
import { logNetwork } from "../kit/log-network.ts";
import { RecordedPart } from "../kit/recorded-part.ts";

/** Two nodes, and a log that no longer has its first entries. */
async function truncated() {
  const network = logNetwork();
  const { settle, open } = network;
  const [a, b] = [open("a"), open("b")];
  await settle();
  for (const note of ["1", "2", "3", "4"]) {
    a.propose(note);
    a.propose(`${note} in another shard`, 2);
    await settle();
  }
  network.network.log.drop(0, 3);
  return { ...network, a, b };
}

/** Lets everything happen, also what waits for the clock. */
async function pass({ clock, settle }: Pick<ReturnType<typeof logNetwork>, "clock" | "settle">, milliseconds: number) {
  for (let passed = 0; passed < milliseconds; passed += 250) {
    clock.advance(250);
    await settle();
  }
}

test("R165 a new node copies from another what the log no longer has, and goes on from there", async () => {
  const it = await truncated();
  const { a, b, open } = it;
  const c = open("c");
  await pass(it, 1_000);
  expect(c.log.isCaughtUp).toBe(true);
  expect(c.part.notes).toEqual(a.part.notes);
  expect([c.part.held[0], c.part.held[2]]).toEqual([a.part.held[0], a.part.held[2]]);
  for (const node of [a, b, c]) node.propose(`of ${node.log.incarnation}`);
  await it.settle();
  expect(c.part.notes).toEqual(a.part.notes);
  expect(b.part.notes).toEqual(a.part.notes);
  expect(a.part.notes).toHaveLength(11);
});

test("R165 a node that was away for too long copies; one that was not does not", async () => {
  const it = await truncated();
  const { a, b, network, open } = it;
  for (const { log } of [a, b]) expect(log.isCaughtUp).toBe(true);
  b.log.close();
  network.kill("b");
  for (const note of ["5", "6", "7"]) {
    a.propose(note);
    await it.settle();
  }
  network.log.drop(0, 4);
  const near = open("b", "b-2", b.part);
  await pass(it, 1_000);
  expect(near.log.isCaughtUp).toBe(true);
  // The part itself needs no copy; only what the log says of nodes does.
  expect(near.part.restored).toBe(0);
  expect(near.part.notes).toEqual(a.part.notes);
  near.log.close();
  network.kill("b");
  for (const note of ["8", "9"]) {
    a.propose(note);
    await it.settle();
  }
  network.log.drop(0, 9);
  const far = open("b", "b-3", near.part);
  await pass(it, 1_000);
  expect([far.part.restored, far.log.isCaughtUp]).toEqual([1, true]);
  expect(far.part.notes).toEqual(a.part.notes);
});

test("R165 a part that no other node has goes on without a copy, whatever others are copied after it", async () => {
  const it = await truncated();
  class OtherPart extends RecordedPart {
    override readonly name = "other";
    override readonly kinds = ["other"];
  }
  const c = it.open("c", "c-1", new RecordedPart(), new OtherPart());
  await pass(it, 6_000);
  expect(c.log.isCaughtUp).toBe(true);
  expect(c.part.restored).toBe(1);
  expect(c.errors.filter(({ message }) => message.includes("going on without it"))).toHaveLength(1);
  expect(c.part.notes).toEqual(it.a.part.notes);
});

test("R165 without another node, one begins with the oldest entry that there is", async () => {
  const it = await truncated();
  for (const { log } of [it.a, it.b]) log.close();
  for (const name of ["a", "b"]) it.network.kill(name);
  it.peers.clear();
  const c = it.open("c");
  await pass(it, 2_000);
  expect(c.log.isCaughtUp).toBe(false);
  await pass(it, 3_000);
  expect(c.log.isCaughtUp).toBe(true);
  expect(c.part.notes.filter((note) => !String(note).includes("shard"))).toEqual(["4"]);
  expect(c.errors.map(({ message }) => message).join()).toContain("no other node");
});

test("R165 a log that was made again under running nodes is read from its beginning by all", async () => {
  const it = await truncated();
  const { a, b, network } = it;
  network.log.reset("again");
  for (const name of ["a", "b"]) network.lose(name);
  for (const name of ["a", "b"]) network.join(name);
  await pass(it, 1_000);
  b.propose("new");
  await pass(it, 1_000);
  expect(b.outcomes).toEqual(["new"]);
  expect(a.part.notes.at(-1)).toBe("new");
  expect(a.part.held[0]).toEqual({ log: "again", position: 1 });
});
