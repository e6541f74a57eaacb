import { describe, expect, test } from "bun:test";
import type { StateChange } from "../../src/index.ts";
import { connectingClient, faultOf, outcomeOf, readyClient, settled } from "../kit/scripted-client.ts";

type Frame = Record<string, unknown>;

/** Ann in the hub `game`, whose state she follows; version 10 is `{ score: 1 }`. */
async function game() {
  const scripted = readyClient();
  const { relay, ann } = scripted;
  const room = ann.hub("game");
  const changes: StateChange[] = [];
  room.state.on("change", (change) => changes.push(change));
  const joined = room.join({ state: true });
  const state = (frame: Frame) => relay.socket.deliver({ $state: { hub: "game", ...frame } });
  state({ version: 10, whole: true, values: { score: 1 } });
  relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
  await joined;
  changes.length = 0;
  const written = () => relay.socket.take("$set");
  return { ...scripted, room, changes, state, written };
}

describe("following", () => {
  test("R101: a join with `state` asks for it, and the map is there when the join resolves", async () => {
    const { relay, ann } = readyClient();
    const room = ann.broadcast("news");
    const joined = room.join({ state: true });
    const frame = relay.socket.take("cmd");
    expect(frame).toMatchObject({ cmd: "register_broadcast", bid: "news", $state: true });
    relay.socket.deliver({ $state: { bc: "news", version: 0, whole: true } });
    relay.socket.reply(frame, { count: 1 });
    await joined;
    expect([room.state.version, room.state.size, room.state.snapshot()]).toEqual([0, 0, {}]);
  });

  test("a part of the program that does not need state does not turn it off", async () => {
    const { relay, ann } = readyClient();
    void ann.hub("game").hold({ state: true });
    void ann.hub("game").hold({});
    void ann.hub("game").join({ state: false });
    expect(relay.socket.inbox.map(({ $state }) => $state)).toEqual([true, true, true]);
  });

  test("R102: changes arrive in the order of the messages, and the listeners are told which keys", async () => {
    const { room, state, changes } = await game();
    state({ version: 11, values: { score: 2, turn: "Bob" } });
    state({ version: 12, deleted: ["turn"] });
    expect(changes).toEqual([
      { keys: ["score", "turn"], version: 11, whole: false },
      { keys: ["turn"], version: 12, whole: false },
    ]);
    expect([...room.state]).toEqual([["score", 2]]);
    expect([room.state.has("turn"), room.state.get("turn")]).toEqual([false, undefined]);
  });

  test("entries() with a prefix", async () => {
    const { room, state } = await game();
    state({ version: 11, values: { "cursor/1": 1, "cursor/2": 2 } });
    expect([...room.state.entries("cursor/")]).toEqual([
      ["cursor/1", 1],
      ["cursor/2", 2],
    ]);
  });

  test("after a lost session the map stays until the new one is there; only what differs is a change", async () => {
    const { relay, room, changes, reconnect } = await game();
    const seen = room.state.snapshot();
    relay.socket.drop();
    expect(room.state.snapshot()).toBe(seen);
    reconnect();
    expect(relay.socket.take("joinHub").$state).toBe(true);
    relay.socket.deliver({ $state: { hub: "game", version: 900, whole: true, values: { score: 1, turn: "Cid" } } });
    expect(changes).toEqual([{ keys: ["turn"], version: 900, whole: true }]);
  });

  test("leaving empties it", async () => {
    const { room, changes } = await game();
    void room.leave();
    expect([changes, room.state.size, room.state.version]).toEqual([
      [{ keys: ["score"], version: 0, whole: true }],
      0,
      0,
    ]);
  });
});

describe("writing", () => {
  test("R104: one key, several keys at once, and removing", async () => {
    const { room, written } = await game();
    void room.state.set("a", { x: [1] });
    void room.state.set({ a: 1, b: undefined, c: null });
    void room.state.delete(["a", "b"]);
    void room.state.delete("c");
    void room.state.set("a", undefined);
    const hub = "game";
    expect([written(), written(), written(), written(), written()].map(({ $set }) => $set)).toEqual([
      { hub, values: { a: { x: [1] } } },
      { hub, values: { a: 1, c: null }, delete: ["b"] },
      { hub, delete: ["a", "b"] },
      { hub, delete: ["c"] },
      { hub, delete: ["a"] },
    ]);
  });

  test("R105, R106, R114: conditions, own keys and the term", async () => {
    const { room, written } = await game();
    void room.state.set({ a: 1, b: 2 }, { own: true, term: 3, unchangedSince: 10 });
    void room.state.delete("a", { unchangedSince: 0 });
    void room.state.increment("n", 5, { term: 0 });
    expect([written(), written(), written()].map(({ $set }) => $set)).toEqual([
      { hub: "game", values: { a: 1, b: 2 }, if: { a: 10, b: 10 }, term: 3, own: true },
      { hub: "game", delete: ["a"], if: { a: 0 } },
      { hub: "game", increment: { n: 5 }, term: 0 },
    ]);
  });

  test("the local value changes with the server's, never before it; then the promise resolves", async () => {
    const { relay, room, state, written } = await game();
    const set = outcomeOf(room.state.set("score", 2));
    const frame = written();
    expect(room.state.get("score")).toBe(1);
    state({ version: 11, values: { score: 2 } });
    expect(room.state.get("score")).toBe(2);
    relay.socket.reply(frame, { version: 11 });
    await settled();
    expect(set.value).toEqual({ version: 11 });
  });

  test("R108: for a slow reader, the promise waits until the change shows here", async () => {
    const { relay, room, state, written } = await game();
    const set = outcomeOf(room.state.set("score", 2));
    const sum = outcomeOf(room.state.increment("n"));
    relay.socket.reply(written(), { version: 11 });
    relay.socket.reply(written(), { version: 12, values: { n: 1 } });
    await settled();
    expect([set, sum]).toEqual([{}, {}]);
    state({ version: 12, values: { score: 2, n: 1 } });
    await settled();
    expect([set.value, sum.value]).toEqual([{ version: 11 }, 1]);
  });

  test("a write that was accepted resolves even if its change never arrives", async () => {
    const { relay, room, written } = await game();
    const set = outcomeOf(room.state.set("score", 2));
    relay.socket.reply(written(), { version: 11 });
    void room.leave();
    await settled();
    expect(set.value).toEqual({ version: 11 });
  });

  test("a member that does not follow writes without waiting for a change", async () => {
    const { relay, ann } = readyClient();
    const set = outcomeOf(ann.hub("game").state.set("score", 2));
    relay.socket.reply(relay.socket.take("$set"), { version: 5 });
    await settled();
    expect(set.value).toEqual({ version: 5 });
  });

  test("with ifConnected, a write made while disconnected is dropped", async () => {
    const { relay, room, reconnect } = await game();
    relay.socket.drop();
    const ends = [
      outcomeOf(room.state.set("score", 2, { ifConnected: true })),
      outcomeOf(room.state.increment("score", 2, { ifConnected: true })),
    ];
    await settled();
    expect(ends).toEqual([{ value: { version: 10, dropped: true } }, { value: 1 }]);
    reconnect();
    expect(relay.socket.has("$set")).toBe(false);
    void room.state.set("score", 2, { ifConnected: true });
    expect(relay.socket.has("$set")).toBe(true);
  });

  test("a write made while disconnected follows the join", () => {
    const { relay, ann } = connectingClient();
    void ann.hub("game").join({ state: true });
    void ann.hub("game").state.set("a", 1);
    relay.socket.accept();
    expect(relay.socket.inbox.map((frame) => Object.keys(frame)[1])).toEqual(["joinHub", "$set"]);
  });

  test.each(["stale-term", "not-owner", "state-full", "bad-state", "not-a-number", "not-member"] as const)(
    "a rejection is a fault: %s",
    async (code) => {
      const { relay, room, written } = await game();
      const fault = faultOf(room.state.set("score", 2));
      relay.socket.deliver({ $ref: written().$ref, $fault: { code, message: "no", retry: false } });
      expect(await fault).toMatchObject({ code, retry: false });
      expect(room.state.get("score")).toBe(1);
    },
  );
});

describe("update()", () => {
  test("R105: compare and set with the version of the copy", async () => {
    const { relay, room, state, written } = await game();
    const update = outcomeOf(room.state.update("score", (score) => Number(score) + 1));
    await settled();
    const frame = written();
    expect(frame.$set).toEqual({ hub: "game", values: { score: 2 }, if: { score: 10 } });
    state({ version: 11, values: { score: 2 } });
    relay.socket.reply(frame, { version: 11 });
    await settled();
    expect(update.value).toBe(2);
  });

  test("after a conflict it is called with the new value, which may arrive after the fault", async () => {
    const { relay, room, state, written } = await game();
    const update = outcomeOf(room.state.update("score", (score) => Number(score) * 10));
    await settled();
    relay.socket.deliver({ $ref: written().$ref, $fault: { code: "state-conflict", key: "score", version: 11 } });
    await settled();
    expect(relay.socket.has("$set")).toBe(false);
    state({ version: 11, values: { score: 7 } });
    await settled();
    const second = written();
    expect(second.$set).toEqual({ hub: "game", values: { score: 70 }, if: { score: 11 } });
    state({ version: 12, values: { score: 70 } });
    relay.socket.reply(second, { version: 12 });
    await settled();
    expect(update.value).toBe(70);
  });

  test("two updates of one client follow one another instead of conflicting; other keys do not wait", async () => {
    const { relay, room, state, written } = await game();
    const sums = [1, 2].map((by) => outcomeOf(room.state.update("score", (score) => Number(score) + by)));
    void room.state.update("other", () => 1);
    await settled();
    const first = written();
    expect([written().$set, relay.socket.has("$set")]).toMatchObject([{ values: { other: 1 } }, false]);
    state({ version: 11, values: { score: 2 } });
    relay.socket.reply(first, { version: 11 });
    await settled();
    const second = written();
    state({ version: 12, values: { score: 4 } });
    relay.socket.reply(second, { version: 12 });
    await settled();
    expect(sums.map(({ value }) => value)).toEqual([2, 4]);
  });

  test("nothing is written when fn returns undefined, and an error of fn is the caller's", async () => {
    const { relay, room } = await game();
    expect(await room.state.update("score", () => undefined)).toBe(1);
    const fault = await faultOf(
      room.state.update("score", () => {
        throw new TypeError("mine");
      }),
    );
    expect(fault.message).toContain("mine");
    expect(relay.socket.has("$set")).toBe(false);
    void room.state.update("score", () => 5);
    await settled();
    expect(relay.socket.has("$set")).toBe(true);
  });

  test("it waits for the first map, and rejects if the room is not followed or is left", async () => {
    const { relay, ann } = readyClient();
    const room = ann.hub("game");
    expect((await faultOf(room.state.update("a", () => 1))).code).toBe("invalid");
    void room.join({ state: true });
    const update = outcomeOf(room.state.update("a", (value) => (value === undefined ? 1 : 2)));
    await settled();
    expect(relay.socket.has("$set")).toBe(false);
    relay.socket.deliver({ $state: { hub: "game", version: 4, whole: true, values: { a: 0 } } });
    await settled();
    expect(relay.socket.take("$set").$set).toMatchObject({ values: { a: 2 }, if: { a: 4 } });
    const late = outcomeOf(ann.hub("other").state.update("a", () => 1));
    await settled();
    expect([update, late]).toEqual([{}, { code: "invalid" }]);
    const other = ann.hub("third");
    void other.join({ state: true });
    const left = outcomeOf(other.state.update("a", () => 1));
    await settled();
    void other.leave();
    await settled();
    expect(left.code).toBe("aborted");
  });

  test("it gives up after 100 conflicts", async () => {
    const { relay, room, state } = await game();
    const update = outcomeOf(room.state.update("score", () => 0));
    let attempts = 0;
    await settled();
    for (let version = 11; relay.socket.has("$set"); version++, attempts++) {
      const { $ref } = relay.socket.take("$set");
      state({ version, values: { score: version } });
      relay.socket.deliver({ $ref, $fault: { code: "state-conflict" } });
      await settled();
    }
    expect([attempts, update.code]).toEqual([100, "state-conflict"]);
  });
});
