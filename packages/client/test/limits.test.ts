import { describe, expect, test } from "bun:test";
import { startServer } from "../../server/test/kit/server.ts";
import { connect } from "../src/index.ts";
import { droppable } from "./kit/droppable.ts";
import { connectingClient, faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

describe("L4: a frame larger than the server takes fails alone, whatever produced it", () => {
  const large = "x".repeat(1_000);
  const limited = () => {
    const client = connectingClient();
    client.relay.socket.accept(1, { frame: 500 });
    return client;
  };

  test("sends, bytes, questions, joins, watches and logins", async () => {
    const { ann, relay } = limited();
    const sent = relay.socket.texts.length;
    const ends = [
      ann.to("Bob").send({ large }),
      ann.to("Bob").sendBinary(new Uint8Array(600)),
      ann.ask("Bob", { large }),
      ann.hub("h").join({ attributes: { large } }),
      ann.watch(large),
      ann.login({ name: large }),
    ];
    for (const end of ends) expect((await faultOf(end)).code).toBe("too-large");
    expect([relay.socket.texts.length, ann.state]).toEqual([sent, "ready"]);
  });

  test("an answer: its asker is told, and this client says why", async () => {
    const { ann, relay, faults } = limited();
    ann.handle(() => ({ large }));
    relay.socket.deliver({ to: "Ann", $call: { id: 7 }, sID: 9, FROM: "Bob" });
    await until("the answer", () => relay.socket.has("$answer"));
    expect(relay.socket.take("$answer").$answer).toMatchObject({ id: 7, fault: { code: "failed" } });
    expect(faults.map(({ code }) => code)).toEqual(["too-large"]);
  });

  test("progress: only a fault here, and the answer still comes", async () => {
    const { ann, relay, faults } = limited();
    ann.handle((_, { progress }) => {
      progress({ large });
      return { fine: true };
    });
    relay.socket.deliver({ to: "Ann", $call: { id: 7 }, sID: 9, FROM: "Bob" });
    await until("the answer", () => relay.socket.has("$answer"));
    expect(relay.socket.inbox).toMatchObject([{ fine: true, $answer: { id: 7 } }]);
    expect(faults.map(({ code }) => code)).toEqual(["too-large"]);
  });

  test("what waited before the limit was known, and what was sent without confirmation", async () => {
    const { ann, relay, faults } = connectingClient();
    const before = ["a", large, "b"].map((text) => outcomeOf(ann.to("Bob").send({ text })));
    relay.socket.accept(1, { frame: 500 });
    await settled();
    expect(before.map(({ code }) => code)).toEqual([undefined, "too-large", undefined]);
    expect([relay.socket.take("to").text, relay.socket.take("to").text]).toEqual(["a", "b"]);
    await ann.to("Bob").send({ large }, { confirm: false });
    expect(faults.map(({ code }) => code)).toEqual(["too-large"]);
  });

  test("the fault says the size, the limit and what to do", async () => {
    const { ann } = limited();
    const { message, remedy, name, link } = await faultOf(ann.to("Bob").send({ large }));
    expect(message).toMatch(/1,?0\d\d bytes.*500/);
    expect(remedy).toContain("Split it");
    expect([name, link]).toEqual(["Fault", "http://relay/client#faults"]);
  });

  test("before a real relay: large frames right after connect(), and a large answer", async () => {
    await using server = await startServer({ "max-frame": "64KiB" });
    const ann = connect(server.ws(), { name: "Ann" });
    const heard: unknown[] = [];
    ann.on("message", ({ data }) => heard.push(Object.keys(data)));
    const ends = [{ hello: 1 }, { text: "x".repeat(100_000) }, { after: 1 }].map((data) =>
      outcomeOf(ann.to("Ann").send(data)),
    );
    ann.handle(() => ({ text: "x".repeat(1_100_000) }));
    expect((await faultOf(ann.ask("Ann", {}))).code).toBe("failed");
    expect(ends).toMatchObject([{ value: { taken: 1 } }, { code: "too-large" }, { value: { taken: 1 } }]);
    expect([heard, ann.state]).toEqual([[["hello"], ["after"]], "ready"]);
    ann.close();
  });
});

describe("L2: it keeps to the rate limits of the hello", () => {
  test("R14: what is too much at once is sent later, in order, and the timer ends with it", async () => {
    const { ann, relay, clock } = connectingClient();
    relay.socket.accept(1, { framesPerSecond: 10 });
    for (let n = 0; n < 30; n++) void ann.to("Bob").send({ n });
    const count = () => relay.socket.inbox.filter((frame) => "to" in frame).length;
    expect([count() <= 15, count() >= 8, ann.pressure > 0]).toEqual([true, true, true]);
    const first = count();
    clock.advance(1_000);
    expect(count() - first).toBeLessThanOrEqual(10);
    clock.advance(3_000);
    expect(relay.socket.inbox.filter((frame) => "to" in frame).map(({ n }) => n)).toEqual(
      Array.from({ length: 30 }, (_, n) => n),
    );
    expect([ann.pressure, clock.pending]).toEqual([0, 1]);
  });

  test("what is held back when the connection drops was never sent: it waits for the next one", async () => {
    const { ann, relay, reconnect } = connectingClient();
    relay.socket.accept(1, { framesPerSecond: 4 });
    const ends = Array.from({ length: 12 }, (_, n) => outcomeOf(ann.to("Bob").send({ n })));
    const sent = relay.socket.inbox.filter((frame) => "to" in frame).length;
    relay.socket.drop();
    await settled();
    expect(ends.filter(({ code }) => code === "unknown").length).toBe(sent);
    reconnect();
    await settled();
    expect(relay.socket.inbox.filter((frame) => "to" in frame).map(({ n }) => n)).toEqual(
      Array.from({ length: 12 - sent }, (_, n) => n + sent),
    );
  });

  test("when too much is held back, sends are refused as outbox-full, and pressure says so before", async () => {
    const { ann, relay } = connectingClient();
    relay.socket.accept(1, { framesPerSecond: 4 });
    for (let n = 0; ann.pressure < 1; n++) void ann.to("Bob").send({ n });
    expect(await faultOf(ann.to("Bob").send({}))).toMatchObject({ code: "outbox-full", retry: true });
    ann.close();
  });

  test("a clock that is set back delays nothing", () => {
    const { ann, relay, clock } = connectingClient();
    relay.socket.accept(1, { framesPerSecond: 10 });
    clock.lapse(-3_600_000);
    void ann.to("Bob").send({});
    expect(relay.socket.has("to")).toBe(true);
  });

  test("R6: before a real relay, 2,000 sends at once are all taken", async () => {
    await using server = await startServer({ "max-frames-per-second": 1_000 });
    const { WebSocket } = droppable();
    const ann = connect(server.ws(), { name: "Ann", WebSocket });
    await ann.ready();
    const results = await Promise.all(Array.from({ length: 2_000 }, (_, n) => ann.to("Ann").send({ n })));
    expect(results.every(({ taken }) => taken === 1)).toBe(true);
    ann.close();
  });
});

test("R6: without confirmation no $ref is sent, and the send ends at once, also after it has waited", async () => {
  const { ann, relay } = readyClient();
  expect(await ann.to("Bob").send({ n: 1 }, { confirm: false })).toEqual({ taken: undefined });
  expect(relay.socket.texts.at(-1)).toBe('{"to":"Bob","n":1}');
  relay.socket.drop();
  const waiting = outcomeOf(ann.to("Bob").send({ n: 2 }, { confirm: false }));
  await settled();
  expect(waiting).toEqual({});
  expect((await faultOf(ann.to("Bob").send({}, { confirm: false, repeatable: true }))).code).toBe("invalid");
});
