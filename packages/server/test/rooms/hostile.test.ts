import { describe, expect, test } from "bun:test";
import { memoryState } from "../../src/state/memory-state.ts";
import { type Achex2Client, createAchex2Node } from "../kit/achex2-client.ts";
import { defaultLimits } from "../kit/node.ts";

const follow = { joinHub: "h", $state: true };
const set = (values: object, more = {}) => ({ $set: { hub: "h", values, ...more } });
const { framesPerSecond, bytesPerSecond } = defaultLimits;
const thousand = (n: number) => Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`key ${i}`, n]));
const waits = ({ connection }: Achex2Client) => connection.session.waitingFrames > 0;

describe("hostile members of a room", () => {
  test("[R107 L2] who writes 1,000 keys 500 times a second is slowed down, and nobody else is", () => {
    const { achex2, clock, node } = createAchex2Node({ framesPerSecond, bytesPerSecond });
    const [eve, bob] = [achex2("Eve"), achex2("Bob")];
    for (const person of [eve, bob]) person.result(follow);
    bob.received();
    let seen = 0;
    for (let second = 0; second < 5; second++) {
      for (let n = 0; n < 500; n++) eve.send(set(thousand(n)));
      expect(bob.result(set({ mine: second }, { delete: ["key 999"] }))).toMatchObject({ version: expect.any(Number) });
      clock.advance(1_000);
      seen += bob.receivedValues("$state").length;
    }
    // A burst of two seconds, then 8 MiB a second, of which each write costs 256 KiB and its own text.
    expect(seen).toBeLessThan(5 + 7 * 32);
    expect(seen).toBeGreaterThan(50);
    expect(node.core.rooms.keys).toBeLessThanOrEqual(1_000);
    expect(node.core.rooms.bytes).toBeLessThan(512 * 1024);
    expect(node.core.counters.drops["queue-full"]).toBeGreaterThan(1_000);
  });

  test("[R101 L2] who asks for the whole state again and again pays for it", () => {
    const { achex2, clock } = createAchex2Node({ framesPerSecond: 0, bytesPerSecond });
    const eve = achex2("Eve");
    eve.result(follow);
    for (let i = 0; i < 15; i++) eve.result(set({ [`k${i}`]: "x".repeat(16_000) }));
    eve.received();
    let asked = 0;
    for (; !waits(eve) && asked < 1_000; asked++) {
      eve.send(follow);
      eve.connection.socket.flush();
    }
    // 240 KB each, of 16 MiB at most.
    expect(asked).toBeLessThan(75);
    clock.advance(2_000);
    expect(waits(eve)).toBe(false);
  });

  test("[R105] two that fight over a key by compare and set: each version has one winner", () => {
    const { achex2 } = createAchex2Node();
    const people = [achex2("Ann"), achex2("Bob")];
    for (const person of people) person.result(follow);
    const versions = [0, 0];
    let wins = 0;
    for (let round = 0; round < 1_000; round++) {
      for (const [index, person] of people.entries()) {
        const { result } = person.request(set({ key: `${index}.${round}` }, { if: { key: versions[index] } }));
        if (!result) continue;
        wins++;
        // Only the winner learns the version here; the other one sometimes looks it up.
        versions[index] = Number(result.version);
      }
      if (round % 3 === 0) versions[round % 2] = wins;
    }
    const late = achex2("Cid");
    late.result(follow);
    expect(late.receivedValues("$state")).toMatchObject([{ version: wins }]);
    expect(wins).toBeGreaterThan(300);
  });

  test("[R107] states of all rooms together are bounded", () => {
    const state = memoryState(200_000);
    const { achex2 } = createAchex2Node({}, { state });
    const eve = achex2("Eve");
    const rooms = Array.from({ length: 90 }, (_, i) => `room ${i}`);
    for (const hub of rooms) eve.result({ joinHub: hub });
    const written = rooms.filter((hub) => eve.request({ $set: { hub, values: { k: "x".repeat(10_000) } } }).result);
    expect(written.length).toBeLessThan(20);
    expect(eve.fault({ $set: { hub: "room 0", values: { k2: 1 } } })).toBe("state-full");
    expect(state.bytes).toBeLessThan(300_000);
    for (const hub of rooms) eve.result({ leaveHub: hub });
    expect([state.bytes, state.keys]).toEqual([0, 0]);
  });

  test("[R100] nothing is left of rooms whose members have ended, in any order", () => {
    const { achex2, node } = createAchex2Node();
    const people = Array.from({ length: 10 }, (_, i) => achex2(`p${i}`));
    for (const person of people) {
      person.result({ ...follow, $seat: true });
      person.result(set({ [`own ${person.sid}`]: 1 }, { own: true }));
      person.send({ toH: "h", $latest: "pos" });
      person.result({ cmd: "register_broadcast", bid: "b", $room: { seats: 3 }, $seat: 1 });
    }
    for (const person of [...people].reverse()) person.disconnect();
    const { rooms } = node.core;
    expect([rooms.count, rooms.keys, rooms.bytes, rooms.followers]).toEqual([0, 0, 0, 0]);
  });

  test("[R104] hostile objects do not reach any prototype", () => {
    const { achex2 } = createAchex2Node();
    const eve = achex2("Eve");
    eve.result(follow);
    const deep = `${"[".repeat(70)}${"]".repeat(70)}`;
    for (const text of [
      '{"$ref":9,"$set":{"hub":"h","values":{"__proto__":{"polluted":1}},"if":{"__proto__":0}}}',
      '{"$ref":9,"$set":{"hub":"h","increment":{"constructor":1},"__proto__":{"own":true}}}',
      `{"$ref":9,"$set":{"hub":"h","values":{"deep":${deep}}}}`,
      '{"$ref":9,"$room":{"hub":"h","__proto__":{"closed":true}}}',
      '{"$ref":9,"$host":{"hub":"h","sid":-1}}',
      '{"$ref":9,"$host":{"hub":"h","sid":1e999}}',
    ])
      eve.send(text);
    const faults = eve.receivedValues("$fault");
    expect(faults).toMatchObject(
      ["bad-value", "too-deep", "bad-value", "bad-value", "bad-value"].map((code) => ({ code })),
    );
    expect(Object.getOwnPropertyDescriptor(Object.prototype, "polluted")).toBeUndefined();
    expect(eve.result(set({ after: 1 }))).toEqual({ version: 2 });
  });
});
