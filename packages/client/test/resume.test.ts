import { describe, expect, test } from "bun:test";
import { CAPACITY } from "../src/frame-log.ts";
import { type IncomingStream, onStream, openStream } from "../src/streams.ts";
import { resumableClient, resumableReady } from "./kit/resumable-client.ts";
import { faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

/** The payloads of the messages that the relay received, in order. */
const numbersIn = (frames: readonly unknown[]): unknown[] =>
  frames.flatMap((frame) => (typeof frame === "string" && frame.includes('"n":') ? [JSON.parse(frame).n] : []));

const message = (n: number) => ({ to: "Ann", n, sID: 9, FROM: "Bob" });

/** The numbers of the messages that the client receives. */
function heardBy({ ann }: ReturnType<typeof resumableClient>): unknown[] {
  const heard: unknown[] = [];
  ann.on("message", ({ data }) => heard.push(Object(data).n));
  return heard;
}

describe("R70: a session asks to be resumable", () => {
  test("with its first frame, in one go with the login", () => {
    const { ann, relay } = resumableClient();
    relay.step(relay.line, "down", 1);
    expect(relay.line.up).toEqual(['{"$resume":true}', '{"$ref":1,"setID":"Ann","passwd":""}']);
    relay.flush();
    expect([ann.state, relay.session.isResumable, relay.line.protocols]).toEqual(["ready", true, ["achex.2"]]);
  });

  test("not with resume: false, and not in a legacy dialect", () => {
    const { relay } = resumableClient({ resume: false });
    relay.step(relay.line, "down", 1);
    expect(relay.line.up).toEqual(['{"$ref":1,"setID":"Ann","passwd":""}']);
  });

  test.each(["unknown-key", "resume-off", "resume-late"])("%s: it goes on without, and tells nobody", async (code) => {
    const { ann, relay, states, faults, losses } = readyClientWith(code);
    const unknown = faultOf(ann.to("Bob").send({}));
    relay.socket.drop();
    expect([(await unknown).code, states.at(-1), losses.length, faults]).toEqual(["unknown", "waiting", 1, []]);
  });

  function readyClientWith(code: string) {
    const client = readyClient();
    client.relay.socket.drop();
    client.states.length = 0;
    client.losses.length = 0;
    client.clock.advance(500);
    client.relay.socket.open();
    client.relay.socket.deliver({ $hello: { sid: 2, limits: {} } });
    client.relay.socket.take("$resume");
    client.relay.socket.deliver({ $fault: { code, message: code } });
    client.relay.socket.reply(client.relay.socket.take("setID"), { name: "Ann" });
    return client;
  }

  test("a fault after that is the application's", () => {
    const { relay, faults } = resumableReady();
    relay.session.send({ $fault: { code: "no-such-name", message: "" } });
    relay.flush();
    expect(faults.map(({ code }) => code)).toEqual(["no-such-name"]);
  });
});

describe("R73: a drop is not noticed", () => {
  test("what was on its way in both directions arrives exactly once, in order, before what came later", async () => {
    const client = resumableReady();
    const { ann, relay, losses, resumes, states } = client;
    const heard = heardBy(client);
    const ends = [1, 2, 3, 4].map((n) => outcomeOf(ann.to("Bob").send({ n })));
    for (const n of [1, 2, 3]) relay.session.send(message(n));
    // Of four, two arrive; of three, one; their results are lost.
    relay.step(relay.line, "up", 2);
    relay.step(relay.line, "down", 1);
    relay.drop();
    expect([ann.state, losses]).toEqual(["waiting", []]);
    ends.push(outcomeOf(ann.to("Bob").send({ n: 5 })));
    relay.session.send(message(4));
    client.return();
    await settled();
    expect(heard).toEqual([1, 2, 3, 4]);
    expect(numbersIn(relay.session.received)).toEqual([1, 2, 3, 4, 5]);
    expect(ends).toEqual(ends.map(() => ({ value: { taken: 1 } })));
    expect(resumes).toEqual([{ replayed: 5, offline: 250 }]);
    expect([states, losses, ann.sid, relay.sessions.length]).toEqual([
      ["ready", "waiting", "connecting", "ready"],
      [],
      1,
      1,
    ]);
    expect(relay.session.mismatches).toEqual([]);
  });

  test("it offers the marker, a generation and its count, and no login; count 0 is one too", () => {
    const client = resumableReady({ credentials: {} });
    const { relay } = client;
    relay.drop();
    client.redial();
    relay.step(relay.line, "down", 0);
    expect(relay.line.protocols).toEqual(["achex.2", "achex.2.resume"]);
    const { token } = relay.session;
    expect(relay.line.up).toEqual([`{"$resume":{"token":"${token}","generation":1,"received":0}}`]);
    relay.flush();
    expect(relay.outcomes).toEqual(["resumed"]);
  });

  test("the time of the next attempt can be read, and comes with the events", () => {
    const { ann, relay, clock } = resumableReady();
    const planned: unknown[] = [];
    ann.on("state", (state) => planned.push([state, ann.nextAttempt]));
    ann.on("dropped", ({ code, nextAttempt }) => planned.push([code, nextAttempt]));
    ann.on("retrying", ({ nextAttempt }) => planned.push(nextAttempt));
    const first = clock.now() + 250;
    relay.drop();
    clock.advance(250);
    relay.drop();
    expect(planned).toEqual([
      ["waiting", first],
      [1006, first],
      ["connecting", undefined],
      ["waiting", first + 500],
      first + 500,
    ]);
  });

  test("again and again, at the same place", async () => {
    const client = resumableReady();
    const { ann, relay, losses } = client;
    const end = outcomeOf(ann.to("Bob").send({ n: 1 }));
    for (let attempt = 0; attempt < 4; attempt++) {
      relay.drop();
      client.redial();
      // The resume arrives, and its reply does not.
      relay.step(relay.line, "up", 1);
    }
    relay.drop();
    client.return();
    await settled();
    expect([end.value, losses, relay.session.generation]).toEqual([{ taken: 1 }, [], 5]);
    expect(numbersIn(relay.session.received)).toEqual([1]);
  });

  test("R71: binary frames count; time, presence and acknowledgements do not", async () => {
    const client = resumableReady();
    const { ann, relay } = client;
    const bytes: unknown[] = [];
    ann.on("message", (received) => bytes.push(received.bytes?.length));
    const end = outcomeOf(ann.to("Bob").sendBinary(new Uint8Array(10)));
    relay.session.send({ to: "Ann", sID: 9, FROM: "Bob" }, new Uint8Array(7));
    relay.session.send({ $joined: { hub: "h", name: "Bob", sid: 9 } });
    void ann.latency();
    relay.flush();
    relay.session.send({ to: "Ann", sID: 9, FROM: "Bob" }, new Uint8Array(8));
    relay.drop();
    client.return();
    await settled();
    expect([bytes, end, relay.outcomes]).toEqual([[7, 8], { value: { taken: 1 } }, ["resumed"]]);
    expect(relay.session.mismatches).toEqual([]);
  });

  test("resends keep to the rate limit", () => {
    const client = resumableReady();
    const { ann, relay, clock } = client;
    for (let n = 0; n < 30; n++) void ann.to("Bob").send({ n }, { confirm: false });
    relay.drop();
    client.redial();
    relay.step(relay.line, "up", 1);
    const [resumed = ""] = relay.line.down.splice(0);
    const limits = { framesPerSecond: 10 };
    relay.line.deliver({ $resumed: { ...JSON.parse(String(resumed)).$resumed, limits } });
    const first = numbersIn(relay.line.up).length;
    expect(first).toBeLessThanOrEqual(15);
    clock.advance(4_000);
    expect(numbersIn(relay.line.up)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });
});

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

describe("R75, R82: close codes", () => {
  test.each([
    [1001, "resumes"],
    [1006, "resumes"],
    [1011, "resumes"],
    [1012, "resumes"],
    [4004, "resumes"],
    [4001, "starts over"],
    [4002, "starts over"],
    [4003, "starts over"],
    [4005, "starts over"],
    [4006, "starts over"],
    [4499, "starts over"],
    [1002, "stops"],
    [1008, "stops"],
    [1009, "stops"],
    [4500, "stops"],
  ])("%d: the client %s", async (code, what) => {
    const client = resumableReady();
    const { ann, relay, losses } = client;
    const end = outcomeOf(ann.to("Bob").send({}));
    relay.close(code, "because");
    await settled();
    expect([end.code, losses.length]).toEqual(what === "resumes" ? [undefined, 0] : ["unknown", 1]);
    expect(ann.state).toBe(what === "stops" ? "closed" : "waiting");
    if (what === "stops") return;
    client.redial();
    expect(relay.line.protocols.length).toBe(what === "resumes" ? 2 : 1);
  });

  test("restarting: the next attempts follow quickly, for seconds", () => {
    const { relay, clock } = resumableReady();
    relay.close(4004);
    for (let attempt = 0; attempt < 6; attempt++) {
      const { length } = relay.lines;
      clock.advance(250);
      expect(relay.lines.length).toBe(length + 1);
      relay.drop();
    }
  });
});

describe("R74: old and new connection at once", () => {
  test("a half-open connection is replaced, not closed: a close would end the session", async () => {
    const client = resumableReady();
    const { ann, relay, clock, losses } = client;
    const heard = heardBy(client);
    const old = relay.line;
    const end = outcomeOf(ann.to("Bob").send({ n: 1 }));
    // Nothing gets through any more, and nobody is told.
    clock.advance(25_000);
    expect([ann.state, old.closedWith]).toEqual(["waiting", undefined]);
    relay.session.send(message(1));
    client.return();
    await settled();
    expect([ann.state, end.value, heard, losses]).toEqual(["ready", { taken: 1 }, [1], []]);
    expect([old.over, relay.session.isOver, relay.session.line]).toEqual([true, false, relay.line]);
  });

  test("what the old one still delivers, and its end, are ignored", () => {
    const client = resumableReady();
    const { ann, relay, clock } = client;
    const heard = heardBy(client);
    const old = relay.line;
    clock.advance(25_000);
    client.return();
    old.deliver(message(1));
    old.onclose?.({ code: 4500, reason: "" });
    expect([ann.state, heard]).toEqual(["ready", []]);
  });

  test("an attempt that hangs is given up; when its resume arrives after that of the next one, it is stale", async () => {
    const client = resumableReady();
    const { ann, relay, clock } = client;
    relay.drop();
    client.redial();
    const first = relay.line;
    relay.step(first, "down", 0);
    clock.advance(10_000);
    expect(ann.state).toBe("waiting");
    expect(first.closedWith).toBeUndefined();
    client.redial();
    const second = relay.line;
    relay.step(second, "down", 0);
    relay.step(second, "up", 1);
    relay.step(first, "up", 1);
    expect(relay.outcomes).toEqual(["resumed", "resume-stale"]);
    relay.flush();
    expect([ann.state, ann.sid, first.over]).toEqual(["ready", 1, true]);
  });

  test("an attempt that never opened is closed: it cannot hold the session", () => {
    const client = resumableReady();
    const { relay, clock } = client;
    relay.drop();
    client.redial();
    const hanging = relay.line;
    clock.advance(10_000);
    expect(hanging.over).toBe(true);
  });

  test("close() while waiting and while resuming leaves no timer, and closes what the server may still hold", async () => {
    for (const redials of [false, true]) {
      const client = resumableReady();
      const { ann, relay, clock } = client;
      const end = outcomeOf(ann.to("Bob").send({}));
      const old = relay.line;
      clock.advance(25_000);
      if (redials) client.redial();
      ann.close();
      await settled();
      expect([end.code, clock.pending, ann.state]).toEqual(["unknown", 0, "closed"]);
      expect([old.over, relay.session.isOver]).toEqual([true, true]);
    }
  });

  test("a listener of waiting closes the client: nothing is tried again", () => {
    const { ann, relay, clock } = resumableReady();
    ann.on("state", (state) => state === "waiting" && ann.close());
    relay.drop();
    expect([ann.state, clock.pending]).toEqual(["closed", 0]);
  });
});

describe("a drop in the middle of something", () => {
  test("joins, watches, pages, logins and latency go on", async () => {
    const client = resumableReady();
    const { ann, relay } = client;
    const room = ann.hub("h");
    const ends = [room.join(), ann.watch("Bob"), room.page(), ann.login({ name: "Anna" }), ann.latency()].map(
      outcomeOf,
    );
    await settled();
    relay.drop();
    ends.push(outcomeOf(ann.hub("i").join()));
    client.return();
    await settled();
    expect(ends.map((end) => "value" in end)).toEqual([true, true, true, true, true, true]);
    expect([room.status, ann.name]).toEqual(["in", "Anna"]);
  });

  test("questions: the answer arrives after the drop; a timeout cancels while away", async () => {
    const client = resumableReady();
    const { ann, relay, clock } = client;
    const answered = outcomeOf(ann.ask("calc", {}));
    const late = outcomeOf(ann.ask("calc", {}, { timeout: 100 }));
    relay.flush();
    relay.drop();
    clock.advance(100);
    relay.session.send({ toS: 1, $answer: { id: 1 }, sum: 3, sID: 9, FROM: "calc" });
    client.return();
    await settled();
    expect([answered, late]).toEqual([{ value: { sum: 3 } }, { code: "timeout" }]);
    expect(relay.session.received.at(-1)).toContain('"$call":{"cancel":2}');
  });

  test("handlers go on, and their answers wait", async () => {
    const client = resumableReady();
    const { ann, relay } = client;
    let finish = () => {};
    const signals: AbortSignal[] = [];
    ann.handle((_, { signal }) => {
      signals.push(signal);
      return new Promise((resolve) => {
        finish = () => resolve({ sum: 3 });
      });
    });
    relay.session.send({ to: "Ann", $call: { id: 7 }, sID: 9, FROM: "Bob" });
    relay.flush();
    relay.drop();
    finish();
    await settled();
    client.return();
    await settled();
    expect([signals[0]?.aborted, relay.session.received.at(-1)]).toEqual([
      false,
      expect.stringContaining('"toS":9,"$answer":{"id":7},"sum":3'),
    ]);
  });

  test("streams, in both directions", async () => {
    const client = resumableReady();
    const { ann, relay } = client;
    const streams: IncomingStream[] = [];
    onStream(ann, async (stream) => {
      streams.push(stream);
      await new Response(stream.readable).bytes();
    });
    const opened = openStream(ann, "Bob");
    await settled();
    relay.flush();
    relay.session.send({ toS: 1, $answer: { id: 1, credit: 100_000 }, sID: 9, FROM: "Bob" });
    relay.session.send({ to: "Ann", $call: { id: 7, stream: true }, sID: 9, FROM: "Bob" });
    relay.flush();
    const { writable } = await opened;
    const writer = writable.getWriter();
    await writer.write(new Uint8Array(10));
    relay.drop();
    await writer.write(new Uint8Array(20));
    relay.session.send({ toS: 1, $call: { id: 7, data: true }, sID: 9, FROM: "Bob" }, new Uint8Array(30));
    relay.session.send({ toS: 1, $call: { id: 7, end: true }, size: 30, sID: 9, FROM: "Bob" });
    client.return();
    await until("the confirmation", () => {
      relay.flush();
      return relay.session.received.some((frame) => String(frame).includes('"$answer":{"id":7}'));
    });
    const binary = relay.session.received.filter((frame) => typeof frame !== "string");
    expect([streams.length, binary.length]).toEqual([1, 2]);
  });

  test("loops over messages go on, and rooms do not notice", async () => {
    const client = resumableReady();
    const { ann, relay } = client;
    const room = ann.hub("h");
    const changes: unknown[] = [];
    void room.join();
    relay.flush();
    await settled();
    room.on("change", (status) => changes.push(status));
    const seen: unknown[] = [];
    const loop = (async () => {
      for await (const { data } of room.messages()) if (seen.push(data.n) === 2) break;
    })();
    relay.session.send({ toH: "h", n: 1, sID: 9, FROM: "Bob" });
    relay.flush();
    relay.drop();
    relay.session.send({ toH: "h", n: 2, sID: 9, FROM: "Bob" });
    client.return();
    await loop;
    expect([seen, changes, room.status]).toEqual([[1, 2], [], "in"]);
  });

  test("sends without confirmation resolve when they are passed on; drain() waits for them", async () => {
    const client = resumableReady();
    const { ann, relay } = client;
    relay.drop();
    const end = outcomeOf(ann.to("Bob").send({ n: 1 }, { confirm: false }));
    const drained = outcomeOf(ann.drain());
    await settled();
    expect([end, drained]).toEqual([{}, {}]);
    client.return();
    await settled();
    expect(["value" in end, "value" in drained, numbersIn(relay.session.received)]).toEqual([true, true, [1]]);
  });

  test("the bytes of a message are those at the time of the send", async () => {
    const client = resumableReady();
    const { ann, relay } = client;
    relay.drop();
    const bytes = Uint8Array.of(1, 2, 3);
    void ann.to("Bob").sendBinary(bytes);
    bytes.fill(0);
    relay.session.isOver = true;
    client.return();
    await settled();
    expect(relay.session.received.at(-1)?.slice(-3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("while away, what does not fit is rejected as outbox-full; answers still fit", async () => {
    const client = resumableReady();
    const { ann, relay } = client;
    relay.drop();
    let sent = 0;
    for (; ann.pressure < 1; sent++) void ann.to("Bob").send({ n: sent });
    expect((await faultOf(ann.to("Bob").send({}))).code).toBe("outbox-full");
    expect(sent).toBeGreaterThan(CAPACITY.frames - 10);
    const joined = outcomeOf(ann.hub("h").join());
    client.return();
    await settled();
    expect([joined.value !== undefined, numbersIn(relay.session.received).length]).toEqual([true, sent]);
  });
});
