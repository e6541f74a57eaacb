import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { connect, type Fault } from "../../src/index.ts";
import { FakeRelay } from "../kit/fake-relay.ts";
import { ManualClock } from "../kit/manual-clock.ts";
import { outcomeOf, readyClient, settled } from "../kit/scripted-client.ts";

/** What plain JavaScript may pass, although the types forbid it. */
const anything = (value: unknown) => value as never;

const cycle: Record<string, unknown> = {};
cycle.self = cycle;
const notJson: Record<string, unknown> = {
  NaN: Number.NaN,
  "nested NaN": { a: [1, { b: Number.NaN }] },
  Infinity: Number.NEGATIVE_INFINITY,
  BigInt: 1n,
  "nested BigInt": [1n],
  symbol: Symbol("s"),
  function: () => 1,
  Map: new Map([[1, 2]]),
  Set: new Set([1]),
  bytes: new Uint8Array(3),
  buffer: new ArrayBuffer(3),
  Promise: Promise.resolve(1),
  cycle,
  "throwing getter": {
    get x() {
      throw new Error("no");
    },
  },
  "throwing toJSON": {
    toJSON() {
      throw new Error("no");
    },
  },
  "revoked proxy": (() => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return { proxy };
  })(),
};

describe("values that JSON cannot hold are rejected, and nothing is sent", () => {
  test.each(Object.keys(notJson))("%s", async (name) => {
    const { relay, ann, faults } = readyClient();
    const { state } = ann.hub("game");
    const ends = [
      outcomeOf(state.set("a", anything(notJson[name]))),
      outcomeOf(state.set({ a: 1, b: anything(notJson[name]) })),
      outcomeOf(state.increment("a", anything(notJson[name]))),
    ];
    await settled();
    expect([ends[0]?.code, ends[1]?.code]).toEqual(["bad-payload", "bad-payload"]);
    expect([ends[2]?.code, relay.socket.has("$set"), faults]).toEqual(["bad-payload", false, []]);
  });
});

describe("keys", () => {
  test("R107: `__proto__` is a key like any other", () => {
    const { relay, ann } = readyClient();
    const { state } = ann.hub("game");
    void state.set("__proto__", { polluted: 1 }, { unchangedSince: 3 });
    void state.set(JSON.parse('{"__proto__":1,"constructor":2}'));
    void state.increment("__proto__");
    void state.delete("__proto__");
    const texts = relay.socket.texts.filter((text) => text.includes("$set"));
    expect(texts.map((text) => text.slice(text.indexOf(',"') + 1))).toEqual([
      '"$set":{"hub":"game","values":{"__proto__":{"polluted":1}},"if":{"__proto__":3}}}',
      '"$set":{"hub":"game","values":{"__proto__":1,"constructor":2}}}',
      '"$set":{"hub":"game","increment":{"__proto__":1}}}',
      '"$set":{"hub":"game","delete":["__proto__"]}}',
    ]);
    expect("polluted" in {}).toBe(false);
  });

  test("lone surrogates are sent as escapes, so the server decides about them", () => {
    const { relay, ann } = readyClient();
    void ann.hub("game").state.set("\ud800", "\udfff");
    expect(relay.socket.texts.at(-1)).toContain('"values":{"\\ud800":"\\udfff"}');
  });

  test.each([
    ["a symbol", Symbol("s")],
    ["a number", 5],
    ["null", null],
    ["undefined", undefined],
    ["a list", ["a"]],
    ["a function", () => "a"],
    ["a Map", new Map([["a", 1]])],
  ])("%s is not a key", async (_, key) => {
    const { relay, ann } = readyClient();
    const { state } = ann.hub("game");
    const ends = [
      outcomeOf(state.set(anything(key), anything(1))),
      outcomeOf(state.increment(anything(key))),
      outcomeOf(state.update(anything(key), () => 1)),
      ...(Array.isArray(key) ? [] : [outcomeOf(state.delete(anything(key)))]),
    ];
    await settled();
    expect(ends.map(({ code }) => code)).toEqual(ends.map(() => "bad-payload"));
    expect([relay.socket.has("$set"), state.get(anything(key)), state.has(anything(key))]).toEqual([
      false,
      undefined,
      false,
    ]);
  });
});

test("a term that is missing by mistake does not make a fenced write an unfenced one", async () => {
  const { relay, ann } = readyClient();
  const { state } = ann.hub("game");
  const ends = [{ term: undefined }, { term: "3" }, { term: null }, { unchangedSince: undefined }].map((options) =>
    outcomeOf(state.set("a", 1, anything(options))),
  );
  await settled();
  expect(ends.map(({ code }) => code)).toEqual(["invalid", "invalid", "invalid", "invalid"]);
  for (const options of [null, 5, "x", []]) void state.set("a", 1, anything(options));
  void state.update("a", anything(5)).catch(() => {});
  expect(relay.socket.inbox.map(({ $set }) => $set)).toEqual(Array(4).fill({ hub: "game", values: { a: 1 } }));
});

test("hostile options of a room are the server's to reject, and break nothing", async () => {
  const { relay, ann } = readyClient();
  const room = ann.hub("game");
  const joins = [5, null, "x", { grace: 1n }, { grace: Number.NaN }, { capacity: cycle }].map((options) =>
    outcomeOf(room.join({ options: anything(options) })),
  );
  const changes = [5, undefined, { grace: 1n }, cycle].map((options) => outcomeOf(room.setOptions(anything(options))));
  const over = outcomeOf(room.handOver(anything(1n)));
  while (relay.socket.has("joinHub")) relay.socket.refuse(relay.socket.take("joinHub"), "bad-value");
  while (relay.socket.has("$room")) relay.socket.refuse(relay.socket.take("$room"), "bad-value");
  await settled();
  for (const { code } of [...joins, ...changes, over])
    expect(["bad-payload", "bad-value", "aborted"]).toContain(String(code));
  void room.join({ options: {} });
  relay.socket.drop();
  expect(ann.state).toBe("waiting");
});

describe("schemas for state", () => {
  function checked() {
    const relay = new FakeRelay();
    const schemas = { state: { "game-*": { score: z.number(), "cursor/*": z.object({ x: z.number() }) } } };
    const ann = connect("ws://relay", { name: "Ann", WebSocket: relay.WebSocket, clock: new ManualClock(), schemas });
    relay.socket.accept();
    const faults: Fault[] = [];
    ann.on("fault", (fault) => faults.push(fault));
    return { relay, ann, faults };
  }

  test("what does not match is not sent", async () => {
    const { relay, ann } = checked();
    const { state } = ann.hub("game-1");
    const ends = [
      outcomeOf(state.set("score", anything("high"))),
      outcomeOf(state.set({ score: 1, "cursor/3": anything({ x: "left" }) })),
    ];
    void state.set({ score: 1, "cursor/3": { x: 5 } });
    void ann.hub("other").state.set("score", "high");
    await settled();
    expect(ends.map(({ code }) => code)).toEqual(["invalid", "invalid"]);
    expect(relay.socket.inbox.length).toBe(2);
  });

  test("what does not match is missing, and reported as a fault with the room", () => {
    const { relay, ann, faults } = checked();
    const room = ann.hub("game-1");
    void room.join({ state: true });
    const values = { score: "high", "cursor/1": { x: 1 }, "cursor/2": { x: "left" }, other: 5 };
    relay.socket.deliver({ $state: { hub: "game-1", version: 3, whole: true, values } });
    expect(room.state.snapshot()).toEqual(anything({ "cursor/1": { x: 1 }, other: 5 }));
    expect(faults.map(({ code, room, issues }) => [code, room, issues[0]?.path])).toEqual([
      ["invalid", "game-1", []],
      ["invalid", "game-1", ["x"]],
    ]);
  });
});
