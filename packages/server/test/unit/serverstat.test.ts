import { describe, expect, test } from "bun:test";
import type { Dialect } from "@achex/protocol";
import type { Auth, LoginRequest, Verdict } from "../../src/auth.ts";
import { SERVERSTAT_ENTRIES } from "../../src/node/serverstat-listings.ts";
import { createMemoryNode, defaultLimits, type MemoryConnection, type MemoryNode } from "../kit/node.ts";

interface Entry {
  readonly username: string;
  readonly hub: string;
  readonly session: number;
}

/** A session of the instance `i` that has logged in, with nothing left to read. */
function named(memory: MemoryNode, login: object, dialect: Dialect = "cloud"): MemoryConnection {
  const client = memory.connect({ dialect, instance: "i" });
  client.send(JSON.stringify(login));
  client.socket.flush();
  return client;
}

function ask(client: MemoryConnection): readonly Entry[] | undefined {
  client.send('{"serverstat":true}');
  const [text] = client.socket.flush();
  return text === undefined ? undefined : JSON.parse(text).users;
}

const crowd = (memory: MemoryNode, size: number): void => {
  for (let i = 0; i < size; i++) named(memory, { auth: `n${i}` });
};

describe("[C15] the work and the price of a serverstat", () => {
  test("a listing is written once for any number of askers, and again when a name or a hub has changed", () => {
    const memory = createMemoryNode();
    const { serverstat } = memory.node.core;
    crowd(memory, 20);
    const [ann, bob] = [named(memory, { auth: "Ann" }), named(memory, { auth: "Bob" })];
    for (let i = 0; i < 50; i++) ask(i % 2 ? ann : bob);
    expect(serverstat.steps).toBe(22);
    ann.send('{"joinHub":"h"}');
    ann.socket.flush();
    expect(ask(ann)?.slice(0, 2)).toEqual([
      { username: "Ann", hub: "h", session: 21 },
      { username: "n0", hub: "", session: 1 },
    ]);
    ann.send('{"auth":"Bea"}');
    ann.socket.flush();
    expect(ask(ann)?.[0]).toEqual({ username: "Bea", hub: "h", session: 21 });
    expect(serverstat.steps).toBe(66);
    ann.send('{"cmd":"register_broadcast","bid":"b"}{"bc":"b"}');
    ask(ann);
    expect(serverstat.steps).toBe(66);
  });

  test("wherever the asker is in the list, its entries come first and those of others keep their order", () => {
    const memory = createMemoryNode();
    const clients = ["Ann", "Bob", "Cid"].map((auth) => named(memory, { auth }));
    clients[1]?.send('{"joinHub":"x"}');
    clients[1]?.send('{"joinHub":"y"}');
    clients[1]?.socket.flush();
    const seen = clients.map((client) => ask(client)?.map(({ username, hub }) => username + hub));
    expect(seen).toEqual([
      ["Ann", "Bobx", "Boby", "Cid"],
      ["Bobx", "Boby", "Ann", "Cid"],
      ["Cid", "Ann", "Bobx", "Boby"],
    ]);
  });

  test("who has just come or gone is in the list at once", () => {
    const memory = createMemoryNode();
    const ann = named(memory, { auth: "Ann" });
    const bob = named(memory, { auth: "Bob" });
    expect(ask(ann)).toHaveLength(2);
    const cid = named(memory, { auth: "Cid" });
    expect(ask(bob)?.map(({ username }) => username)).toEqual(["Bob", "Ann", "Cid"]);
    cid.end();
    expect(ask(ann)?.map(({ session }) => session)).toEqual([1, 2]);
  });

  test("in a crowd of 3,000 the work ends with 1,000 entries, and the asker is on top wherever it would be", () => {
    const memory = createMemoryNode();
    crowd(memory, 3_000);
    const ann = named(memory, { auth: "Ann" });
    const users = ask(ann);
    expect(users).toHaveLength(SERVERSTAT_ENTRIES);
    expect(users?.[0]).toEqual({ username: "Ann", hub: "", session: 3_001 });
    expect(new Set(users?.map(({ session }) => session)).size).toBe(SERVERSTAT_ENTRIES);
    expect(memory.node.core.serverstat.steps).toBe(SERVERSTAT_ENTRIES);
  });

  test("a session of a service has two names and is listed once, by its own", () => {
    const auth: Auth = {
      login: ({ login: { name, tag, as } }: LoginRequest): Verdict => ({
        ok: true,
        name: tag ?? name,
        service: as === "service" ? { name, delivery: "all" } : undefined,
      }),
      nameTaken() {},
      nameReleased() {},
      accountsChanged: () => false,
      isCurrent: () => true,
    };
    const memory = createMemoryNode({ auth });
    named(memory, { serviceID: "calc", passwd: "p", idtag: "calc-1" });
    const ann = named(memory, { auth: "Ann" });
    expect(ask(ann)).toEqual([
      { username: "Ann", hub: "", session: 2 },
      { username: "calc-1", hub: "", session: 1 },
    ]);
  });

  test.each<Dialect>(["classic", "cloud", "achex.2"])(
    "[L2 R24] in %s the asker is charged the bytes of the answer",
    (dialect) => {
      const memory = createMemoryNode({ limits: { ...defaultLimits, bytesPerSecond: 20_000 } });
      for (let i = 0; i < 200; i++) named(memory, { auth: "n".repeat(100) });
      const ann = named(memory, { setID: "Ann" }, dialect);
      for (let i = 0; i < 10; i++) ann.send('{"serverstat":true}');
      // An answer has about 29 kB, and 40 kB may be used at once.
      expect(ann.socket.flush()).toHaveLength(2);
      // Others do not pay for it.
      expect(ask(named(memory, { auth: "Bob" }))).toHaveLength(202);
      memory.seconds(60);
      expect(ann.socket.flush()).toHaveLength(8);
    },
  );

  test("in one turn of the event loop a session gets no more large answers than its share of the turn allows", () => {
    const memory = createMemoryNode();
    crowd(memory, 1_500);
    const ann = named(memory, { auth: "Ann" });
    memory.clock.hasLongTurns = true;
    for (let i = 0; i < 100; i++) ann.send('{"serverstat":true}');
    const atOnce = ann.socket.flush();
    // An answer has about 45 kB, which is 11 units, and a session's share is 256 units.
    expect(atOnce.length).toBeLessThan(30);
    expect(atOnce.length).toBeGreaterThan(10);
    memory.clock.allTurns();
    expect(atOnce.length + ann.socket.flush().length).toBe(100);
  });

  test("a session with more hubs than fit fills the list, and no more", () => {
    const memory = createMemoryNode({ limits: { ...defaultLimits, channels: 0, framesPerSecond: 0 } });
    const ann = named(memory, { auth: "Ann" });
    const bob = named(memory, { auth: "Bob" });
    for (let i = 0; i < 1_200; i++) bob.send(`{"joinHub":"h${i}"}`);
    bob.socket.flush();
    expect(ask(ann)?.map(({ username }) => username)).toEqual(["Ann", ...Array<string>(999).fill("Bob")]);
    expect(ask(bob)?.map(({ hub }) => hub)).toEqual(Array.from({ length: 999 }, (_, i) => `h${i}`).concat(""));
  });

  test("listings are not kept longer than until the next tick", () => {
    const memory = createMemoryNode();
    const ann = named(memory, { auth: "Ann" });
    ask(ann);
    memory.seconds(1);
    ask(ann);
    expect(memory.node.core.serverstat.steps).toBe(2);
  });
});
