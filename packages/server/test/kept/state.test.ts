import { describe, expect, test } from "bun:test";
import type { JsonObject } from "@achex/protocol";
import { keptState } from "../../src/state/kept-state.ts";
import { type Achex2Client, createAchex2Node } from "../kit/achex2-client.ts";
import { MemoryRooms } from "../kit/memory-rooms.ts";

const DAY = 86_400_000;

/** A node that keeps the state of hubs and broadcasts that begin with `k`. */
function keepingNode(store = new MemoryRooms(), maxBytes = 0) {
  const clock = { time: () => kit.clock.time() };
  const state = keptState({
    store,
    ageOf: ({ name }) => (name.startsWith("k") ? 7 * DAY : undefined),
    maxBytes,
    clock,
    failed: () => {},
  });
  const kit = createAchex2Node({}, { state });
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  let refs = 1_000_000;
  const ask = async (client: Achex2Client, frame: JsonObject) => {
    const $ref = ++refs;
    client.send(JSON.stringify({ $ref, ...frame }));
    await settle();
    const [reply] = client.takeReplies($ref);
    return reply?.fault ?? reply?.result;
  };
  return { ...kit, store, ask, settle };
}

const follow = { joinHub: "k", $state: true };
const set = (values: JsonObject, more: JsonObject = {}) => ({ $set: { hub: "k", values, ...more } });

describe("[R148] kept state", () => {
  test("[R148] a write is stored, then sent to the followers, then confirmed", async () => {
    const { achex2, ask, store, settle } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    await ask(ann, follow);
    await ask(bob, follow);
    ann.received();
    bob.received();
    store.isImmediate = false;
    ann.send({ $ref: 9, ...set({ k: 1 }) });
    await settle();
    expect([...ann.received(), ...bob.received()]).toEqual([]);
    store.commit();
    await settle();
    expect(bob.received()).toMatchObject([{ $state: { values: { k: 1 } } }]);
    expect(ann.received()).toMatchObject([{ $state: { values: { k: 1 } } }, { $ref: 9, $result: {} }]);
  });

  test("[R148] what cannot be stored is rejected, with what was judged by it, and nobody receives it", async () => {
    const { achex2, ask, store, settle } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    await ask(ann, follow);
    await ask(bob, follow);
    await ask(ann, set({ k: 1 }));
    bob.received();
    store.isImmediate = false;
    ann.send({ $ref: 1, ...set({ k: 2 }) });
    bob.send({ $ref: 1, ...set({ k: 3 }, { if: { k: 0 } }) });
    store.isBroken = true;
    store.commit();
    await settle();
    expect([ann, bob].map((one) => one.takeReplies(1))).toMatchObject([
      [{ fault: "keep-failed" }],
      [{ fault: "keep-failed" }],
    ]);
    expect(bob.received()).toEqual([]);
    store.isBroken = false;
    store.isImmediate = true;
    for (const reason of ["keep-busy", "keep-full"] as const) {
      store.rejects = reason;
      expect(await ask(ann, set({ k: 4 }))).toBe(reason);
      expect(await ask(ann, { $room: { hub: "k", capacity: 9 } })).toBe(reason);
    }
    store.rejects = undefined;
    expect(await ask(bob, { $set: { hub: "k", values: {}, increment: { k: 4 } } })).toMatchObject({ values: { k: 5 } });
    expect(bob.received()).toMatchObject([{ $state: { values: { k: 5 } } }]);
  });

  test("[R148 R120] a join whose options create a room is confirmed when they are stored; later ones do not change them", async () => {
    const { achex2, legacy, ask, store, settle } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    const kim = legacy("Kim");
    store.isImmediate = false;
    ann.send({ $ref: 1, ...follow, $room: { password: "x", closed: true, seats: 2 } });
    await settle();
    expect(ann.received()).toEqual([]);
    // Already binding, although it is not certain yet.
    expect(await ask(bob, { joinHub: "k", $room: { password: "y" } })).toBe("room-closed");
    store.isImmediate = true;
    store.commit();
    await settle();
    expect(ann.received()).toMatchObject([
      { $state: { values: {} } },
      { $room: { options: { password: true, closed: true, seats: 2 } } },
      { $ref: 1, $result: { count: 1 } },
    ]);
    expect(await ask(bob, { joinHub: "k", passwd: "x" })).toBe("room-closed");
    await ask(ann, { leaveHub: "k" });
    kim.send({ joinHub: "k" });
    expect(kim.received()).toEqual([{ joinHub: "FAILED" }]);
    expect(await ask(bob, { ...follow, passwd: "x", $room: { seats: 9 } })).toEqual({ count: 1 });
    expect(bob.receivedValues("$room")).toMatchObject([{ options: { password: true, closed: false, seats: 2 } }]);
    store.isBroken = true;
    expect(await ask(ann, { joinHub: "k2", $room: { seats: 1 } })).toBe("keep-failed");
    expect(await ask(ann, { toH: "k2" })).toEqual({ taken: 0 });
  });

  test("[R148 R114] a change of host waits for the writes before it; those after it with the old term are stale", async () => {
    const { achex2, ask, store, settle } = keepingNode();
    const [ann, bob, cid] = [achex2("Ann"), achex2("Bob"), achex2("Cid")];
    for (const person of [ann, bob, cid]) await ask(person, follow);
    const [{ term }] = bob.receivedValues("$room") as [{ term: number }];
    store.isImmediate = false;
    cid.send({ $ref: 1, ...set({ k: 1 }, { term }) });
    expect(await ask(ann, { $host: { hub: "k", sid: bob.sid } })).toEqual({ term: term + 1 });
    for (const person of [ann, cid]) person.received();
    ann.send({ $ref: 2, ...set({ k: 2 }, { term }) });
    await settle();
    expect([...bob.received(), ...cid.received()]).toEqual([]);
    const dan = achex2("Dan");
    expect(await ask(dan, follow)).toEqual({ count: 4 });
    expect(dan.receivedValues("$room")).toMatchObject([{ term, host: { name: "Ann" } }]);
    store.commit();
    await settle();
    const state = { $state: { values: { k: 1 } } };
    const host = { $host: { name: "Bob", term: term + 1 } };
    expect(bob.received()).toMatchObject([state, host]);
    expect(ann.received()).toMatchObject([state, host, { $ref: 2, $fault: { code: "stale-term" } }]);
  });

  test("[R148 R106] keys of a session that ends are deleted, also when nothing can be stored", async () => {
    const { achex2, ask, store, settle } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    await ask(ann, follow);
    await ask(bob, follow);
    await ask(ann, set({ mine: 1 }, { own: true }));
    bob.received();
    store.isBroken = true;
    ann.disconnect();
    await settle();
    expect(bob.receivedValues("$state")).toMatchObject([{ deleted: ["mine"] }]);
    store.isBroken = false;
    const result = await ask(bob, set({ k: 1 }));
    bob.disconnect();
    await settle();
    const next = keepingNode(new MemoryRooms(store.disk));
    const cid = next.achex2("Cid");
    await next.ask(cid, follow);
    const [{ version, values }] = cid.receivedValues("$state") as [{ version: number; values: unknown }];
    expect(values).toEqual({ k: 1 });
    expect(version).toBeGreaterThan(Number(Object(result).version));
  });

  test("[R148] a state that cannot be read rejects joins of a room without members, and only those", async () => {
    const { achex2, legacy, ask, store } = keepingNode();
    const ann = achex2("Ann");
    await ask(ann, follow);
    store.isUnreadable = true;
    const bob = achex2("Bob");
    expect(await ask(bob, { joinHub: "k" })).toEqual({ count: 2 });
    expect(await ask(bob, { joinHub: "k2" })).toBe("keep-failed");
    expect(await ask(bob, { joinHub: "other" })).toEqual({ count: 1 });
    expect(await ask(ann, set({ k: 1 }))).toMatchObject({});
    const kim = legacy("Kim");
    kim.send({ joinHub: "k2" });
    expect(kim.received()).toEqual([{ joinHub: "FAILED" }]);
    kim.send({ cmd: "register_broadcast", bid: "k3" });
    expect(await ask(bob, { bc: "k3" })).toEqual({ taken: 0 });
  });

  test("[R148] a server with as much state as it may hold reads no other", async () => {
    const first = keepingNode();
    const ann = first.achex2("Ann");
    await first.ask(ann, follow);
    await first.ask(ann, set({ k: "x".repeat(5_000) }));
    const { achex2, ask } = keepingNode(new MemoryRooms(first.store.disk), 6_000);
    const bob = achex2("Bob");
    expect(await ask(bob, follow)).toEqual({ count: 1 });
    expect(await ask(bob, { joinHub: "k2" })).toBe("keep-busy");
    expect(await ask(bob, { joinHub: "other" })).toEqual({ count: 1 });
  });

  test("[R148] a room without members is deleted when its state has not changed for long, and the next one starts above it", async () => {
    const { achex2, ask, store, seconds, clock, settle } = keepingNode();
    const ann = achex2("Ann");
    await ask(ann, { ...follow, $room: { seats: 3 } });
    const { version } = Object(await ask(ann, set({ k: 1 })));
    clock.advance(8 * DAY);
    seconds(2);
    expect(store.disk.rooms.size).toBe(1);
    await ask(ann, { leaveHub: "k" });
    seconds(3);
    await settle();
    expect(store.disk.rooms.size).toBe(0);
    await ask(ann, follow);
    const frames = ann.received() as [{ $state: JsonObject }];
    expect(frames.find((one) => one.$state)?.$state).toMatchObject({ values: {} });
    expect(Number(Object(await ask(ann, set({ k: 2 }))).version)).toBeGreaterThan(version);
  });

  test("[R148] rooms that are read for nobody are not held, and nothing is left of a room that has been stored", async () => {
    const { achex2, ask, store, seconds, node, settle } = keepingNode();
    const ann = achex2("Ann");
    await ask(ann, { joinHub: "k", $room: { password: "x" } });
    await ask(ann, { leaveHub: "k" });
    expect(node.core.rooms.bytes).toBe(0);
    expect(await ask(ann, { joinHub: "k" })).toBe("room-password");
    expect(node.core.rooms.bytes).toBeGreaterThan(0);
    seconds(2);
    await settle();
    expect(node.core.rooms.bytes).toBe(0);
    expect(store.disk.rooms.size).toBe(1);
  });
});
