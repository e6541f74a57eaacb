import { describe, expect, test } from "bun:test";
import { CAPACITY } from "../src/frame-log.ts";
import { connectingClient, faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";

describe("sending", () => {
  test("R6: $ref goes first, where the server has a short way for it", () => {
    const { relay, ann } = readyClient();
    void ann.to("Bob").send({ msg: "hi" });
    expect(relay.socket.texts.at(-1)).toMatch(/^\{"\$ref":\d+,"to":"Bob","msg":"hi"\}$/);
  });

  test("R11: to names, sessions, hubs and broadcasts; the result says who took it", async () => {
    const { relay, ann } = readyClient();
    const sends = [
      ann.to("Bob").send({ n: 1 }),
      ann.to(["Bob", "Cid"]).send({ n: 1 }),
      ann.session(15).send({ n: 1 }),
      ann.hub("h").send({ n: 1 }),
      ann.broadcast("b").send({ n: 1 }),
    ];
    const keys = [{ to: "Bob" }, { to: ["Bob", "Cid"] }, { toS: 15 }, { toH: "h" }, { bc: "b" }];
    for (const key of keys) {
      const frame = relay.socket.take(Object.keys(key)[0] ?? "");
      expect(frame).toMatchObject({ ...key, n: 1 });
      relay.socket.reply(frame, { taken: 2, missing: ["Cid"] });
    }
    for (const send of sends) expect(await send).toEqual({ taken: 2, missing: ["Cid"] });
  });

  test("R7: a refusal rejects with a Fault to branch on", async () => {
    const { relay, ann } = readyClient();
    const fault = faultOf(ann.to("Bob").send({}));
    relay.socket.refuse(relay.socket.take("to"), "no-such-name");
    expect(await fault).toMatchObject({
      name: "Fault",
      code: "no-such-name",
      duty: "stop",
      link: "http://relay/errors#no-such-name",
      retry: false,
    });
  });

  test("R40: binary, with data beside it", () => {
    const { relay, ann } = readyClient();
    void ann.to("Bob").sendBinary(Uint8Array.of(1, 2, 3), { kind: "png" });
    expect(relay.socket.take("bytes")).toMatchObject({ to: "Bob", kind: "png", bytes: Uint8Array.of(1, 2, 3) });
  });

  test("a payload that would be read as something else is rejected and not sent", async () => {
    const { relay, ann } = readyClient();
    const sent = relay.socket.texts.length;
    for (const data of [{ to: "x" }, { bc: 1 }, { $ref: 1 }, { FROM: "x" }, { sID: 1 }]) {
      expect((await faultOf(ann.hub("h").send(data))).code).toBe("bad-payload");
    }
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    expect((await faultOf(ann.hub("h").send(loop))).code).toBe("bad-payload");
    expect(relay.socket.texts.length).toBe(sent);
  });

  test("what is larger than the server takes is rejected instead of costing the connection", async () => {
    const { relay, ann } = connectingClient();
    relay.socket.accept(1, { frame: 1_000 });
    const fault = await faultOf(ann.to("Bob").send({ text: "x".repeat(1_000) }));
    expect(fault.code).toBe("too-large");
    expect(relay.socket.has("to")).toBe(false);
  });
});

describe("sends that are not awaited", () => {
  test("a rejection becomes the event fault, never an unhandled rejection", async () => {
    const { relay, ann, faults } = readyClient();
    void ann.to("Bob").send({});
    relay.socket.refuse(relay.socket.take("to"), "no-such-name");
    await settled();
    expect(faults.map(({ code }) => code)).toEqual(["no-such-name"]);
  });

  test("one that is awaited does not", async () => {
    const { relay, ann, faults } = readyClient();
    const fault = faultOf(ann.to("Bob").send({}));
    relay.socket.refuse(relay.socket.take("to"), "no-such-name");
    await fault;
    expect((await faultOf(ann.to("Bob").send({ to: 1 }))).code).toBe("bad-payload");
    await settled();
    expect(faults).toEqual([]);
  });

  test("R8: faults without a reference, and how many more there were", () => {
    const { relay, faults } = readyClient();
    relay.socket.deliver({ $fault: { code: "frame-rate", message: "Too fast.", retry: true, more: 57 } });
    expect(faults.map(({ code, message, duty }) => [code, message, duty])).toEqual([
      ["frame-rate", "Too fast. And 57 more.", "retry"],
    ]);
  });
});

describe("sends while away", () => {
  test("wait in order, and go out after the login", () => {
    const { relay, ann } = connectingClient();
    for (let n = 0; n < 5; n++) void ann.to("Bob").send({ n });
    relay.socket.hello();
    expect(relay.socket.has("to")).toBe(false);
    relay.socket.reply(relay.socket.take("setID"), { name: "Ann" });
    expect([0, 1, 2, 3, 4].map(() => relay.socket.take("to").n)).toEqual([0, 1, 2, 3, 4]);
  });

  test("more than 10,000 are rejected, the first 10,000 kept", async () => {
    const { relay, ann } = connectingClient();
    const ends = Array.from({ length: CAPACITY.frames + 1 }, (_, n) => outcomeOf(ann.to("Bob").send({ n })));
    await settled();
    expect(ends.map(({ code }) => code).filter((code) => code)).toEqual(["outbox-full"]);
    expect([ends.at(-1)?.code, ann.pressure]).toEqual(["outbox-full", 1]);
    relay.socket.accept();
    expect(relay.socket.inbox.filter((frame) => "to" in frame).length).toBe(CAPACITY.frames);
  });

  test("once 16 MiB wait, more are rejected", async () => {
    const { ann } = connectingClient();
    const text = "x".repeat(CAPACITY.bytes / 4);
    const ends = Array.from({ length: 5 }, () => outcomeOf(ann.to("Bob").send({ text })));
    await settled();
    expect(ends.map(({ code }) => code)).toEqual([undefined, undefined, undefined, undefined, "outbox-full"]);
  });
});

describe("sends whose connection drops", () => {
  test("unconfirmed ones are rejected as unknown: they may have arrived or not", async () => {
    const { relay, ann, reconnect } = readyClient();
    const fault = faultOf(ann.to("Bob").send({}));
    relay.socket.drop();
    expect(await fault).toMatchObject({ code: "unknown", duty: "resume" });
    reconnect();
    expect(relay.socket.has("to")).toBe(false);
  });

  test("repeatable ones are sent again, in order and before later ones", async () => {
    const { relay, ann, reconnect } = readyClient();
    const again = [1, 2].map((n) => ann.to("Bob").send({ n }, { repeatable: true }));
    relay.socket.drop();
    const later = ann.to("Bob").send({ n: 3 });
    reconnect();
    const frames = [relay.socket.take("to"), relay.socket.take("to"), relay.socket.take("to")];
    expect(frames.map(({ n }) => n)).toEqual([1, 2, 3]);
    for (const frame of frames) relay.socket.reply(frame, { taken: 1 });
    await Promise.all([...again, later]);
  });

  test("a confirmed one is not sent again", async () => {
    const { relay, ann, reconnect } = readyClient();
    const send = ann.to("Bob").send({}, { repeatable: true });
    relay.socket.reply(relay.socket.take("to"), { taken: 1 });
    await send;
    relay.socket.drop();
    reconnect();
    expect(relay.socket.has("to")).toBe(false);
  });

  test("drain() waits until each is confirmed or rejected", async () => {
    const { relay, ann } = readyClient();
    const end = outcomeOf(ann.drain().then(() => "drained"));
    await settled();
    expect(end.value).toBe("drained");
    void ann.to("Bob").send({ n: 1 });
    void ann.to("Bob").send({ n: 2 });
    const later = outcomeOf(ann.drain().then(() => "drained"));
    relay.socket.reply(relay.socket.take("to"), { taken: 1 });
    await settled();
    expect(later.value).toBeUndefined();
    relay.socket.refuse(relay.socket.take("to"), "no-such-name");
    await settled();
    expect(later.value).toBe("drained");
  });

  test("drain() waits for what the rate limit holds back, confirmed or not, and it survives a drop", async () => {
    const { ann, relay, clock, reconnect } = connectingClient();
    relay.socket.accept(1, { framesPerSecond: 10 });
    for (let n = 0; n < 40; n++) void ann.to("Bob").send({ n }, { confirm: false });
    const end = outcomeOf(ann.drain().then(() => "drained"));
    const numbers = () => relay.socket.inbox.flatMap(({ n }) => (typeof n === "number" ? [n] : []));
    clock.advance(500);
    await settled();
    expect(end.value).toBeUndefined();
    const sent = numbers();
    relay.socket.drop();
    reconnect();
    await settled();
    expect(end.value).toBe("drained");
    expect([...sent, ...numbers()]).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  test("drain() waits for a Blob that is being read", async () => {
    const { ann, relay } = readyClient();
    let read = (_: ArrayBuffer) => {};
    const blob = { arrayBuffer: () => new Promise<ArrayBuffer>((resolve) => (read = resolve)) };
    const sent = outcomeOf(ann.to("Bob").sendBinary(blob));
    const end = outcomeOf(ann.drain().then(() => "drained"));
    await settled();
    expect(end.value).toBeUndefined();
    read(new ArrayBuffer(2));
    await settled();
    expect(end.value).toBeUndefined();
    relay.socket.reply(relay.socket.take("to"), { taken: 1 });
    await settled();
    expect([sent.value, end.value]).toEqual([{ taken: 1 }, "drained"]);
    const failed = outcomeOf(ann.to("Bob").sendBinary({ arrayBuffer: () => Promise.reject(new Error("gone")) }));
    await ann.drain();
    expect(failed.code).toBe("failed");
  });

  test("a reply nobody asked for, and one that comes twice, harm nothing", async () => {
    const { relay, ann } = readyClient();
    relay.socket.deliver({ $ref: 999, $result: {} });
    const send = ann.to("Bob").send({});
    const frame = relay.socket.take("to");
    relay.socket.reply(frame, { taken: 1 });
    relay.socket.refuse(frame, "no-such-name");
    expect((await send).taken).toBe(1);
    relay.socket.deliver({ $hello: { sid: 99 } });
    relay.socket.deliver("not json");
    relay.socket.deliver("[]");
    relay.socket.deliverBinary({}, new Uint8Array());
    expect([ann.state, ann.sid, relay.socket.inbox]).toEqual(["ready", 1, []]);
  });
});
