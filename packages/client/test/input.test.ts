import { describe, expect, test } from "bun:test";
import { runInNewContext } from "node:vm";
import { sendFile } from "../src/files.ts";
import { connect, type Message } from "../src/index.ts";
import { addressOf } from "../src/socket.ts";
import { onStream, openStream } from "../src/streams.ts";
import { faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

/** What plain JavaScript passes where the types say something else. */
const anything = {
  undefined: undefined,
  null: null,
  "a text": "text",
  "a number": 5,
  "not a number": Number.NaN,
  "a boolean": true,
  "a bigint": 5n,
  "a symbol": Symbol("x"),
  "a function": () => ({}),
  "an array": ["x"],
  "an empty array": [],
  "an object": { a: 1 },
  "an object without a prototype": Object.create(null),
  "an object that holds a bigint": { a: 5n },
  "a Map": new Map([["a", 1]]),
  "a Date": new Date(0),
  "a Promise": Promise.resolve({ a: 1 }),
  "a typed array": new Float32Array(2),
  "a Proxy that throws": new Proxy(
    {},
    {
      get() {
        throw new Error("trap");
      },
      ownKeys() {
        throw new Error("trap");
      },
    },
  ),
};

/** Calls of a ready client with one wrong argument. Each ends well, or with a Fault: thrown, or as the rejection. */
const calls: Record<string, (client: ReturnType<typeof readyClient>, wrong: never) => unknown> = {
  "to()": ({ ann }, wrong) => ann.to(wrong).send({}),
  "session()": ({ ann }, wrong) => ann.session(wrong).send({}),
  "hub()": ({ ann }, wrong) => ann.hub(wrong).join(),
  "broadcast()": ({ ann }, wrong) => ann.broadcast(wrong).join(),
  "send(data)": ({ ann }, wrong) => ann.to("Bob").send(wrong),
  "send(…, options)": ({ ann }, wrong) => ann.to("Bob").send({}, wrong),
  "sendBinary(bytes)": ({ ann }, wrong) => ann.to("Bob").sendBinary(wrong),
  "sendBinary(…, data)": ({ ann }, wrong) => ann.to("Bob").sendBinary(new Uint8Array(1), wrong),
  "join(options)": ({ ann }, wrong) => ann.hub("h").join(wrong),
  "join({ attributes })": ({ ann }, wrong) => ann.hub("h").join({ attributes: wrong }),
  "join({ presence })": ({ ann }, wrong) => ann.hub("h").join({ presence: wrong }),
  "hold(options)": ({ ann }, wrong) => ann.hub("h").hold(wrong),
  "join({ since })": ({ ann }, wrong) => ann.hub("h").join({ since: wrong }),
  "join({ history })": ({ ann }, wrong) => ann.hub("h").join({ history: wrong }),
  "history(options)": ({ ann }, wrong) => ann.hub("h").history(wrong),
  "history({ after })": ({ ann }, wrong) => ann.hub("h").history({ after: wrong }),
  "history({ last })": ({ ann }, wrong) => ann.hub("h").history({ last: wrong }),
  "send(…, { id })": ({ ann }, wrong) => ann.to("Bob").send({}, { id: wrong }),
  "setAttributes(patch)": ({ ann }, wrong) => ann.hub("h").setAttributes(wrong),
  "page(after)": ({ ann }, wrong) => ann.hub("h").page(wrong),
  "messages(limit)": ({ ann }, wrong) => ann.hub("h").messages(wrong),
  "ask(whom)": ({ ann }, wrong) => ann.ask(wrong, {}),
  "ask(…, request)": ({ ann }, wrong) => ann.ask("calc", wrong),
  "ask(…, options)": ({ ann }, wrong) => ann.ask("calc", {}, wrong),
  "ask({ timeout })": ({ ann }, wrong) => ann.ask("calc", {}, { timeout: wrong }),
  "ask({ signal })": ({ ann }, wrong) => ann.ask("calc", {}, { signal: wrong }),
  "ask({ onProgress })": ({ ann }, wrong) => ann.ask("calc", {}, { onProgress: wrong }),
  "handle(name)": ({ ann }, wrong) => ann.handle(wrong, async () => wrong),
  "handle(…, handler)": ({ ann }, wrong) => ann.handle("calc", wrong),
  "on(type)": ({ ann }, wrong) => ann.on(wrong, () => {}),
  "on(…, listener)": ({ ann }, wrong) => ann.on("state", wrong),
  "subscribe(listener)": ({ ann }, wrong) => ann.hub("h").subscribe(wrong),
  "watch()": ({ ann }, wrong) => ann.watch(wrong),
  "unwatch()": ({ ann }, wrong) => ann.unwatch(wrong),
  "login()": ({ ann }, wrong) => ann.login(wrong),
  "login({ name })": ({ ann }, wrong) => ann.login({ name: wrong }),
  "ready(options)": ({ ann }, wrong) => ann.ready(wrong),
  "ready({ timeout })": ({ ann }, wrong) => ann.ready({ timeout: wrong }),
  "openStream(whom)": ({ ann }, wrong) => openStream(ann, wrong),
  "openStream(…, meta)": ({ ann }, wrong) => openStream(ann, "Bob", wrong),
  "onStream(handler)": ({ ann }, wrong) => onStream(ann, wrong),
  "sendFile(whom)": ({ ann }, wrong) => sendFile(ann, wrong, new Blob(["x"])),
  "sendFile(…, file)": ({ ann }, wrong) => sendFile(ann, "Bob", wrong),
  "sendFile(…, options)": ({ ann }, wrong) => sendFile(ann, "Bob", new Blob(["x"]), wrong),
};

describe("every public method takes whatever plain JavaScript passes", () => {
  test.each(Object.keys(calls))("%s", async (name) => {
    for (const [what, wrong] of Object.entries(anything)) {
      const client = readyClient();
      const { ann, relay, faults, clock } = client;
      const wrongs: unknown[] = [];
      try {
        const made: unknown = Reflect.apply(calls[name] ?? (() => {}), undefined, [client, wrong]);
        if (made instanceof Promise) made.catch((error) => wrongs.push(error));
      } catch (error) {
        wrongs.push(error);
      }
      await settled();
      expect(`${what} ${wrongs.map((error) => (Object(error).message === "trap" ? "" : Object(error).name))}`).toMatch(
        / (Fault)?$/,
      );
      // Whatever it was, the client works on: its next send is confirmed, drain() and close() end, no timer is left.
      relay.socket.inbox.length = 0;
      const sent = outcomeOf(ann.to("Bob").send({ n: 1 }));
      relay.socket.reply(relay.socket.take("n"), { taken: 1 });
      await settled();
      expect(`${what} ${JSON.stringify(sent)}`).toBe(`${what} {"value":{"taken":1}}`);
      const drained = outcomeOf(ann.drain());
      ann.close();
      await settled();
      expect(`${what} ${"value" in drained} ${clock.pending}`).toBe(`${what} true 0`);
      expect(faults.every((fault) => fault.name === "Fault")).toBe(true);
    }
  });

  test("a message to nobody is refused: without its address the frame would be a command", () => {
    const { ann, relay } = readyClient();
    const sent = relay.socket.texts.length;
    expect(() => Reflect.apply(ann.to, ann, [undefined])).toThrow("a name, a session id");
    expect(() => Reflect.apply(ann.hub, ann, [undefined])).toThrow();
    expect(relay.socket.texts.length).toBe(sent);
  });
});

describe("R40: bytes go as they are, whatever holds them", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const holders: Record<string, () => ArrayBuffer | ArrayBufferView | Blob> = {
    "an ArrayBuffer": () => bytes.slice().buffer,
    "a DataView": () => new DataView(bytes.slice().buffer),
    "a part of a buffer": () => new Uint8Array(Uint8Array.of(0, ...bytes, 9).buffer, 1, 8),
    "a typed array of larger elements": () => new Float32Array(bytes.slice().buffer),
    "a SharedArrayBuffer's view": () => {
      const view = new Uint8Array(new SharedArrayBuffer(8));
      view.set(bytes);
      return view;
    },
    "a Blob": () => new Blob([bytes]),
    "an ArrayBuffer of another realm": () => runInNewContext("Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer"),
  };

  test.each(Object.keys(holders))("%s", async (name) => {
    const { ann, relay } = readyClient();
    void ann.to("Bob").sendBinary(holders[name]?.() ?? bytes);
    await until("the frame", () => relay.socket.has("bytes"));
    expect(relay.socket.take("bytes").bytes).toEqual(bytes);
  });

  test("floats arrive as floats", async () => {
    const { ann, relay } = readyClient();
    const heard: Message[] = [];
    ann.on("message", (message) => heard.push(message));
    void ann.to("Ann").sendBinary(new Float32Array([1.5, 300, -2]));
    const { bytes: sent } = relay.socket.take("bytes");
    for (const padding of ["", "x", "xx", "xxx"])
      relay.socket.deliverBinary({ to: "Ann", padding, sID: 2, FROM: "Bob" }, new Uint8Array(Object(sent)));
    for (const { bytes: got } of heard)
      expect([...new Float32Array(got?.buffer ?? new ArrayBuffer(), got?.byteOffset, 3)]).toEqual([1.5, 300, -2]);
    expect(heard.length).toBe(4);
  });

  test("a buffer that is used again changes nothing that still waits", () => {
    const { ann, relay, reconnect } = readyClient();
    const buffer = Uint8Array.of(1);
    void ann.to("Bob").sendBinary(buffer, {}, { repeatable: true });
    relay.socket.drop();
    void ann.to("Bob").sendBinary(buffer);
    buffer[0] = 9;
    reconnect();
    expect([relay.socket.take("bytes").bytes, relay.socket.take("bytes").bytes]).toEqual([
      bytes.slice(0, 1),
      bytes.slice(0, 1),
    ]);
  });
});

describe("D2: an address leads to its instance, or is refused", () => {
  test.each([
    ["ws://h", undefined, "ws://h"],
    ["https://h:8/a/b?token=1#top", undefined, "wss://h:8/a/b?token=1"],
    ["ws://h/?token=1", "room", "ws://h/room?token=1"],
    ["ws://h?token=1", "room", "ws://h/room?token=1"],
    ["ws://h/prefix/", "a b/c?d", "ws://h/prefix/a%20b%2Fc%3Fd"],
    ["WSS://H/x", undefined, "wsS://H/x"],
    ["ws://h", "über", "ws://h/%C3%BCber"],
    ["ws://h", "%2e%2e", "ws://h/%252e%252e"],
  ])("%s and %s", (url, instance, address) => {
    expect(addressOf(url, instance)).toBe(address);
    expect(new URL(address).pathname.split("/").length).toBeGreaterThan(1);
  });

  test.each([
    ["", undefined],
    ["relay.example", undefined],
    ["ftp://h", undefined],
    ["ws:///x", undefined],
    ["ws://h/a/..", undefined],
    ["ws://h/%2E%2e/x", undefined],
    ["ws://h/./x", undefined],
    ["ws://h\\x", undefined],
    ["ws://h/a b", undefined],
    ["ws://h", ".."],
    ["ws://h", "."],
    ["ws://h", ""],
    ["ws://h", "/"],
    ["ws://h", "/room"],
    ["ws://h", "room/"],
    ["ws://h", "a/../b"],
    ["ws://h", "a\u0000b"],
    ["ws://h", null],
    ["ws://h", 5],
    ["ws://h", { room: 1 }],
  ])("%s and %s are refused", (url, instance) => {
    expect(() => addressOf(url, instance)).toThrow();
    let code = "";
    try {
      addressOf(url, instance);
    } catch (error) {
      code = Object(error).code;
    }
    expect(code).toBe("bad-address");
  });

  test("connect() throws such a Fault, and takes a URL", () => {
    expect(() => connect("ws://h", { instance: ".." })).toThrow("is not a valid instance name");
    const ann = connect(new URL("ws://127.0.0.1:9/x"), { autoConnect: false });
    expect(ann.state).toBe("idle");
  });

  test("names of Object.prototype are names like any other, also where schemas are looked up", async () => {
    const { ann, relay, faults } = readyClient({ schemas: { hubs: {}, services: {} } });
    for (const name of ["constructor", "__proto__", "toString"]) {
      void ann.hub(name).send({ n: 1 });
      void ann.ask(name, {});
      relay.socket.deliver({ toH: name, n: 1, sID: 2, FROM: "Bob" });
    }
    await settled();
    expect([faults, relay.socket.inbox.length]).toEqual([[], 6]);
    expect(await faultOf(ann.to("Bob").send(JSON.parse('{"to":1}')))).toMatchObject({ code: "bad-payload" });
  });
});
