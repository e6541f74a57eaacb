import { expect, test } from "bun:test";
import type { JsonObject } from "@achex/protocol";
import { connect } from "@nats-io/transport-node";
import { Achex2Socket } from "../kit/achex2-socket.ts";
import { startCluster } from "../kit/cluster.ts";
import { until } from "../kit/wait.ts";

/** Parts of subjects, wildcards, paths, keys, and ends of texts. */
const NAMES = [
  ".",
  "*",
  ">",
  "a",
  "a.b",
  "a.*",
  "a.>",
  "achex.nodes",
  "achex.link.*",
  "$JS.API.>",
  "_INBOX.>",
  "achex_log_0",
  " ",
  " a ",
  "a b",
  "__proto__",
  "constructor",
  "%00",
  "\\0",
  '"',
  "'; drop table channels; --",
  "\u2028",
  "\ufeff",
  "\ud800",
  "\ud801",
  "💥",
  "💥".repeat(32),
  "a".repeat(128),
];

/** The subjects that nodes use, and those of JetStream, its bucket and the answers to one connection. */
const SUBJECT =
  /^(achex\.(nodes|link\.[0-9a-f]{24}|log\.[0-3])|\$JS\.[\w.$*>-]+|\$KV\.achex_nodes\.session-block|_INBOX\.\w+(\.\w+)?)$/;

/** The messages among what a client received. */
const messagesOf = (client: Achex2Socket | undefined): JsonObject[] =>
  client?.messages.filter((frame) => "FROM" in frame) ?? [];

const path = (instance: string) => `/${encodeURIComponent(instance)}`;

test("N1 K9 R160 names that NATS could take for wildcards reach exactly those who have them, and no subject has any of a client's text", async () => {
  await using cluster = await startCluster(2, { keep: "hub:*" });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  const spy = await connect({ servers: cluster.nats.url });
  const subjects = new Set<string>();
  spy.subscribe(">", { callback: (_, { subject }) => void subjects.add(subject) });
  const sender = await Achex2Socket.open(one.ws("/main"), "sender");
  const members = await Promise.all(NAMES.map((name) => Achex2Socket.open(two.ws("/main"), name)));
  const strangers = await Promise.all(NAMES.map((name) => Achex2Socket.open(two.ws("/other"), name)));
  for (const [index, hub] of NAMES.entries())
    for (const group of [members, strangers]) await group[index]?.result({ joinHub: hub });
  for (const [n, name] of NAMES.entries()) {
    expect([name, (await sender.result({ to: name, n })).taken]).toEqual([name, 1]);
    expect([name, (await sender.result({ toH: name, hub: n })).taken]).toEqual([name, 1]);
  }
  for (const [index, name] of NAMES.entries()) {
    await until(`messages to ${name}`, () => messagesOf(members[index]).length >= 2);
    expect(messagesOf(members[index])).toMatchObject([
      { to: name, n: index },
      { toH: name, hub: index },
    ]);
  }
  // Each hub is kept with a history of its own, unless its name cannot be stored as it is.
  for (const [index, hub] of NAMES.entries()) {
    if (!hub.isWellFormed()) continue;
    await sender.result({ joinHub: hub });
    const { messages } = await sender.result({ $history: { hub, last: 10 } });
    expect(messages).toMatchObject([{ toH: hub, hub: index }]);
  }
  expect(strangers.flatMap(messagesOf)).toEqual([]);
  for (const client of [...members, ...strangers]) client.close();
  const pairs = NAMES.filter((name) => name.isWellFormed() && name !== "." && name !== "main").map(
    async (instance, n) => {
      const here = await Achex2Socket.open(one.ws(path(instance)), "here");
      const there = await Achex2Socket.open(two.ws(path(instance)), "there");
      await there.result({ joinHub: "h" });
      await here.result({ joinHub: "h" });
      return { here, there, n };
    },
  );
  const instances = await Promise.all(pairs);
  for (const { here, n } of instances) {
    expect((await here.result({ to: "there", n })).taken).toBe(1);
    expect((await here.result({ toH: "h", n })).taken).toBe(1);
  }
  for (const { there, n } of instances) {
    await until("both messages", () => messagesOf(there).length >= 2);
    expect(messagesOf(there).map((message) => message.n)).toEqual([n, n]);
  }
  expect([...subjects].filter((subject) => !SUBJECT.test(subject))).toEqual([]);
  expect(subjects.size).toBeGreaterThan(3);
  for (const { here, there } of instances) for (const client of [here, there]) client.close();
  sender.close();
  await spy.close();
}, 60_000);
