import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startServer, type TestServer } from "../../../server/test/kit/server.ts";
import { type Client, connect, type Options } from "../../src/index.ts";
import { cloud } from "../../src/legacy.ts";
import { droppable } from "../kit/droppable.ts";
import { faultOf } from "../kit/scripted-client.ts";
import { until } from "../kit/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let rooms = 0;
const open: Client<object>[] = [];

/** Clients in a hub of their own, whose state all of them follow; the first is its host. */
async function players(count: number, options: Options<object>[] = []) {
  const path = `/state-${++rooms}`;
  const clients = Array.from({ length: count }, (_, at) =>
    connect<object>(server.ws(path), { name: `P${at}`, ...options[at] }),
  );
  open.push(...clients);
  const hubs = clients.map((client) => client.hub("game"));
  for (const hub of hubs) await hub.join({ state: true, options: { grace: 1_000 } });
  return { path, clients, hubs };
}

afterAll(() => {
  for (const client of open) client.close();
});

/** The element at that index, which exists. */
function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
}

describe("state on a real relay", () => {
  test("R104, R105: increments and compare-and-set of five clients at once lose nothing, and all see the same", async () => {
    const { hubs } = await players(5);
    const work = hubs.flatMap(({ state }) =>
      Array.from({ length: 20 }, () => [
        state.increment("sum", 2),
        state.update("list", (list) => [...(Array.isArray(list) ? list : []), 1]),
      ]),
    );
    await Promise.all(work.flat());
    const version = Math.max(...hubs.map(({ state }) => state.version));
    await until("the same version", () => hubs.every(({ state }) => state.version === version));
    for (const { state } of hubs) expect([state.get("sum"), state.get("list")]).toEqual([200, Array(100).fill(1)]);
  });

  test("R102: every member sees the same changes in the same order, with the messages", async () => {
    const { hubs } = await players(3);
    const seen = hubs.map((hub) => {
      const list: unknown[] = [];
      hub.state.on("change", () => list.push(hub.state.get("n")));
      hub.on("message", ({ data }) => list.push(`message ${Object(data).n}`));
      return list;
    });
    const writer = at(hubs, 0);
    for (let n = 0; n < 20; n++) {
      void writer.state.set("n", n);
      void writer.send({ n });
    }
    const both = Array.from({ length: 20 }, (_, n) => [n, `message ${n}`]).flat();
    await until("all changes", () => seen.every((list) => list.filter((one) => one === 19).length === 1));
    await until("all messages", () => seen.slice(1).every((list) => list.length === 40));
    expect(seen).toEqual([both.filter((one) => typeof one === "number"), both, both]);
  });

  test("R107: keys and values that are unusual come back as they were", async () => {
    const { hubs } = await players(2);
    const [a, b] = [at(hubs, 0), at(hubs, 1)];
    const values = JSON.parse('{"__proto__":{"x":1},"constructor":[],"ünï ✓":"\\u2028","a b":null,"e":1e-7}');
    await a.state.set(values);
    await until("the change", () => b.state.size === 5);
    expect(JSON.stringify(b.state.snapshot())).toBe(JSON.stringify(values));
    for (const key of ["", "\u0000", "x".repeat(129)])
      expect((await faultOf(a.state.set(key, 1))).code).toBe("bad-state");
    expect((await faultOf(a.state.set("big", "x".repeat(17_000)))).code).toBe("bad-state");
    expect((await faultOf(a.state.increment("constructor"))).code).toBe("not-a-number");
    expect((await faultOf(a.state.set("e", 2, { unchangedSince: 0 }))).code).toBe("state-conflict");
    expect(a.state.get("e")).toBe(1e-7);
  });
});

describe("drops", () => {
  test("R106, R108, R114: away, own keys stay; back, the difference is there, and the old term is worth nothing", async () => {
    const { WebSocket, drop } = droppable();
    const { clients, hubs } = await players(2, [{ WebSocket }]);
    const [ann, a, b] = [at(clients, 0), at(hubs, 0), at(hubs, 1)];
    await a.state.set("cursor", 1, { own: true });
    await a.state.set("score", 1, { term: a.term });
    expect([a.isHost, b.isHost]).toEqual([true, false]);
    const kept = a.state.get("cursor");
    const losses: unknown[] = [];
    ann.on("lost", (lost) => losses.push(lost));
    const { term } = a;
    // Offline until Bob is the host.
    await until("another host", () => {
      if (!b.isHost) drop();
      return b.isHost;
    });
    expect(b.state.get("cursor")).toBe(1);
    await b.state.set({ score: 2, turn: "P1" }, { term: b.term });
    const late = faultOf(a.state.set("score", 99, { term }));
    await until("the return", () => a.state.get("turn") === "P1");
    expect((await late).code).toBe("stale-term");
    expect([a.state.get("score"), a.isHost, a.host?.name, a.term, losses]).toEqual([2, false, "P1", b.term, []]);
    expect(a.state.get("cursor")).toBe(kept);
    void a.leave();
    await until("own keys are gone", () => !b.state.has("cursor"));
  }, 30_000);
});

describe("options", () => {
  test("R120, R121: a password, a capacity, a closed room; for members of every dialect", async () => {
    const path = `/state-${++rooms}`;
    const [ann, bob, cid] = ["Ann", "Bob", "Cid"].map((name) => connect(server.ws(path), { name }));
    const old = connect(server.ws(path), { name: "Old", dialect: cloud });
    if (!ann || !bob || !cid) throw new Error("no clients");
    open.push(ann, bob, cid, old);
    const options = { password: "secret", capacity: 2, seats: 1 };
    expect(await ann.hub("h").join({ state: true, seat: true, options })).toEqual({ count: 1, seat: 1 });
    expect((await faultOf(bob.hub("h").join())).code).toBe("room-password");
    expect((await faultOf(old.hub("h").join())).code).toBe("refused");
    expect(await bob.hub("h").join({ password: "secret", seat: true, state: true })).toEqual({
      count: 2,
      seat: undefined,
    });
    expect((await faultOf(cid.hub("h").join({ password: "secret" }))).code).toBe("room-full");
    expect((await faultOf(bob.hub("h").setOptions({ capacity: 3 }))).code).toBe("not-host");
    await ann.hub("h").setOptions({ capacity: 3, closed: true, grace: 1_200 });
    await until("the options", () => bob.hub("h").options.closed === true);
    expect(bob.hub("h").options).toEqual({ capacity: 3, seats: 1, password: true, closed: true, grace: 2_000 });
    expect((await faultOf(cid.hub("h").join({ password: "secret" }))).code).toBe("room-closed");
    await ann.hub("h").handOver();
    await until("the new host", () => bob.hub("h").isHost);
    await ann.hub("h").leave();
    await bob.hub("h").setOptions({ closed: false });
    expect(await cid.hub("h").join({ password: "secret", seat: true })).toEqual({ count: 2, seat: 1 });
  });
});

test("R130: latest-value messages and messages with a term arrive; receivers do not see the keys of the relay", async () => {
  const { hubs } = await players(2);
  const [a, b] = [at(hubs, 0), at(hubs, 1)];
  const heard: unknown[] = [];
  b.on("message", ({ data }) => heard.push(data));
  expect(await a.send({ x: 1 }, { latest: "pos", term: a.term })).toEqual({ taken: 1 });
  expect((await faultOf(a.send({ x: 2 }, { term: a.term + 1 }))).code).toBe("stale-term");
  await a.send({ x: 3 }, { ifConnected: true });
  await until("both", () => heard.length === 2);
  expect(heard).toEqual([{ x: 1 }, { x: 3 }]);
});
