import { describe, expect, test } from "bun:test";
import { isJsonObject, type JsonObject } from "@achex/protocol";
import { type Achex2Client, createAchex2Node } from "../kit/achex2-client.ts";

const follow = { joinHub: "h", $state: true };
const set = (values: object) => ({ $set: { hub: "h", values } });
const KIB = "x".repeat(1_000);

/** A client's copy of the map, from all `$state` frames it has received. */
class Copy {
  readonly values = new Map<string, unknown>();
  version = -1;
  frames = 0;

  constructor(private readonly client: Achex2Client) {}

  read(): this {
    for (const frame of this.client.received())
      if (isJsonObject(frame) && isJsonObject(frame.$state)) this.apply(frame.$state);
    return this;
  }

  private apply({ version, whole, values, deleted }: JsonObject): void {
    expect(Number(version)).toBeGreaterThan(this.version - (whole ? 1 : 0));
    this.version = Number(version);
    this.frames++;
    if (whole) this.values.clear();
    for (const [key, value] of isJsonObject(values) ? Object.entries(values) : []) this.values.set(key, value);
    for (const key of Array.isArray(deleted) ? deleted : []) this.values.delete(String(key));
  }
}

/** Ann writes; Bob and Cid follow. */
function createRoom(limits = {}) {
  const memory = createAchex2Node(limits);
  const [ann, bob, cid] = [memory.achex2("Ann"), memory.achex2("Bob"), memory.achex2("Cid")];
  ann.result({ ...follow, $host: false });
  for (const person of [bob, cid]) person.result(follow);
  const copies = { bob: new Copy(bob).read(), cid: new Copy(cid).read() };
  return { ...memory, ann, bob, cid, copies };
}

const block = ({ connection }: Achex2Client) => {
  connection.socket.isBlocked = true;
};

/** The client reads everything that waits for it. */
function drain(client: Achex2Client, copy: Copy): void {
  client.connection.socket.isBlocked = false;
  copy.read();
  client.connection.session.drained();
  copy.read();
}

describe("[R108] slow readers", () => {
  test("[R108] a follower that stops answering pings is sent no more changes, then one difference", () => {
    const { ann, bob, clock, copies } = createRoom();
    const changes = (seconds: number, from: number) => {
      for (let frame = 0; frame < seconds * 60; frame++) {
        clock.advance(1_000 / 60);
        ann.send(set({ x: from + frame }));
      }
    };
    changes(1, 0);
    expect(copies.bob.read().frames).toBe(61);
    bob.connection.socket.isStalled = true;
    changes(4, 60);
    // Half a second until the pong is overdue, and up to a quarter until the next look.
    expect(copies.bob.read().frames).toBeLessThanOrEqual(61 + 60);
    const { frames } = copies.bob;
    bob.connection.socket.isStalled = false;
    bob.connection.session.pong(bob.connection.socket.pings.at(-1) ?? "");
    expect(copies.bob.read().frames).toBe(frames + 1);
    expect(copies.bob.values.get("x")).toBe(299);
    expect(copies.cid.read().values.get("x")).toBe(299);
  });

  test("[R108] a reader with a backlog is sent the latest value of each key, once it has read", () => {
    const { ann, bob, cid, copies, node } = createRoom();
    block(bob);
    for (let n = 0; n < 300; n++) {
      ann.result(set({ [`pos${n % 3}`]: `${n} ${KIB}` }));
      copies.cid.read();
    }
    ann.result({ $set: { hub: "h", delete: ["pos1"] } });
    expect(copies.cid.read().frames).toBe(302);
    const waiting = bob.connection.socket.getBufferedAmount();
    expect(waiting).toBeGreaterThan(64 * 1024);
    expect(waiting).toBeLessThan(70 * 1024);
    drain(bob, copies.bob);
    expect(copies.bob.values).toEqual(copies.cid.values);
    expect(copies.bob.version).toBe(301);
    expect(copies.bob.frames).toBeLessThan(70);
    expect(node.core.counters.conflatedChanges).toBeGreaterThan(230);
    ann.result(set({ live: true }));
    expect(copies.bob.read().values.get("live")).toBe(true);
    expect(cid.connection.socket.over || bob.connection.socket.over).toBe(false);
  });

  test("[R108] a reader that falls behind again and again has the same map in the end", () => {
    const { ann, bob, copies } = createRoom();
    for (let round = 0; round < 20; round++) {
      block(bob);
      for (let n = 0; n < 100; n++) {
        ann.result(set({ [`k${(n * 7 + round) % 30}`]: `${n} ${KIB}` }));
        if (n % 9 === 0) ann.result({ $set: { hub: "h", delete: [`k${n % 30}`] } });
        copies.cid.read();
      }
      drain(bob, copies.bob);
      expect(copies.bob.values).toEqual(copies.cid.values);
    }
  });

  test("[R108] deletions that are forgotten lead to the whole map", () => {
    const { ann, bob, copies } = createRoom();
    ann.result(set({ gone: 1 }));
    copies.bob.read();
    block(bob);
    for (let n = 0; n < 70; n++) {
      ann.result(set({ fill: `${n} ${KIB}` }));
      copies.cid.read();
    }
    ann.result({ $set: { hub: "h", delete: ["gone"] } });
    for (let n = 0; n < 3; n++) {
      const keys = Array.from({ length: 500 }, (_, i) => `${n}.${i}`);
      ann.result(set(Object.fromEntries(keys.map((key) => [key, 1]))));
      ann.result({ $set: { hub: "h", delete: keys } });
      copies.cid.read();
    }
    drain(bob, copies.bob);
    copies.cid.read();
    expect(copies.bob.values).toEqual(copies.cid.values);
    expect([...copies.bob.values.keys()]).toEqual(["fill"]);
  });

  test("[R108 R110] the host and options that a slow reader missed are in the room frame that it gets", () => {
    const { ann, bob, cid } = createRoom();
    block(bob);
    for (let n = 0; n < 70; n++) ann.result(set({ fill: `${n} ${KIB}` }));
    bob.result({ $host: { hub: "h", sid: cid.sid } });
    cid.result({ $room: { hub: "h", capacity: 9 } });
    expect(bob.receivedValues("$host")).toEqual([]);
    bob.connection.socket.isBlocked = false;
    bob.connection.session.drained();
    expect(bob.receivedValues("$room")).toMatchObject([{ host: { name: "Cid" }, term: 2, options: { capacity: 9 } }]);
  });

  test("[R108] a change that is too large for one turn reaches followers in slices, and later changes wait for it", () => {
    const { ann, cid, achex2, clock, copies, node } = createRoom();
    const crowd = Array.from({ length: 60 }, (_, i) => achex2(`f${i}`));
    for (const person of crowd) person.result({ ...follow, $host: false });
    const read = crowd.map((person) => new Copy(person).read());
    clock.hasLongTurns = true;
    const large = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`k${i}`, `${KIB.repeat(15)}${i}`]));
    ann.send(set(large));
    ann.send(set({ k1: "newer" }));
    const served = () => read.filter((copy) => copy.read().values.has("k1")).length;
    expect(served()).toBeLessThan(60);
    clock.allTurns();
    expect(served()).toBe(60);
    for (const person of crowd) person.connection.session.drained();
    drain(cid, copies.cid);
    expect(copies.cid.values.get("k1")).toBe("newer");
    for (const copy of read) {
      expect(copy.read().values).toEqual(copies.cid.values);
      expect(copy.frames).toBeLessThanOrEqual(3);
    }
    expect(node.core.counters.conflatedChanges).toBeGreaterThan(0);
  });

  test("[R108 L2] a large change is charged to its writer", () => {
    const { ann, achex2, clock } = createRoom({ deliveredBytesPerSecond: 1024 ** 2 });
    for (let i = 0; i < 20; i++) achex2(`f${i}`).result(follow);
    const large = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`k${i}`, KIB.repeat(15)]));
    ann.result(set(large));
    ann.send(set({ next: 1 }));
    expect(ann.connection.session.waitingFrames).toBe(1);
    clock.advance(10_000);
    expect(ann.connection.session.waitingFrames).toBe(0);
  });
});
