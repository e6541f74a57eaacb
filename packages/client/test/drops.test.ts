import { describe, expect, test } from "bun:test";
import { type IncomingStream, onStream, openStream } from "../src/streams.ts";
import { connectingClient, faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

type Scripted = ReturnType<typeof connectingClient>;
type End = ReturnType<typeof outcomeOf>;

/** Something under way on a connection that is up. */
interface Point {
  /** Begins it; resolves when the next thing that can happen is a drop. */
  readonly begin: (scripted: Scripted) => Promise<End> | End;
  /** How it has ended after the drop: `waits` for the next connection, or its end. */
  readonly ends: "waits" | { readonly code: string } | { readonly value: unknown };
  /** What is asked again on the next connection. */
  readonly again?: string;
}

const seen = async ({ relay }: Scripted, key: string) => {
  await until(key, () => relay.socket.has(key));
  return relay.socket.take(key);
};

const points: Record<string, Point> = {
  "mid-send": {
    begin: ({ ann }) => outcomeOf(ann.to("Bob").send({})),
    ends: { code: "unknown" },
  },
  "mid-send, repeatable": {
    begin: ({ ann }) => outcomeOf(ann.to("Bob").send({}, { repeatable: true })),
    ends: "waits",
    again: "to",
  },
  "mid-join": {
    begin: ({ ann }) => outcomeOf(ann.hub("h").join()),
    ends: "waits",
    again: "joinHub",
  },
  "mid-join, while presence loads": {
    begin: ({ ann }) => outcomeOf(ann.hub("h").join({ presence: true })),
    ends: "waits",
    again: "joinHub",
  },
  "mid-leave": {
    begin: ({ ann }) => outcomeOf(ann.hub("h").leave()),
    ends: { value: undefined },
  },
  "mid-page": {
    async begin(scripted) {
      const end = outcomeOf(scripted.ann.hub("h").page());
      await seen(scripted, "$members");
      return end;
    },
    ends: { code: "unknown" },
  },
  "mid-call, before it was taken": {
    begin: ({ ann }) => outcomeOf(ann.ask("calc", {})),
    ends: { code: "unknown" },
  },
  "mid-call, while it is answered": {
    begin({ ann, relay }) {
      const end = outcomeOf(ann.ask("calc", {}));
      relay.socket.reply(relay.socket.take("$call"), { taken: 1 });
      return end;
    },
    ends: { code: "unknown" },
  },
  "mid-watch": {
    async begin(scripted) {
      const end = outcomeOf(scripted.ann.watch("Bob"));
      await seen(scripted, "$watch");
      return end;
    },
    ends: "waits",
    again: "$watch",
  },
  "mid-latency": {
    async begin(scripted) {
      const end = outcomeOf(scripted.ann.latency());
      await seen(scripted, "$time");
      return end;
    },
    ends: { code: "unknown" },
  },
  "mid-login, under another name": {
    begin: ({ ann }) => outcomeOf(ann.login({ name: "Anna" })),
    ends: { value: undefined },
  },
  "mid-stream, before it was accepted": {
    async begin(scripted) {
      const end = outcomeOf(openStream(scripted.ann, "Bob"));
      await seen(scripted, "$call");
      return end;
    },
    ends: { code: "unknown" },
  },
  "mid-drain": {
    begin({ ann }) {
      void ann.to("Bob").send({});
      return outcomeOf(ann.drain());
    },
    ends: { value: undefined },
  },
};

describe("R61: dropped in the middle of something", () => {
  test.each(Object.entries(points))("%s", async (_, { begin, ends, again }) => {
    const scripted = readyClient();
    const { ann, relay, clock, losses, states } = scripted;
    const end = await begin(scripted);
    expect(end).toEqual({});
    relay.socket.drop();
    // One pause, and nothing else that could wake up later.
    expect([ann.state, losses.length]).toEqual(["waiting", 1]);
    scripted.reconnect();
    await settled();
    expect(states.at(-1)).toBe("ready");
    expect(end).toEqual(ends === "waits" ? {} : ends);
    if (again) await seen(scripted, again);
    ann.close();
    await settled();
    expect([clock.pending, ends === "waits" ? "code" in end : false]).toEqual([0, ends === "waits"]);
  });

  test("mid-answer: the signal is aborted, and its answer goes nowhere, thrown or returned", async () => {
    const { ann, relay, reconnect, faults } = readyClient();
    const told: unknown[] = [];
    let asked = 0;
    ann.handle(
      ({ n }, { signal }) =>
        new Promise((resolve, reject) => {
          asked++;
          signal.addEventListener("abort", () => {
            told.push(n);
            if (n === 1) resolve({});
            else reject(new Error("too late"));
          });
        }),
    );
    for (const n of [1, 2]) relay.socket.deliver({ to: "Ann", n, $call: { id: n }, sID: 9, FROM: "Bob" });
    await until("both questions", () => asked === 2);
    relay.socket.drop();
    reconnect();
    await settled();
    expect([told, relay.socket.has("$answer"), faults]).toEqual([[1, 2], false, []]);
  });

  test("mid-stream, incoming: the reader fails with unknown", async () => {
    const { ann, relay, reconnect } = readyClient();
    const streams: IncomingStream[] = [];
    onStream(ann, (stream) => streams.push(stream));
    relay.socket.deliver({ to: "Ann", $call: { id: 7, stream: true }, sID: 9, FROM: "Bob" });
    await settled();
    relay.socket.deliverBinary({ toS: 1, $call: { id: 7, data: true }, sID: 9, FROM: "Bob" }, new Uint8Array(10));
    relay.socket.drop();
    reconnect();
    const [stream] = streams;
    expect(stream && (await faultOf(new Response(stream.readable).bytes())).code).toBe("unknown");
    // The same id may come again, and is another stream.
    relay.socket.deliver({ to: "Ann", $call: { id: 7, stream: true }, sID: 9, FROM: "Bob" });
    await settled();
    expect(streams.length).toBe(2);
  });
});

describe("R61: dropped while connecting, again and again", () => {
  const stages: Record<string, (scripted: Scripted) => void> = {
    "before it opens": () => {},
    "before hello": ({ relay }) => relay.socket.open(),
    "after the login was sent": ({ relay }) => relay.socket.hello(),
    "after the login was refused for a while": ({ relay }) => {
      relay.socket.hello();
      relay.socket.refuse(relay.socket.take("setID"), "busy");
    },
  };

  test.each(Object.entries(stages))("%s: one attempt at a time, and what waits is sent once", async (_, reach) => {
    const scripted = connectingClient();
    const { ann, relay, clock, losses, reconnect } = scripted;
    const sent = outcomeOf(ann.to("Bob").send({ n: 1 }));
    for (let attempt = 1; attempt <= 4; attempt++) {
      reach(scripted);
      relay.socket.drop();
      // The pause before the next attempt is all that waits.
      expect([ann.state, clock.pending, relay.sockets.length]).toEqual(["waiting", 1, attempt]);
      while (relay.sockets.length === attempt) clock.advance(10);
    }
    expect([sent, losses]).toEqual([{}, []]);
    relay.socket.drop();
    reconnect();
    relay.socket.reply(relay.socket.take("to"), { taken: 1 });
    await settled();
    expect([sent, relay.socket.has("to")]).toEqual([{ value: { taken: 1 } }, false]);
  });

  test("another login while one is being checked: the newer counts", async () => {
    const { ann, relay } = connectingClient();
    relay.socket.hello();
    const login = outcomeOf(ann.login({ name: "Anna" }));
    relay.socket.reply(relay.socket.take("setID"), { name: "Ann" });
    expect(ann.state).toBe("connecting");
    relay.socket.reply(relay.socket.take("setID"), { name: "Anna" });
    await settled();
    expect([ann.name, ann.state, login]).toEqual(["Anna", "ready", { value: undefined }]);
  });
});

describe("closed at an odd moment", () => {
  test("by a listener of the drop: nothing is tried again", () => {
    const { ann, relay, clock, states } = readyClient();
    ann.on("lost", () => ann.close());
    relay.socket.drop();
    expect([states, clock.pending]).toEqual([["ready", "closed"], 0]);
  });
});
