import { describe, expect, test } from "bun:test";
import { endOf, faultOf, readyStage, settled, stage } from "./kit/stage.ts";

describe("sending", () => {
  test("R6: $ref goes first, where the server has a short way for it", () => {
    const { relay, ann } = readyStage();
    void ann.to("Bob").send({ msg: "hi" });
    expect(relay.link.texts.at(-1)).toMatch(/^\{"\$ref":\d+,"to":"Bob","msg":"hi"\}$/);
  });

  test("R11: to names, sessions, hubs and broadcasts; the result says who took it", async () => {
    const { relay, ann } = readyStage();
    const sends = [
      ann.to("Bob").send({ n: 1 }),
      ann.to(["Bob", "Cid"]).send({ n: 1 }),
      ann.session(15).send({ n: 1 }),
      ann.hub("h").send({ n: 1 }),
      ann.broadcast("b").send({ n: 1 }),
    ];
    const keys = [{ to: "Bob" }, { to: ["Bob", "Cid"] }, { toS: 15 }, { toH: "h" }, { bc: "b" }];
    for (const key of keys) {
      const frame = relay.link.take(Object.keys(key)[0] ?? "");
      expect(frame).toMatchObject({ ...key, n: 1 });
      relay.link.reply(frame, { taken: 2, missing: ["Cid"] });
    }
    for (const send of sends) expect(await send).toEqual({ taken: 2, missing: ["Cid"] });
  });

  test("R7: a refusal rejects with a Fault to branch on", async () => {
    const { relay, ann } = readyStage();
    const fault = faultOf(ann.to("Bob").send({}));
    relay.link.refuse(relay.link.take("to"), "no-such-name");
    expect(await fault).toMatchObject({
      name: "Fault",
      code: "no-such-name",
      duty: "stop",
      link: "/errors#no-such-name",
      retry: false,
    });
  });

  test("R40: binary, with data beside it", () => {
    const { relay, ann } = readyStage();
    void ann.to("Bob").sendBinary(Uint8Array.of(1, 2, 3), { kind: "png" });
    expect(relay.link.take("bytes")).toMatchObject({ to: "Bob", kind: "png", bytes: Uint8Array.of(1, 2, 3) });
  });

  test("a payload that would be read as something else is rejected and not sent", async () => {
    const { relay, ann } = readyStage();
    const sent = relay.link.texts.length;
    for (const data of [{ to: "x" }, { bc: 1 }, { $ref: 1 }, { FROM: "x" }, { sID: 1 }]) {
      expect((await faultOf(ann.hub("h").send(data))).code).toBe("bad-payload");
    }
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    expect((await faultOf(ann.hub("h").send(loop))).code).toBe("invalid");
    expect(relay.link.texts.length).toBe(sent);
  });

  test("what is larger than the server takes is rejected instead of costing the connection", async () => {
    const { relay, ann } = stage();
    relay.link.accept(1, { frame: 1_000 });
    const fault = await faultOf(ann.to("Bob").send({ text: "x".repeat(1_000) }));
    expect(fault.code).toBe("too-large");
    expect(relay.link.has("to")).toBe(false);
  });
});

describe("sends that nobody awaits", () => {
  test("a rejection becomes the event fault, never an unhandled rejection", async () => {
    const { relay, ann, faults } = readyStage();
    void ann.to("Bob").send({});
    relay.link.refuse(relay.link.take("to"), "no-such-name");
    await settled();
    expect(faults.map(({ code }) => code)).toEqual(["no-such-name"]);
  });

  test("one that is awaited does not", async () => {
    const { relay, ann, faults } = readyStage();
    const fault = faultOf(ann.to("Bob").send({}));
    relay.link.refuse(relay.link.take("to"), "no-such-name");
    await fault;
    expect((await faultOf(ann.to("Bob").send({ to: 1 }))).code).toBe("bad-payload");
    await settled();
    expect(faults).toEqual([]);
  });

  test("R8: faults without a reference, and how many more there were", () => {
    const { relay, faults } = readyStage();
    relay.link.say({
      $fault: { code: "frame-rate", message: "Too fast.", remedy: "", link: "", retry: true, more: 57 },
    });
    expect(faults.map(({ code, message, duty }) => [code, message, duty])).toEqual([
      ["frame-rate", "Too fast. And 57 more.", "retry"],
    ]);
  });
});

describe("sends while away", () => {
  test("wait in order, and go out after the login", () => {
    const { relay, ann } = stage();
    for (let n = 0; n < 5; n++) void ann.to("Bob").send({ n });
    relay.link.hello();
    expect(relay.link.has("to")).toBe(false);
    relay.link.reply(relay.link.take("setID"), { name: "Ann" });
    expect([0, 1, 2, 3, 4].map(() => relay.link.take("to").n)).toEqual([0, 1, 2, 3, 4]);
  });

  test("more than 100 are rejected, the first 100 kept", async () => {
    const { relay, ann } = stage();
    const ends = Array.from({ length: 101 }, (_, n) => endOf(ann.to("Bob").send({ n })));
    await settled();
    expect(ends.map(({ code }) => code).filter((code) => code)).toEqual(["outbox-full"]);
    expect(ends.at(100)?.code).toBe("outbox-full");
    relay.link.accept();
    expect(relay.link.inbox.filter((frame) => "to" in frame).length).toBe(100);
  });

  test("more than 256 KiB are rejected", async () => {
    const { ann } = stage();
    const first = endOf(ann.to("Bob").send({ text: "x".repeat(200_000) }));
    const second = endOf(ann.to("Bob").send({ text: "x".repeat(100_000) }));
    const third = endOf(ann.to("Bob").send({ text: "x".repeat(50_000) }));
    await settled();
    expect([first.code, second.code, third.code]).toEqual([undefined, "outbox-full", undefined]);
  });
});

describe("sends in a cut", () => {
  test("unconfirmed ones are rejected as unknown: they may have arrived or not", async () => {
    const { relay, ann, comeBack } = readyStage();
    const fault = faultOf(ann.to("Bob").send({}));
    relay.link.cut();
    expect(await fault).toMatchObject({ code: "unknown", duty: "resume" });
    comeBack();
    expect(relay.link.has("to")).toBe(false);
  });

  test("repeatable ones are sent again, in order and before later ones", async () => {
    const { relay, ann, comeBack } = readyStage();
    const again = [1, 2].map((n) => ann.to("Bob").send({ n }, { repeatable: true }));
    relay.link.cut();
    const later = ann.to("Bob").send({ n: 3 });
    comeBack();
    const frames = [relay.link.take("to"), relay.link.take("to"), relay.link.take("to")];
    expect(frames.map(({ n }) => n)).toEqual([1, 2, 3]);
    for (const frame of frames) relay.link.reply(frame, { taken: 1 });
    await Promise.all([...again, later]);
  });

  test("a confirmed one is not sent again", async () => {
    const { relay, ann, comeBack } = readyStage();
    const send = ann.to("Bob").send({}, { repeatable: true });
    relay.link.reply(relay.link.take("to"), { taken: 1 });
    await send;
    relay.link.cut();
    comeBack();
    expect(relay.link.has("to")).toBe(false);
  });

  test("drain() waits until each is confirmed or rejected", async () => {
    const { relay, ann } = readyStage();
    const end = endOf(ann.drain().then(() => "drained"));
    await settled();
    expect(end.value).toBe("drained");
    void ann.to("Bob").send({ n: 1 });
    void ann.to("Bob").send({ n: 2 });
    const later = endOf(ann.drain().then(() => "drained"));
    relay.link.reply(relay.link.take("to"), { taken: 1 });
    await settled();
    expect(later.value).toBeUndefined();
    relay.link.refuse(relay.link.take("to"), "no-such-name");
    await settled();
    expect(later.value).toBe("drained");
  });

  test("a reply nobody asked for, and one that comes twice, harm nothing", async () => {
    const { relay, ann } = readyStage();
    relay.link.say({ $ref: 999, $result: {} });
    const send = ann.to("Bob").send({});
    const frame = relay.link.take("to");
    relay.link.reply(frame, { taken: 1 });
    relay.link.refuse(frame, "no-such-name");
    expect((await send).taken).toBe(1);
    relay.link.say({ $hello: { sid: 99 } });
    relay.link.say("not json");
    relay.link.say("[]");
    relay.link.sayBinary({}, new Uint8Array());
    expect([ann.state, ann.sid, relay.link.inbox]).toEqual(["ready", 1, []]);
  });
});
