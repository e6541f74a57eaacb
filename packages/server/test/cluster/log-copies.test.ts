import { expect, test } from "bun:test";
import { logNetwork } from "../kit/log-network.ts";
import { RecordedPart } from "../kit/recorded-part.ts";

/** Gives its copy as the test says. */
class Giver extends RecordedPart {
  giving: (copy: AsyncGenerator<Uint8Array>) => AsyncGenerator<Uint8Array> = (copy) => copy;
  /** Copies that were read no further. */
  ended = 0;

  override async *copy(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.giving(super.copy());
    } finally {
      this.ended++;
    }
  }
}

/** Never ends. */
const endless = async function* (): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(0);
};

/** Two nodes, and a log that no longer has its first entries. */
async function truncated(part?: RecordedPart) {
  const network = logNetwork();
  const { settle, open } = network;
  const [a, b] = [open("a", "a-1", part), open("b")];
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

test("R165 a copy that could not be made is asked for again, because a node without it would differ from the others", async () => {
  const giver = new Giver();
  const it = await truncated(giver);
  const b = it.peers.get("b");
  if (!b) throw new Error("there is no b");
  it.peers.delete("b");
  giver.giving = async function* () {
    yield new Uint8Array(0);
    throw new Error("the disk is full");
  };
  const c = it.open("c");
  await pass(it, 20_000);
  expect(c.log.isCaughtUp).toBe(false);
  const about = (text: string, { errors } = c) => errors.filter(({ message }) => message.includes(text)).length;
  expect([about("trying again"), about("no other node")]).toEqual([1, 0]);
  expect(about("could not be made", it.a)).toBeGreaterThan(1);
  giver.giving = (copy) => copy;
  await pass(it, 1_000);
  expect(c.log.isCaughtUp).toBe(true);
  expect(c.part.notes).toEqual(it.a.part.notes);
});

test("R165 a large copy that is being made keeps its reader waiting; when the giver dies, another gives", async () => {
  const giver = new Giver();
  const it = await truncated(giver);
  giver.giving = async function* () {
    for await (const piece of endless()) {
      await new Promise<void>((resolve) => {
        const stop = it.clock.every(5_000, () => {
          stop();
          resolve();
        });
      });
      yield piece;
    }
  };
  const c = it.open("c");
  await pass(it, 120_000);
  expect(c.log.isCaughtUp).toBe(false);
  expect(c.errors.filter(({ level }) => level === "error")).toEqual([]);
  const [a, own] = [it.peers.get("a"), it.peers.get("c")];
  if (!a || !own) throw new Error("there is no such node");
  it.peers.delete("a");
  c.log.peerLost(a);
  await pass(it, 1_000);
  expect(c.log.isCaughtUp).toBe(true);
  expect(c.part.notes).toEqual(it.b.part.notes);
  it.a.log.peerLost(own);
  await pass(it, 6_000);
  expect(giver.ended).toBe(1);
});

test("R165 a copy that nobody reads any more is given up", async () => {
  const giver = new Giver();
  const it = await truncated(giver);
  giver.giving = endless;
  const b = it.peers.get("b");
  if (!b) throw new Error("there is no b");
  it.a.log.told(b, ["copy", 1, "recorded"], undefined);
  await pass(it, 61_000);
  expect(giver.ended).toBe(0);
  await pass(it, 60_000);
  expect(giver.ended).toBe(1);
});

test("R165 a node that is heard, but has not begun its stream, is waited for", async () => {
  const it = await truncated();
  for (const name of ["a", "b"]) {
    const peer = it.peers.get(name);
    if (peer) peer.isReady = false;
  }
  const c = it.open("c");
  await pass(it, 20_000);
  expect(c.log.isCaughtUp).toBe(false);
  const a = it.peers.get("a");
  if (a) a.isReady = true;
  await pass(it, 1_000);
  expect(c.log.isCaughtUp).toBe(true);
  expect(c.part.notes).toEqual(it.a.part.notes);
});
