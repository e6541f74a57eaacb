import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../src/config/config.ts";
import { natsClusterOptions } from "../kit/nats-cluster.ts";
import { startNats, startPlainNats } from "../kit/nats-server.ts";
import { type RecordedLog, recordedLog } from "../kit/recorded-log.ts";
import { startServer } from "../kit/server.ts";
import { until } from "../kit/wait.ts";

/** What a relay that cannot serve says at the end of its start. */
async function refusal(settings: Settings): Promise<string> {
  try {
    const server = await startServer({ node: "n1", ...settings });
    await server.stop();
    return "it started";
  } catch (error) {
    return String(error);
  }
}

/** A NATS with this configuration and a user of the name `relay`. */
async function configured(configuration: string) {
  const folder = mkdtempSync(join(tmpdir(), "achex-nats-"));
  const file = join(folder, "nats.conf");
  writeFileSync(file, configuration);
  const nats = await startNats("-c", file);
  return {
    url: nats.url.replace("//", "//relay:secret@"),
    async [Symbol.asyncDispose]() {
      await nats[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const waitsFor = (log: RecordedLog): string[] =>
  log.events.filter(({ message }) => message === "waiting for the cluster").map(({ fields }) => String(fields.cause));

const PUBLISH = ["achex.nodes", "achex.link.*", "achex.log.*", "$JS.API.>", "$KV.achex_nodes.>"];
const JETSTREAM = [
  "$JS.API.INFO",
  "$JS.API.STREAM.INFO.>",
  "$JS.API.STREAM.CREATE.KV_achex_nodes",
  "$JS.API.STREAM.MSG.GET.>",
];

describe("R165 a node whose log NATS refuses ends its start, with what to do", () => {
  const user = (
    publish: readonly string[],
    subscribe: readonly string[] = ["achex.nodes", "achex.link.*", "_INBOX.>"],
  ) =>
    `jetstream: enabled
     authorization: { users: [ { user: relay, password: secret, permissions: ${JSON.stringify({ publish, subscribe })} } ] }`;
  const without = (...taken: readonly string[]) => PUBLISH.filter((subject) => !taken.includes(subject));

  test.each([
    ["to create its streams", user([...without("$JS.API.>"), ...JETSTREAM]), "STREAM.CREATE.achex_log_"],
    [
      "to read them",
      user([...without("$JS.API.>"), ...JETSTREAM, "$JS.API.STREAM.CREATE.>"]),
      "CONSUMER.CREATE.achex_log_",
    ],
    [
      "to ask for what is in them",
      user([...without("$JS.API.>"), ...JETSTREAM, "$JS.API.STREAM.CREATE.>", "$JS.API.CONSUMER.CREATE.>"]),
      "CONSUMER.MSG.NEXT.achex_log_",
    ],
    ["to append", user(without("achex.log.*")), 'Publish to "achex.log.'],
    ["to lease session ids", user(without("$KV.achex_nodes.>")), 'Publish to "$KV.achex_nodes.session-block'],
    ["to announce itself", user(without("achex.nodes")), 'Publish to "achex.nodes"'],
    ["to hear the others", user(PUBLISH, ["achex.link.*", "_INBOX.>"]), 'Subscription to "achex.nodes"'],
  ])(
    "no permission %s",
    async (_, configuration, violation) => {
      await using nats = await configured(configuration);
      const text = await refusal({ cluster: nats.url });
      expect(text).toContain("the user has not the permissions of docs/scaling.md#set-it-up in NATS: ");
      expect(text).toContain(violation);
      expect(text).not.toContain("secret");
    },
    30_000,
  );

  test("JetStream is off, for all or for the account", async () => {
    await using off = await startPlainNats();
    await using account = await configured(
      `jetstream: enabled
       accounts { A { users: [ { user: relay, password: secret } ] }, B { jetstream: enabled } }`,
    );
    expect(await refusal({ cluster: account.url })).toContain(
      "JetStream is off for the account of this user in NATS; ",
    );
    expect(await refusal({ cluster: off.url })).toContain("NATS runs without JetStream; start nats-server with -js");
  }, 30_000);

  test("there is no space for the log", async () => {
    await using small = await configured(
      "jetstream { max_file_store: 100MB }\nauthorization { user: relay, password: secret }",
    );
    expect(await refusal({ cluster: small.url })).toContain("JetStream of NATS has no space left (insufficient");
  }, 30_000);

  test("NATS has fewer servers than are to store the log", async () => {
    const [first = [], second = []] = await natsClusterOptions(2);
    await using one = await startNats(...first);
    await using two = await startNats(...second);
    expect(await refusal({ cluster: `${one.url},${two.url}`, "cluster-replicas": "3" })).toContain(
      "NATS has fewer than 3 servers with JetStream to store the log; add some, or lower --cluster-replicas",
    );
    expect(await refusal({ cluster: one.url, "cluster-replicas": "1" })).toBe("it started");
  }, 60_000);
});

describe("R165 a node waits for a NATS that is not there yet, and says for what", () => {
  test("nothing listens", async () => {
    await using nats = await startNats();
    await nats.kill();
    const log = recordedLog();
    const starting = startServer({ node: "n1", cluster: nats.url }, log);
    await until("it to wait", () => waitsFor(log).length > 0);
    await nats.restart();
    await (await starting).stop();
    expect(waitsFor(log)).toEqual([expect.stringMatching(/^nothing listens at .*; start nats-server, or correct/)]);
  }, 30_000);

  test("servers of NATS that have no leader, and then one too few", async () => {
    const [first = [], second = [], third = []] = await natsClusterOptions(3);
    await using one = await startNats(...first);
    const log = recordedLog();
    const starting = startServer({ node: "n1", cluster: one.url }, log);
    await until("it to wait", () => waitsFor(log).length > 0);
    expect(waitsFor(log)).toEqual([
      "JetStream of NATS does not answer; its servers have no leader yet, or too few of them are there",
    ]);
    await using _two = await startNats(...second);
    await using _three = await startNats(...third);
    await (await starting).stop();
  }, 60_000);
});
