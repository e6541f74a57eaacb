import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isJsonObject, type JsonObject } from "@achex/protocol";
import { storeAccount } from "../kit/accounts.ts";
import { Achex2Socket } from "../kit/achex2-socket.ts";
import { TestClient } from "../kit/client.ts";
import { startCluster, type TestCluster } from "../kit/cluster.ts";
import { until } from "../kit/wait.ts";

describe("kept channels of a cluster", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster(3, { keep: "hub:k*, name:calc", auth: "claim" });
  }, 60_000);
  afterAll(() => cluster[Symbol.asyncDispose]());
  const connect = (node: number, name: string) => Achex2Socket.open(cluster.node(node).ws("/kept"), name);
  const historyOf = async (client: Achex2Socket, hub: string): Promise<JsonObject> => {
    await client.result({ joinHub: hub });
    return client.result({ $history: { hub, last: 200 } });
  };

  test("R140 R142 R169 what clients of all nodes send at once has one order, and the history is the same on each node", async () => {
    const clients = await Promise.all([1, 2, 3].map((node) => connect(node, `at${node}`)));
    const hub = "k-order";
    for (const client of clients) await client.result({ joinHub: hub });
    const results = await Promise.all(
      clients.flatMap((client, node) => Array.from({ length: 30 }, (_, n) => client.result({ toH: hub, node, n }))),
    );
    expect(results.map(({ taken }) => taken)).toEqual(results.map(() => 2));
    expect(results.map(({ seq }) => seq).toSorted((one, other) => Number(one) - Number(other))).toEqual(
      Array.from({ length: 90 }, (_, n) => n + 1),
    );
    for (const client of clients)
      await until("all messages of the others", () => client.messages.filter(({ toH }) => toH === hub).length === 60);
    for (const [index, client] of clients.entries()) {
      const seqs = client.messages.filter(({ toH }) => toH === hub).map(({ $seq }) => Number($seq));
      expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
      for (const other of [0, 1, 2].filter((one) => one !== index))
        expect(client.messages.filter(({ node }) => node === other).map(({ n }) => n)).toEqual(
          Array.from({ length: 30 }, (_, n) => n),
        );
    }
    const [first, ...others] = await Promise.all(
      clients.map((client) => client.result({ $history: { hub, last: 200 } })),
    );
    expect(first?.messages).toHaveLength(90);
    const timeless = (text: unknown) => JSON.stringify(text);
    for (const other of others) expect(timeless(other)).toBe(timeless(first));
    for (const client of clients) client.close();
  }, 30_000);

  test("R140 R141 R169 several members at each node, and of each dialect, receive a message once and count once", async () => {
    const members = await Promise.all([1, 1, 2, 2, 3, 3].map((node, index) => connect(node, `several${index}`)));
    const hub = "k-several";
    for (const client of members) await client.result({ joinHub: hub });
    using old = await TestClient.cloud(cluster.node(2).ws("/kept"), "old");
    old.send({ joinHub: hub });
    await old.expect('{"joinHub":"OK"}');
    for (const [index, client] of members.entries())
      expect(await client.result({ toH: hub, n: index + 1 })).toMatchObject({ seq: index + 1, taken: 6 });
    for (const [index, client] of members.entries()) {
      const wanted = members.map((_, at) => at + 1).filter((n) => n !== index + 1);
      const heard = () => client.messages.filter(({ toH }) => toH === hub).map(({ n }) => n);
      await until("the messages of the others", () => heard().length >= wanted.length);
      await client.result({ $members: { hub } });
      expect(heard()).toEqual(wanted);
      client.close();
    }
    for (let n = 1; n <= members.length; n++) expect(await old.json()).toMatchObject({ toH: hub, n });
  }, 30_000);

  test("R163 R169 a message for a service whose sessions take turns is taken by one, from whichever node it comes", async () => {
    await storeAccount(cluster.accounts, "service", "calc", "pw", "one");
    const workers: Achex2Socket[] = [];
    for (const node of [1, 2, 2, 3]) {
      const worker = await connect(node, "worker");
      await until("the service to log in", async () => {
        const reply = await worker.ask({ serviceID: "calc", passwd: "pw" });
        return reply.$result !== undefined;
      });
      workers.push(worker);
    }
    const [ann, bob] = [await connect(1, "Ann"), await connect(3, "Bob")];
    for (let n = 0; n < 8; n++) expect(await ann.result({ to: "calc", n })).toEqual({ taken: 1, seq: n + 1 });
    const heard = () => workers.map(({ messages }) => messages.filter(({ to }) => to === "calc").map(({ n }) => n));
    await until("the jobs", () => heard().flat().length >= 8);
    expect(heard().map(({ length }) => length)).toEqual([2, 2, 2, 2]);
    expect(await bob.result({ to: "calc", n: 8 })).toEqual({ taken: 1, seq: 9 });
    expect(await bob.result({ to: "calc", n: 9, $id: "x" })).toEqual({ taken: 1, seq: 10 });
    await until("all jobs", () => heard().flat().length >= 10);
    expect(heard().flat().toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => n));
    for (const client of [...workers, ann, bob]) client.close();
  }, 30_000);

  test("R146 R169 a message with an id that was sent at another node is not delivered again", async () => {
    const [ann, again, bob] = [await connect(1, "Ann"), await connect(2, "Ann"), await connect(3, "Bob")];
    for (const hub of ["k-ids", "plain"]) {
      await bob.result({ joinHub: hub });
      const first = await ann.result({ toH: hub, $id: "x1", n: 1 });
      expect(first).toMatchObject({ taken: 1 });
      expect(await again.result({ toH: hub, $id: "x1", n: 1 })).toEqual({ ...first, duplicate: true });
      expect(await again.result({ toH: hub, $id: "x2", n: 2 })).toMatchObject({ taken: 1 });
      await until("the second", () => bob.messages.some(({ toH, n }) => toH === hub && n === 2));
      expect(bob.messages.filter(({ toH }) => toH === hub).map(({ n }) => n)).toEqual([1, 2]);
    }
    for (const client of [ann, again, bob]) client.close();
  });

  test("R165 R169 without NATS a kept message is rejected with no-quorum, plain ones and the history go on; with it again, so do kept ones", async () => {
    const [ann, bob] = [await connect(1, "Ann"), await connect(1, "Bob")];
    for (const hub of ["k-cut", "plain-cut"]) await bob.result({ joinHub: hub });
    expect(await ann.result({ toH: "k-cut", n: 1 })).toMatchObject({ seq: 1, taken: 1 });
    await cluster.nats.kill();
    expect(await ann.fault({ toH: "k-cut", n: 2 })).toBe("no-quorum");
    expect(await ann.result({ toH: "plain-cut", n: 3 })).toMatchObject({ taken: 1 });
    expect(await historyOf(bob, "k-cut")).toMatchObject({ head: 1 });
    await cluster.nats.restart();
    await cluster.joined();
    let seq: unknown;
    await until("a kept message again", async () => {
      const reply = await ann.ask({ toH: "k-cut", n: 4 });
      if (isJsonObject(reply.$result)) seq = reply.$result.seq;
      return seq !== undefined;
    });
    const late = await connect(3, "Cid");
    expect(await historyOf(late, "k-cut")).toMatchObject({ head: seq });
    for (const client of [ann, bob, late]) client.close();
  }, 30_000);
});
