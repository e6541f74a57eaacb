import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isJsonObject, type JsonObject } from "@achex/protocol";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { KeptFolder } from "../../src/keep/maintenance.ts";
import { Achex2Socket } from "../kit/achex2-socket.ts";
import { type NatsServer, startNats } from "../kit/nats-server.ts";
import { RestartingRelay } from "../kit/restarting-relay.ts";
import { until } from "../kit/wait.ts";

const hub = "k";
const follow = { joinHub: hub, $state: true };

/** The version of a kept room, as the folder of a relay has it; undefined if it has none. */
function storedVersion(relay: RestartingRelay): number | undefined {
  using folder = KeptFolder.open(relay.data);
  return folder?.state({ instance: "root", kind: "hub", name: hub })?.version;
}

/** Every log of the cluster loses all that it holds; its positions go on. */
async function purgeLogs(nats: NatsServer): Promise<void> {
  const connection = await connect({ servers: nats.url });
  const { streams } = await jetstreamManager(connection);
  for await (const name of streams.names()) if (name.includes("_log_")) await streams.purge(name);
  await connection.close();
}

describe("relays over NATS that are killed", () => {
  let nats: NatsServer;
  let relays: readonly [RestartingRelay, RestartingRelay];
  const connectTo = (relay: RestartingRelay, name: string) => Achex2Socket.open(relay.url, name);
  beforeAll(async () => {
    nats = await startNats();
    const start = (node: string) =>
      RestartingRelay.start({ cluster: nats.url, node, keep: "hub:k state=true,hub:m*", "resume-window": 0 });
    relays = await Promise.all([start("n1"), start("n2")]);
  }, 60_000);
  afterAll(async () => {
    for (const relay of relays) await relay[Symbol.asyncDispose]();
    await nats[Symbol.asyncDispose]();
  });
  const kill = async (relay: RestartingRelay): Promise<void> => {
    relay.signal("SIGKILL");
    await relay.stopped();
  };
  /** What a client that begins to follow is sent. */
  async function stateAt(relay: RestartingRelay): Promise<JsonObject> {
    const reader = await connectTo(relay, "Reader");
    await reader.result({ ...follow, $host: false });
    const [state = {}] = reader.messages.flatMap(({ $state }): JsonObject[] => (isJsonObject($state) ? [$state] : []));
    reader.close();
    return state;
  }

  test("R148 R165 a relay that was killed has the state of a kept room after its start, also what was written without it", async () => {
    const [one, other] = relays;
    const [ann, bob] = [await connectTo(one, "Ann"), await connectTo(other, "Bob")];
    for (const client of [ann, bob]) await client.result(follow);
    for (let n = 0; n < 20; n++) await ann.result({ $set: { hub, values: { [`a${n % 4}`]: n } } });
    await ann.result({ $set: { hub, values: { mine: 1 }, own: true } });
    await kill(one);
    const written = await bob.result({ $set: { hub, values: { b: 1 }, increment: { a0: 100 } } });
    await one.start();
    await until("the keys of the dead node to be gone", async () => !("mine" in Object((await stateAt(other)).values)));
    const state = await stateAt(one);
    expect(state.values).toEqual({ a0: 116, a1: 17, a2: 18, a3: 19, b: 1 });
    expect(Number(state.version)).toBeGreaterThan(Number(written.version));
    expect(await stateAt(other)).toEqual(state);
    bob.close();
  }, 60_000);

  test("R140 R169 all confirmed messages are in the history of a relay that was killed", async () => {
    const [one, other] = relays;
    const ann = await connectTo(one, "Ann");
    const results = Array.from({ length: 200 }, (_, n) => ann.ask({ toH: "m1", n }));
    const seqs: unknown[] = [];
    for (const result of results) {
      const { $result } = await result;
      if (isJsonObject($result)) seqs.push($result.seq);
      if (seqs.length === 150) break;
    }
    await kill(one);
    await one.start();
    const [here, there] = await Promise.all(
      [one, other].map(async (relay) => {
        const reader = await connectTo(relay, "Reader");
        await reader.result({ joinHub: "m1" });
        const history = await reader.result({ $history: { hub: "m1", last: 200 } });
        reader.close();
        return history;
      }),
    );
    expect(seqs).toEqual(Array.from({ length: 150 }, (_, n) => n + 1));
    expect(Number(here?.head)).toBeGreaterThanOrEqual(150);
    const messages: unknown = here?.messages;
    expect((Array.isArray(messages) ? messages : []).slice(0, 150).map(({ n }) => n)).toEqual(
      Array.from({ length: 150 }, (_, n) => n),
    );
    expect(there).toEqual(here);
  }, 60_000);

  test("R148 R165 relays that were all killed go on from what they have stored, although the log no longer has it", async () => {
    const [one, other] = relays;
    const ann = await connectTo(one, "Ann");
    await ann.result(follow);
    const { version } = await ann.result({ $set: { hub, values: { last: "word" } } });
    await until("both to have stored it", () => relays.every((relay) => storedVersion(relay) === version));
    for (const relay of relays) await kill(relay);
    await purgeLogs(nats);
    await Promise.all(relays.map((relay) => relay.start()));
    const state = await stateAt(other);
    expect(state.values).toMatchObject({ last: "word", a1: 17 });
    const bob = await connectTo(one, "Bob");
    await bob.result(follow);
    const written = await bob.result({ $set: { hub, values: { last: "and more" } } });
    expect(Number(written.version)).toBeGreaterThan(Number(version));
    expect((await stateAt(other)).values).toMatchObject({ last: "and more", a1: 17 });
    bob.close();
  }, 60_000);
});
