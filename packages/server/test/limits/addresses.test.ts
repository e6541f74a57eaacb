import { describe, expect, test } from "bun:test";
import type { Settings } from "../../src/config/config.ts";
import { TestClient } from "../kit/client.ts";
import { handshakeText, RawSocket } from "../kit/raw-socket.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { until } from "../kit/wait.ts";

/** Loopback stands for a proxy, so that a test can come from anywhere. */
const behindProxy = (settings: Settings): Promise<TestServer> =>
  startServer({ "trust-proxy": "127.0.0.1", ...settings });

/** Connects as a client of that address; the socket stays open when the answer is 101. */
async function from(server: TestServer, address: string | undefined, path = "/") {
  const socket = await RawSocket.connect(server.ports.main);
  socket.write(handshakeText({ path, headers: { "X-Forwarded-For": address } }));
  return { socket, status: (await socket.answer()).status };
}

/** Statuses of so many connections of one address, all left open. */
async function statuses(server: TestServer, address: string | undefined, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < count; n++) found.push((await from(server, address)).status);
  return found;
}

const login = { "X-Forwarded-For": "203.0.113.1" };

describe("L1: --max-sessions-per-address", () => {
  test("one more is refused with 429 and counted, and accepted after another has left", async () => {
    await using server = await behindProxy({ "max-sessions-per-address": 2 });
    const { socket } = await from(server, "203.0.113.1");
    expect(await statuses(server, "203.0.113.1", 2)).toEqual([101, 429]);
    expect((await server.metrics()).refused("sessions-per-address")).toBe(1);
    socket.reset();
    await until("the session to end", async () => (await server.metrics()).sessions === 1);
    expect(await statuses(server, "203.0.113.1", 1)).toEqual([101]);
  });

  test("other addresses are not affected", async () => {
    await using server = await behindProxy({ "max-sessions-per-address": 1 });
    expect(await statuses(server, "203.0.113.1", 2)).toEqual([101, 429]);
    expect(await statuses(server, "203.0.113.2", 1)).toEqual([101]);
  });

  test("a network of 2^64 addresses counts as one", async () => {
    await using server = await behindProxy({ "max-sessions-per-address": 1 });
    expect(await statuses(server, "2001:db8::1", 1)).toEqual([101]);
    expect(await statuses(server, "2001:db8::ffff:2", 1)).toEqual([429]);
    expect(await statuses(server, "2001:db8:0:1::1", 1)).toEqual([101]);
  });

  test("the same address written as IPv4 and inside IPv6 is one", async () => {
    await using server = await behindProxy({ "max-sessions-per-address": 1 });
    expect(await statuses(server, "203.0.113.1", 1)).toEqual([101]);
    expect(await statuses(server, "::ffff:203.0.113.1", 1)).toEqual([429]);
  });

  test("entries before the proxy's own were written by the client and are ignored", async () => {
    await using server = await behindProxy({ "max-sessions-per-address": 1 });
    expect(await statuses(server, "198.51.100.1, 203.0.113.1", 1)).toEqual([101]);
    expect(await statuses(server, "198.51.100.2, 203.0.113.1", 1)).toEqual([429]);
    expect(await statuses(server, "127.0.0.1, 203.0.113.1", 1)).toEqual([429]);
  });

  test("an invalid header does not evade the limit of the client's own address", async () => {
    await using server = await behindProxy({ "max-sessions-per-address": 1 });
    expect(await statuses(server, "garbage, 203.0.113.1", 2)).toEqual([101, 429]);
  });

  test("loopback is exempt", async () => {
    await using server = await behindProxy({ "max-sessions-per-address": 1 });
    expect(await statuses(server, undefined, 5)).toEqual([101, 101, 101, 101, 101]);
  });

  test("without --trust-proxy the header is ignored", async () => {
    await using server = await startServer({ "max-sessions-per-address": 1 });
    expect(await statuses(server, "203.0.113.1", 3)).toEqual([101, 101, 101]);
  });

  test("0 switches it off; the default is 1,000", async () => {
    await using server = await behindProxy({ "max-sessions-per-address": 0, "max-unnamed-per-address": 0 });
    const many = await statuses(server, "203.0.113.1", 1_001);
    expect(many.every((status) => status === 101)).toBe(true);
  });
});

describe("L1: --max-unnamed-per-address", () => {
  test("one more that has not logged in is refused with 429; a login makes room", async () => {
    await using server = await behindProxy({ "max-unnamed-per-address": 2 });
    using first = await TestClient.connect(server.ws(), login);
    expect(await statuses(server, "203.0.113.1", 2)).toEqual([101, 429]);
    expect((await server.metrics()).refused("unnamed-per-address")).toBe(1);
    first.send({ setID: "first", passwd: "x" });
    expect(await first.next()).toStartWith('{"SID":');
    await first.expect('{"auth":"ok"}');
    expect(await statuses(server, "203.0.113.1", 2)).toEqual([101, 429]);
  });

  test("a refused login makes no room, and a second one on the same session no further room", async () => {
    await using server = await behindProxy({ "max-unnamed-per-address": 1 });
    using client = await TestClient.connect(server.ws(), login);
    await client.next();
    client.send({ setID: "", passwd: "x" });
    await client.next();
    expect(await statuses(server, "203.0.113.1", 1)).toEqual([429]);
    for (const name of ["one", "two"]) {
      client.send({ setID: name, passwd: "x" });
      await client.expect('{"auth":"ok"}');
    }
    expect(await statuses(server, "203.0.113.1", 2)).toEqual([101, 429]);
  });

  test("the default is 100", async () => {
    await using server = await behindProxy({});
    const many = await statuses(server, "203.0.113.1", 101);
    expect(many.slice(0, 100).every((status) => status === 101)).toBe(true);
    expect(many[100]).toBe(429);
  });
});

describe("L1: --max-sessions", () => {
  test("one more is refused with 503 and counted, and accepted after another has left", async () => {
    await using server = await startServer({ "max-sessions": 2 });
    using client = await TestClient.classic(server.ws(), "client");
    expect(await statuses(server, undefined, 2)).toEqual([101, 503]);
    expect((await server.metrics()).refused("sessions")).toBe(1);
    await client.close();
    await until("the session to end", async () => (await server.metrics()).sessions === 1);
    expect(await statuses(server, undefined, 1)).toEqual([101]);
  });
});
