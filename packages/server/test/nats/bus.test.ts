import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { connectNats } from "../../src/bus/nats.ts";
import { type BusSettings, NoQuorum } from "../../src/bus.ts";
import { busContract } from "../contract/bus.ts";
import { listen, logContract } from "../contract/bus-log.ts";
import { type NatsServer, startNats } from "../kit/nats-server.ts";
import { until } from "../kit/wait.ts";

let nats: NatsServer;
beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats[Symbol.asyncDispose]());

const settingsOf = (url: string, login: BusSettings["login"] = {}): BusSettings => ({
  servers: [new URL(url).host],
  cluster: "test",
  login,
  ca: undefined,
  usesTls: false,
  replicas: 3,
  failed() {},
  logFailed() {},
});

describe("bus: NATS", () => {
  busContract({
    open: async () => (await connectNats(settingsOf(nats.url))).open,
    // The last frame of each connection is followed by one to itself, which arrives after it.
    async settle(nodes) {
      for (const { bus } of nodes) bus.announce(new TextEncoder().encode("end"));
      for (const one of nodes)
        await until("the ends", () => one.heard.filter((frame) => frame === "end").length >= nodes.length - 1);
      for (const { heard } of nodes) heard.splice(0, heard.length, ...heard.filter((frame) => frame !== "end"));
    },
  });
});

describe("log: JetStream", () => {
  let tests = 0;
  logContract(async () => {
    const cluster = `log${++tests}`;
    return {
      open: async () => (await connectNats({ ...settingsOf(nats.url), cluster })).open,
      flush() {},
      async [Symbol.asyncDispose]() {},
    };
  });
});

test("R165 readers miss nothing when NATS ends and comes back; what is appended meanwhile is rejected", async () => {
  await using server = await startNats();
  const settings = { ...settingsOf(server.url), cluster: "again" };
  let connections = 0;
  const owner = { connected: () => void connections++, disconnected() {}, received() {} };
  const bus = (await connectNats(settings)).open(owner);
  const heard = listen(bus, 0, 0);
  await until("the log", () => heard.began.length > 0);
  const append = (n: number) => bus.append(0, new TextEncoder().encode(`${n}`), `${n}`);
  for (let n = 1; n <= 20; n++) await append(n);
  await server.kill();
  await expect(append(21)).rejects.toBeInstanceOf(NoQuorum);
  await server.restart();
  await until("another connection", () => connections === 2);
  await until("the log again", () => heard.began.length === 2);
  for (let n = 21; n <= 40; n++) await append(n);
  await until("all entries", () => heard.entries.length >= 40);
  expect(heard.entries.map(({ position }) => position)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  expect(heard.lost).toEqual([]);
  await bus.close();
});

test("R165 a reader that the server of its part of NATS no longer serves goes on after a few seconds", async () => {
  const settings = { ...settingsOf(nats.url), cluster: "silent" };
  const bus = (await connectNats(settings)).open({ connected() {}, disconnected() {}, received() {} });
  const heard = listen(bus, 0, 0);
  const append = (n: number) => bus.append(0, new TextEncoder().encode(`${n}`), `${n}`);
  await until("the log", () => heard.began.length > 0);
  await append(1);
  await until("the first entry", () => heard.entries.length === 1);
  // As when another server than that of the connection dies, which had the consumer.
  const connection = await connect({ servers: [...settings.servers] });
  const { consumers } = await jetstreamManager(connection);
  for await (const { stream_name: stream, name } of consumers.list("silent_log_0"))
    await consumers.delete(stream, name);
  await append(2);
  await until("the second entry", () => heard.entries.length === 2, 10_000);
  await connection.close();
  await bus.close();
}, 30_000);

describe("who may use the NATS of a cluster", () => {
  const refused = async (url: string, login: BusSettings["login"]): Promise<boolean> => {
    try {
      await connectNats(settingsOf(url, login));
      return false;
    } catch {
      return true;
    }
  };

  test("a password is needed where NATS has one", async () => {
    await using server = await startNats("--user", "relay", "--pass", "secret");
    expect(await refused(server.url, {})).toBe(true);
    expect(await refused(server.url, { user: "relay", password: "wrong" })).toBe(true);
    const { open } = await connectNats(settingsOf(server.url, { user: "relay", password: "secret" }));
    await open({ connected() {}, disconnected() {}, received() {} }).close();
  });

  test("and so is a token", async () => {
    await using server = await startNats("--auth", "secret");
    expect(await refused(server.url, { token: "wrong" })).toBe(true);
    const { open } = await connectNats(settingsOf(server.url, { token: "secret" }));
    await open({ connected() {}, disconnected() {}, received() {} }).close();
  });
});

test("L4 a NATS that takes less at once than nodes send is refused, with what to change", async () => {
  const folder = mkdtempSync(join(tmpdir(), "achex-nats-"));
  writeFileSync(join(folder, "nats.conf"), "max_payload: 65536");
  await using server = await startNats("-c", join(folder, "nats.conf"));
  await expect(connectNats(settingsOf(server.url))).rejects.toThrow("set its max_payload to 1MB");
  rmSync(folder, { recursive: true, force: true });
});
