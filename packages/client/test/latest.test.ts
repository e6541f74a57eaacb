import { describe, expect, test } from "bun:test";
import { cloud } from "../src/legacy.ts";
import { resumableReady } from "./kit/resumable-client.ts";
import { connectingClient, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";

const replaced = { value: { taken: undefined, dropped: true } };

/** What the relay received of the messages, in order. */
const messagesIn = (frames: readonly unknown[]): unknown[] =>
  frames.flatMap((frame) => (typeof frame === "string" && frame.includes('"n":') ? [JSON.parse(frame).n] : []));

describe("R130: latest-value sends", () => {
  test("R114: the keys that the relay reads; receivers do not see them", () => {
    const { ann, relay } = readyClient();
    void ann.hub("game").send({ x: 1 }, { latest: "pos", term: 3 });
    void ann.to(["Bob", "Cid"]).send({ x: 2 }, { latest: "pos" });
    expect(relay.socket.inbox).toEqual([
      { $ref: 2, toH: "game", $latest: "pos", $term: 3, x: 1 },
      { $ref: 3, to: ["Bob", "Cid"], $latest: "pos", x: 2 },
    ]);
    const heard: unknown[] = [];
    ann.on("message", ({ data, text }) => heard.push(data, text));
    relay.socket.deliver('{"toH":"game","$latest":"pos","x":1,"sID":9,"FROM":"Bob"}');
    expect(heard).toEqual([{ x: 1 }, '{"toH":"game","$latest":"pos","x":1}']);
  });

  test("to a legacy client, $latest is payload like any other", () => {
    const { ann, relay } = connectingClient({ dialect: cloud });
    relay.socket.open();
    relay.socket.deliver({ auth: "OK", SID: 1 });
    const heard: unknown[] = [];
    ann.on("message", ({ data }) => heard.push(data));
    relay.socket.deliver({ toH: "game", $latest: 5, sID: 9, FROM: "Bob" });
    expect(heard).toEqual([{ $latest: 5 }]);
  });

  test("before the first connection, only the newest per address and key waits", async () => {
    const { ann, relay } = connectingClient();
    const ends = [1, 2, 3].map((n) => outcomeOf(ann.hub("game").send({ n }, { latest: "pos" })));
    void ann.hub("game").send({ n: 4 }, { latest: "other" });
    void ann.broadcast("game").send({ n: 5 }, { latest: "pos" });
    void ann.to("Bob").send({ n: 6 }, { latest: "pos" });
    void ann.to("Bob").send({ n: 7 });
    await settled();
    expect(ends).toEqual([replaced, replaced, {}]);
    relay.socket.accept();
    expect(messagesIn(relay.socket.texts)).toEqual([3, 4, 5, 6, 7]);
  });

  test("R73: while away, only the newest waits, behind what was sent before; everything else arrives exactly once", async () => {
    const client = resumableReady();
    const { ann, relay } = client;
    relay.drop();
    const normal = [1, 2].map((n) => outcomeOf(ann.to("Bob").send({ n })));
    const ends = Array.from({ length: 240 }, (_, n) =>
      outcomeOf(ann.to("Bob").send({ n: 1_000 + n }, { latest: "p" })),
    );
    void ann.to("Bob").send({ n: 3 });
    client.return();
    await settled();
    expect(messagesIn(relay.session.received)).toEqual([1, 2, 1_239, 3]);
    expect(ends.slice(0, -1)).toEqual(Array(239).fill(replaced));
    expect([ends.at(-1)?.code, ...normal.map(({ code }) => code)]).toEqual([undefined, undefined, undefined]);
    void ann.to("Bob").send({ n: 4 }, { latest: "p" });
    relay.flush();
    expect(messagesIn(relay.session.received)).toEqual([1, 2, 1_239, 3, 4]);
  });

  test("what the relay may have received is not replaced: the counts of both sides stay the same", async () => {
    const client = resumableReady();
    const { ann, relay, losses } = client;
    void ann.to("Bob").send({ n: 1 }, { latest: "p" });
    relay.drop();
    void ann.to("Bob").send({ n: 2 }, { latest: "p" });
    void ann.to("Bob").send({ n: 3 }, { latest: "p" });
    client.return();
    void ann.to("Bob").send({ n: 4 });
    relay.flush();
    await settled();
    expect([messagesIn(relay.session.received), losses]).toEqual([[1, 3, 4], []]);
  });

  test("when the rate limit holds frames back, the newest replaces those that wait", async () => {
    const { ann, relay, clock } = connectingClient();
    relay.socket.accept(1, { framesPerSecond: 4 });
    for (let n = 0; ann.pressure === 0; n++) void ann.to("Bob").send({ n });
    const before = messagesIn(relay.socket.texts).length;
    const ends = Array.from({ length: 50 }, (_, n) => outcomeOf(ann.to("Bob").send({ n: 100 + n }, { latest: "p" })));
    clock.advance(5_000);
    expect(
      messagesIn(relay.socket.texts)
        .slice(before)
        .filter((n) => Number(n) >= 100),
    ).toEqual([149]);
    await settled();
    expect(ends[0]).toEqual(replaced);
  });

  test("drain() does not wait for what was replaced", async () => {
    const { ann, relay } = connectingClient();
    for (const n of [1, 2]) void ann.to("Bob").send({ n }, { latest: "p", confirm: false });
    const drained = outcomeOf(ann.drain());
    relay.socket.accept();
    await settled();
    expect([messagesIn(relay.socket.texts), drained]).toEqual([[2], { value: undefined }]);
  });
});

describe("ifConnected", () => {
  test("dropped while connecting and while away, sent while connected", async () => {
    const client = resumableReady();
    const { ann, relay, faults } = client;
    relay.drop();
    const options = [{ ifConnected: true }, { ifConnected: true, confirm: false }, { ifConnected: true, latest: "p" }];
    const ends = options.map((option, n) => outcomeOf(ann.to("Bob").send({ n }, option)));
    await settled();
    expect(ends).toEqual([replaced, replaced, replaced]);
    client.return();
    expect(messagesIn(relay.session.received)).toEqual([]);
    for (const [n, option] of options.entries()) void ann.to("Bob").send({ n: n + 10 }, option);
    relay.flush();
    expect([messagesIn(relay.session.received), faults]).toEqual([[10, 11, 12], []]);
    const early = connectingClient();
    const end = outcomeOf(early.ann.to("Bob").send({ n: 1 }, { ifConnected: true }));
    await settled();
    expect(end).toEqual(replaced);
  });

  test("dropped when the rate limit would hold it back", async () => {
    const { ann, relay, clock } = connectingClient();
    relay.socket.accept(1, { framesPerSecond: 4 });
    const ends = Array.from({ length: 20 }, (_, n) => outcomeOf(ann.to("Bob").send({ n }, { ifConnected: true })));
    await settled();
    const sent = messagesIn(relay.socket.texts).length;
    expect(sent).toBeLessThan(10);
    expect(ends.filter(({ value }) => Object(value).dropped === true).length).toBe(20 - sent - 1);
    clock.advance(5_000);
    expect(messagesIn(relay.socket.texts).length).toBe(sent + 1);
  });

  test("a term that is missing by mistake is rejected", async () => {
    const { ann, relay } = readyClient();
    const ends = [undefined, "3", null].map((term) => outcomeOf(ann.hub("game").send({}, { term: term as never })));
    await settled();
    expect([ends, relay.socket.has("toH")]).toEqual([Array(3).fill({ code: "invalid" }), false]);
  });
});
