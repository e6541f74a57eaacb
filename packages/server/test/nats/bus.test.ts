import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectNats } from "../../src/bus/nats.ts";
import type { BusSettings } from "../../src/bus.ts";
import { busContract } from "../contract/bus.ts";
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
  failed() {},
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
