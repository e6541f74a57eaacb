import { describe, expect, test } from "bun:test";
import { CAPACITY } from "../src/frame-log.ts";
import { type IncomingStream, onStream, openStream } from "../src/streams.ts";
import { numbersIn, resumableReady } from "./kit/resumable-client.ts";
import { faultOf, outcomeOf, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

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

  test("a stream keeps to the limit of the relay that continues the session", async () => {
    const client = resumableReady();
    const { ann, relay, clock } = client;
    const opened = openStream(ann, "Bob");
    await settled();
    relay.flush();
    relay.session.send({ toS: 1, $answer: { id: 1, credit: 1_000_000 }, sID: 9, FROM: "Bob" });
    relay.flush();
    const writer = (await opened).writable.getWriter();
    const write = async () => {
      const written = outcomeOf(writer.write(new Uint8Array(90_000)));
      await settled();
      return written;
    };
    const isDone = (written: object) => "value" in written;
    const before = isDone(await write());
    relay.drop();
    relay.limits = { bytesPerSecond: 100_000 };
    client.return();
    // A second's worth goes at once.
    const [first, second] = [await write(), await write()];
    expect([before, isDone(first), isDone(second)]).toEqual([true, true, false]);
    clock.advance(1_000);
    await settled();
    expect(isDone(second)).toBe(true);
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
