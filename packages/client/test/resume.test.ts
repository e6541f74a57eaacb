import { describe, expect, test } from "bun:test";
import { heardBy, message, numbersIn, resumableClient, resumableReady } from "./kit/resumable-client.ts";
import { faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";

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
