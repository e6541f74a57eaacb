import { describe, expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { createMemoryNode, defaultLimits } from "../kit/node.ts";
import { startServer } from "../kit/server.ts";
import { until } from "../kit/wait.ts";

describe("L6: --max-channels", () => {
  /** Joins hubs until one join fails; returns how many it is in. */
  async function joinAll(client: TestClient, most: number): Promise<number> {
    for (let n = 0; n <= most; n++) {
      client.send({ joinHub: `hub ${n}` });
      if ((await client.next()) === '{"joinHub":"FAILED"}') return n;
    }
    return Number.POSITIVE_INFINITY;
  }

  test("C7a: the 101st hub fails and is counted; a registration then is dropped; leaving makes room", async () => {
    await using server = await startServer();
    using client = await TestClient.cloud(server.cloud(), "client");
    expect(await joinAll(client, 101)).toBe(100);
    client.send({ cmd: "register_broadcast", bid: "one more" });
    await client.expectNothing();
    expect((await server.metrics()).drops).toEqual({ "too-many-channels": 2 });
    client.send({ leaveHub: "hub 7" });
    client.send({ joinHub: "hub 7" });
    await client.expect('{"joinHub":"OK"}');
  });

  test("joining a hub again never fails", async () => {
    await using server = await startServer({ "max-channels": 1 });
    using client = await TestClient.cloud(server.cloud(), "client");
    for (let n = 0; n < 3; n++) {
      client.send({ joinHub: "hub" });
      await client.expect('{"joinHub":"OK"}');
    }
  });

  test("0 switches it off", async () => {
    await using server = await startServer({ "max-channels": 0 });
    using client = await TestClient.cloud(server.cloud(), "client");
    expect(await joinAll(client, 300)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("L6: --max-name", () => {
  const longest = { "1 byte": "n", "2 bytes": "é", "3 bytes": "€", "4 bytes": "😀" };
  test.each(Object.entries(longest))("128 bytes of characters of %s are a name, one more is not", async (_, sign) => {
    await using server = await startServer();
    using client = await TestClient.classic(server.ws(), "client");
    const most = Math.floor(128 / Buffer.byteLength(sign));
    client.send({ setID: sign.repeat(most), passwd: "x" });
    await client.expect('{"auth":"ok"}');
    client.send({ setID: sign.repeat(most + 1), passwd: "x" });
    expect(await client.next()).toStartWith('{"auth":"failed"');
  });

  test("can be changed, and switched off with 0", async () => {
    await using short = await startServer({ "max-name": 4 });
    using small = await TestClient.classic(short.ws(), "four");
    small.send({ setID: "fives", passwd: "x" });
    expect(await small.next()).toStartWith('{"auth":"failed"');
    await using free = await startServer({ "max-name": 0 });
    const name = "n".repeat(5_000);
    using client = await TestClient.classic(free.ws(), name);
    client.send({ to: name });
    expect(await client.next()).toEndWith(`"FROM":"${name}"}`);
  });
});

describe("L6: --max-targets and --max-depth", () => {
  const list = (length: number, id: number) => ({ toS: new Array<number>(length).fill(id) });

  test("M3: 64 targets pass, and a session named 64 times receives it once", async () => {
    await using server = await startServer();
    using client = await TestClient.classic(server.ws(), "client");
    client.send(list(64, client.id));
    expect(await client.next()).toEndWith('"FROM":"client"}');
    client.send(list(65, client.id));
    await client.expectNothing();
    expect((await server.metrics()).drops).toEqual({ "too-many-targets": 1 });
  });

  test("both can be changed", async () => {
    await using server = await startServer({ "max-targets": 1, "max-depth": 2 });
    using client = await TestClient.classic(server.ws(), "client");
    client.send(list(2, client.id));
    client.send({ to: "client", deep: { a: {} } });
    await client.expectNothing();
    expect((await server.metrics()).drops).toEqual({ "too-many-targets": 1, "too-deep": 1 });
  });

  test("0 switches both off", async () => {
    await using server = await startServer({ "max-targets": 0, "max-depth": 0 });
    using client = await TestClient.classic(server.ws(), "client");
    client.send(list(2_000, client.id));
    expect(await client.next()).toEndWith('"FROM":"client"}');
    const deep = `{"echo":${"[".repeat(2_000)}${"]".repeat(2_000)}}`;
    client.send(deep);
    await client.expect(deep);
  });
});

describe("L3: --max-queue", () => {
  /** A node whose logins wait until the test lets them through, with a client that is waiting. */
  function waiting(queuedBytes: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const memory = createMemoryNode({
      limits: { ...defaultLimits, queuedBytes, framesPerSecond: 0, bytesPerSecond: 0 },
      auth: {
        login: ({ login }) => promise.then(() => ({ ok: true, name: login.name, service: undefined })),
        nameTaken() {},
        nameReleased() {},
        accountsChanged: () => false,
        isCurrent: () => true,
      },
    });
    const { socket, send } = memory.connect();
    send('{"setID":"slow","passwd":"x"}');
    socket.flush();
    return { socket, send, drops: memory.node.core.counters.drops, letThrough: resolve };
  }

  const echo = (n: number) => `{"echo":${n},"x":"${"x".repeat(1_000)}"}`;

  test("frames that wait behind a login are bounded, and handled in order after it", async () => {
    const { socket, send, drops, letThrough } = waiting(10_000);
    for (let n = 0; n < 100; n++) send(echo(n));
    expect(socket.flush()).toEqual([]);
    const kept = 100 - (drops["queue-full"] ?? 0);
    expect(kept).toBeGreaterThan(7);
    expect(kept).toBeLessThanOrEqual(10);
    letThrough();
    await until("the queue to be worked off", () => socket.getBufferedAmount() > kept * 1_000);
    expect(socket.flush()).toEqual(['{"auth":"ok"}', ...Array.from({ length: kept }, (_, n) => echo(n))]);
  });

  test("0 switches it off", () => {
    const { send, drops } = waiting(0);
    for (let n = 0; n < 5_000; n++) send(echo(n));
    expect(drops["queue-full"]).toBeUndefined();
  });
});
