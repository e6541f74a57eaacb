import { describe, expect, test } from "bun:test";
import { connect, type Retrying } from "../src/index.ts";
import { connectingClient, faultOf, readyClient } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

describe("failed attempts can be seen", () => {
  test("each is an event with its number, the pause that follows and the cause", () => {
    const { ann, relay, clock } = connectingClient();
    const failed: Retrying[] = [];
    ann.on("retrying", (event) => failed.push(event));
    relay.socket.onerror?.({ message: "Unexpected server response: 403" });
    relay.socket.drop(1006);
    clock.advance(250);
    relay.socket.drop(1002, "Expected 101 status code");
    clock.advance(500);
    relay.socket.hello();
    relay.socket.refuse(relay.socket.take("setID"), "throttled");
    expect(failed.map(({ attempt, delay, code, cause }) => [attempt, delay, code, cause.code, cause.message])).toEqual([
      [1, 250, 1006, "unreachable", "The connection failed: 1006 Unexpected server response: 403."],
      [2, 500, 1002, "unreachable", "The connection failed: 1002 Expected 101 status code."],
      [3, 1_000, undefined, "throttled", "the fault throttled"],
    ]);
    expect(failed.every(({ cause }) => cause.retry && cause.remedy !== undefined)).toBe(true);
  });

  test("ready({ timeout }) rejects with the last cause, and leaves no timer; it is connected later all the same", async () => {
    const { ann, relay, clock, reconnect } = connectingClient();
    const ready = faultOf(ann.ready({ timeout: 200 }));
    relay.socket.drop(1006, "refused");
    clock.advance(200);
    expect(await ready).toMatchObject({ code: "timeout", cause: { code: "unreachable" } });
    expect((await ready).message).toContain("refused");
    expect(clock.pending).toBe(1);
    const later = ann.ready({ timeout: 60_000 });
    reconnect();
    await later;
    // The heartbeat alone.
    expect(clock.pending).toBe(1);
  });

  test("ready({ signal }) rejects as aborted, before and after the abort", async () => {
    const { ann } = connectingClient();
    const controller = new AbortController();
    const ready = faultOf(ann.ready({ signal: controller.signal }));
    controller.abort("enough");
    expect(await ready).toMatchObject({ code: "aborted", cause: "enough" });
    expect((await faultOf(ann.ready({ signal: controller.signal }))).code).toBe("aborted");
  });

  test.each([
    ["a closed port", () => "ws://127.0.0.1:9/"],
    ["a web server", (port: number) => `ws://127.0.0.1:${port}/`],
    ["wss to a plain port", (port: number) => `wss://127.0.0.1:${port}/`],
    ["an unknown host", () => "ws://host.invalid/"],
  ])("%s", async (_, url) => {
    const web = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("no relay", { status: 403 }) });
    const ann = connect(url(web.port ?? 0), { name: "Ann", random: () => 0 });
    const failed: Retrying[] = [];
    ann.on("retrying", (event) => failed.push(event));
    await until("a failed attempt", () => failed.length > 1);
    expect([failed[0]?.attempt, failed[0]?.cause.code, failed[1]?.attempt]).toEqual([1, "unreachable", 2]);
    expect(failed[0]?.cause.message.length).toBeGreaterThan("The connection failed: 1006.".length);
    expect(["connecting", "waiting"]).toContain(ann.state);
    ann.close();
    await web.stop(true);
  });
});

describe("connecting later", () => {
  test("autoConnect: false opens nothing and holds no timer; connect() does, and what was sent before goes out then", async () => {
    const { ann, relay, clock } = connectingClient({ autoConnect: false });
    const sent = ann.to("Bob").send({ n: 1 });
    const joined = ann.hub("h").join();
    expect([ann.state, relay.sockets.length, clock.pending]).toEqual(["idle", 0, 0]);
    const connected = ann.connect();
    relay.socket.accept();
    await connected;
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
    relay.socket.reply(relay.socket.take("to"), { taken: 1 });
    expect([(await sent).taken, (await joined).count, ann.state]).toEqual([1, 1, "ready"]);
  });

  test("a closed client can be connected again", async () => {
    const { ann, relay } = readyClient();
    ann.close();
    const connected = ann.connect();
    relay.socket.accept(2);
    await connected;
    expect([ann.state, ann.reason, ann.sid]).toEqual(["ready", undefined, 2]);
    await ann.connect();
    expect(relay.sockets.length).toBe(2);
  });

  test("without a WebSocket connect() does not throw: the reason says what is missing", async () => {
    const own = globalThis.WebSocket;
    Reflect.deleteProperty(globalThis, "WebSocket");
    try {
      const ann = connect("ws://relay", { name: "Ann" });
      expect(await faultOf(ann.ready())).toMatchObject({ code: "unsupported" });
      expect([ann.state, ann.reason?.message]).toEqual(["closed", expect.stringContaining("{ WebSocket }")]);
    } finally {
      globalThis.WebSocket = own;
    }
  });

  test("a WebSocket that refuses the address closes the client with that as its reason", async () => {
    const Refusing = class {
      constructor() {
        throw new DOMException("An insecure connection may not be initiated from a page over HTTPS.", "SecurityError");
      }
    };
    const { ann } = connectingClient({ WebSocket: Object(Refusing) });
    expect(await faultOf(ann.ready())).toMatchObject({
      code: "bad-address",
      message: expect.stringContaining("insecure"),
    });
  });
});
