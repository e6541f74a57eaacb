import { describe, expect, test } from "bun:test";
import { CAPACITY } from "../src/frame-log.ts";
import { message, resumableClient, resumableReady } from "./kit/resumable-client.ts";
import { faultOf, outcomeOf, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

describe("R72: acknowledgements", () => {
  const seenIn = (frames: readonly unknown[]) => frames.filter((frame) => String(frame).startsWith('{"$seen":'));

  test("after 256 frames, 64 KiB or 5 s, with its own count; not if there is nothing new", () => {
    const { ann, relay, clock } = resumableReady();
    clock.advance(5_000);
    relay.flush();
    const received = relay.session.sent.length;
    for (let n = 0; n < 255; n++) relay.session.send(message(n));
    void ann.to("Bob").send({ n: 1 }, { confirm: false });
    while (relay.step(relay.line, "down", 1) > 0);
    expect(seenIn(relay.line.up)).toEqual([]);
    relay.session.send(message(255));
    while (relay.step(relay.line, "down", 1) > 0);
    expect(relay.line.up.at(-1)).toBe(`{"$seen":{"received":${received + 256},"sent":2}}`);
    relay.session.send({ ...message(1), text: "x".repeat(64 * 1_024) });
    while (relay.step(relay.line, "down", 1) > 0);
    expect(seenIn(relay.line.up).length).toBe(2);
    relay.session.send(message(2));
    while (relay.step(relay.line, "down", 1) > 0);
    clock.advance(4_999);
    expect(seenIn(relay.line.up).length).toBe(2);
    clock.advance(1);
    expect(seenIn(relay.line.up).length).toBe(3);
    relay.flush();
    clock.advance(9_000);
    expect(seenIn(relay.line.up)).toEqual([]);
    expect(relay.session.mismatches).toEqual([]);
  });

  test("what the server has acknowledged is forgotten", () => {
    const { ann, relay } = resumableReady();
    for (let n = 0; n < 100; n++) void ann.to("Bob").send({ n });
    expect(ann.pressure).toBeCloseTo(101 / CAPACITY.frames, 4);
    relay.flush();
    expect(ann.pressure).toBeLessThan(5 / CAPACITY.frames);
  });

  test.each([
    ["too many received", { received: 99, sent: 1 }],
    ["fewer received than before", { received: -1, sent: 1 }],
    ["another number sent", { received: 1, sent: 7 }],
    ["no numbers", { received: "1", sent: null }],
  ])("%s: the session starts over", async (_, $seen) => {
    const client = resumableReady();
    const { ann, relay, losses } = client;
    const end = faultOf(ann.to("Bob").send({}));
    relay.line.deliver({ $seen });
    expect([relay.line.closedWith, losses]).toMatchObject([4006, [{ code: 4006, unknown: 1 }]]);
    expect((await end).code).toBe("unknown");
    client.return();
    expect([ann.state, ann.sid, relay.session.isResumable]).toEqual(["ready", 2, true]);
  });
});

describe("R73: a resume that fails starts over", () => {
  test.each([
    ["resume-gap", { missing: 17 }],
    ["resume-unknown", {}],
    ["resume-stale", {}],
    ["bad-count", {}],
    ["resume-off", {}],
  ])("%s", async (code, more) => {
    const client = resumableReady();
    const { ann, relay, losses, resumes, faults } = client;
    const room = ann.hub("h");
    void room.join();
    void ann.watch("Bob");
    relay.flush();
    const ends = [
      outcomeOf(ann.to("Bob").send({ n: 1 })),
      outcomeOf(ann.to("Bob").send({ n: 2 }, { repeatable: true })),
      outcomeOf(ann.ask("calc", { n: 3 })),
    ];
    relay.drop();
    ends.push(outcomeOf(ann.to("Bob").send({ n: 4 })));
    client.redial();
    relay.step(relay.line, "up", 0);
    relay.line.up.length = 0;
    relay.line.deliver({ $fault: { code, message: code, ...more } });
    expect(room.status).toBe("joining");
    relay.line.deliver({ $hello: { sid: 2, limits: {} } });
    expect(relay.line.up).toEqual(['{"$resume":true}', expect.stringContaining("setID")]);
    relay.line.deliver({ $resumable: { token: "t", window: 120 } });
    relay.line.deliver({ $ref: 1, $result: { name: "Ann" } });
    await settled();
    expect(losses).toEqual([{ code: 1006, reason: "", unknown: 2, repeated: 1, ...more }]);
    expect(ends).toEqual([{ code: "unknown" }, {}, { code: "unknown" }, {}]);
    expect([ann.state, ann.sid, resumes, faults]).toEqual(["ready", 2, [], []]);
    const again = relay.line.up.map(String).join("\n");
    expect(again).toMatch(/\$watch.*joinHub.*"n":2.*"n":4/s);
    expect(again).not.toMatch(/"n":[13]/);
  });

  test("a server that does not know the marker greets at once, and rejects what it does not know", async () => {
    const client = resumableReady();
    const { ann, relay, losses, faults } = client;
    relay.drop();
    client.redial();
    relay.line.open();
    relay.line.deliver({ $hello: { sid: 7, limits: {} } });
    relay.line.deliver({ $fault: { code: "unknown-key", message: "" } });
    relay.line.deliver({ $fault: { code: "unknown-key", message: "" } });
    relay.line.deliver({ $ref: 1, $result: { name: "Ann" } });
    await settled();
    expect([ann.state, ann.sid, losses.length]).toEqual(["ready", 7, 1]);
    expect(faults.length).toBeLessThanOrEqual(1);
  });

  test("the fault arrives and the hello does not: it does not try to resume again", () => {
    const client = resumableReady();
    const { ann, relay, losses } = client;
    relay.session.isOver = true;
    relay.drop();
    client.redial();
    relay.step(relay.line, "up", 1);
    relay.step(relay.line, "down", 1);
    relay.drop();
    client.return();
    expect([ann.state, ann.sid, losses.length, relay.line.protocols]).toEqual(["ready", 3, 1, ["achex.2"]]);
  });

  test("an impossible count in the reply", () => {
    const client = resumableReady();
    const { ann, relay, losses } = client;
    relay.drop();
    client.redial();
    relay.line.open();
    relay.line.deliver({ $resumed: { sid: 1, received: 99, replay: 0, limits: {} } });
    expect([relay.line.closedWith, losses.length]).toEqual([4006, 1]);
    client.return();
    expect([ann.state, ann.sid]).toEqual(["ready", 2]);
  });

  test("credentials from a function are fetched for the new login, and only then", async () => {
    let calls = 0;
    const credentials = async () => ({ name: "Ann", passwd: `${++calls}` });
    const client = resumableClient({ credentials });
    const { ann, relay } = client;
    await until("the connection", () => relay.lines.length === 1);
    relay.flush();
    relay.drop();
    client.return();
    expect([ann.state, calls]).toEqual(["ready", 1]);
    relay.session.isOver = true;
    relay.drop();
    client.return();
    await settled();
    relay.flush();
    expect([ann.state, calls, ann.sid]).toEqual(["ready", 2, 2]);
  });

  test("long after the window it gives up: what waits ends as unknown", async () => {
    const client = resumableReady();
    const { ann, relay, clock, losses } = client;
    const end = outcomeOf(ann.to("Bob").send({}));
    relay.drop();
    for (let waited = 0; waited < 170_000; waited += 10_000) clock.advance(10_000);
    await settled();
    expect([end, losses]).toEqual([{}, []]);
    for (let waited = 0; waited < 60_000; waited += 10_000) clock.advance(10_000);
    await settled();
    expect([end.code, losses.length]).toEqual(["unknown", 1]);
    client.return();
    expect([ann.state, ann.sid]).toEqual(["ready", 2]);
  });
});
