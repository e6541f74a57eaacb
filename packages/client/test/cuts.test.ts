import { describe, expect, test } from "bun:test";
import { type IncomingStream, onStream, openStream } from "../src/streams.ts";
import { endOf, faultOf, readyStage, settled, stage } from "./kit/stage.ts";
import { until } from "./kit/until.ts";

type Staged = ReturnType<typeof stage>;
type End = ReturnType<typeof endOf>;

/** Something under way on a connection that is up. */
interface Point {
  /** Begins it; resolves when the next thing that can happen is a cut. */
  readonly begin: (staged: Staged) => Promise<End> | End;
  /** How it has ended once the cut is over: `waits` for the next connection, or its end. */
  readonly ends: "waits" | { readonly code: string } | { readonly value: unknown };
  /** What is asked again on the next connection. */
  readonly again?: string;
}

const seen = async ({ relay }: Staged, key: string) => {
  await until(key, () => relay.link.has(key));
  return relay.link.take(key);
};

const points: Record<string, Point> = {
  "mid-send": {
    begin: ({ ann }) => endOf(ann.to("Bob").send({})),
    ends: { code: "unknown" },
  },
  "mid-send, repeatable": {
    begin: ({ ann }) => endOf(ann.to("Bob").send({}, { repeatable: true })),
    ends: "waits",
    again: "to",
  },
  "mid-join": {
    begin: ({ ann }) => endOf(ann.hub("h").join()),
    ends: "waits",
    again: "joinHub",
  },
  "mid-join, while presence loads": {
    begin: ({ ann }) => endOf(ann.hub("h").join({ presence: true })),
    ends: "waits",
    again: "joinHub",
  },
  "mid-leave": {
    begin: ({ ann }) => endOf(ann.hub("h").leave()),
    ends: { value: undefined },
  },
  "mid-page": {
    async begin(staged) {
      const end = endOf(staged.ann.hub("h").page());
      await seen(staged, "$members");
      return end;
    },
    ends: { code: "unknown" },
  },
  "mid-call, before it was taken": {
    begin: ({ ann }) => endOf(ann.ask("calc", {})),
    ends: { code: "unknown" },
  },
  "mid-call, while it is answered": {
    begin({ ann, relay }) {
      const end = endOf(ann.ask("calc", {}));
      relay.link.reply(relay.link.take("$call"), { taken: 1 });
      return end;
    },
    ends: { code: "unknown" },
  },
  "mid-watch": {
    async begin(staged) {
      const end = endOf(staged.ann.watch("Bob"));
      await seen(staged, "$watch");
      return end;
    },
    ends: "waits",
    again: "$watch",
  },
  "mid-latency": {
    async begin(staged) {
      const end = endOf(staged.ann.latency());
      await seen(staged, "$time");
      return end;
    },
    ends: { code: "unknown" },
  },
  "mid-login, under another name": {
    begin: ({ ann }) => endOf(ann.login({ name: "Anna" })),
    ends: { value: undefined },
  },
  "mid-stream, before it was accepted": {
    async begin(staged) {
      const end = endOf(openStream(staged.ann, "Bob"));
      await seen(staged, "$call");
      return end;
    },
    ends: { code: "unknown" },
  },
  "mid-drain": {
    begin({ ann }) {
      void ann.to("Bob").send({});
      return endOf(ann.drain());
    },
    ends: { value: undefined },
  },
};

describe("R61: cut in the middle of something", () => {
  test.each(Object.entries(points))("%s", async (_, { begin, ends, again }) => {
    const staged = readyStage();
    const { ann, relay, clock, losses, states } = staged;
    const end = await begin(staged);
    expect(end).toEqual({});
    relay.link.cut();
    // One pause, and nothing else that could wake up later.
    expect([ann.state, losses.length]).toEqual(["waiting", 1]);
    staged.comeBack();
    await settled();
    expect(states.at(-1)).toBe("ready");
    expect(end).toEqual(ends === "waits" ? {} : ends);
    if (again) await seen(staged, again);
    ann.close();
    await settled();
    expect([clock.pending, ends === "waits" ? "code" in end : false]).toEqual([0, ends === "waits"]);
  });

  test("mid-answer: the handler is told, and its answer goes nowhere, thrown or returned", async () => {
    const { ann, relay, comeBack, faults } = readyStage();
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
    for (const n of [1, 2]) relay.link.say({ to: "Ann", n, $call: { id: n }, sID: 9, FROM: "Bob" });
    await until("both questions", () => asked === 2);
    relay.link.cut();
    comeBack();
    await settled();
    expect([told, relay.link.has("$answer"), faults]).toEqual([[1, 2], false, []]);
  });

  test("mid-stream, on its way in: the reader is told that the rest is unknown", async () => {
    const { ann, relay, comeBack } = readyStage();
    const streams: IncomingStream[] = [];
    onStream(ann, (stream) => streams.push(stream));
    relay.link.say({ to: "Ann", $call: { id: 7, stream: true }, sID: 9, FROM: "Bob" });
    await settled();
    relay.link.sayBinary({ toS: 1, $call: { id: 7, data: true }, sID: 9, FROM: "Bob" }, new Uint8Array(10));
    relay.link.cut();
    comeBack();
    const [stream] = streams;
    expect(stream && (await faultOf(new Response(stream.readable).bytes())).code).toBe("unknown");
    // The same id may come again, and is another stream.
    relay.link.say({ to: "Ann", $call: { id: 7, stream: true }, sID: 9, FROM: "Bob" });
    await settled();
    expect(streams.length).toBe(2);
  });
});

describe("R61: cut on the way up, again and again", () => {
  const stages: Record<string, (staged: Staged) => void> = {
    "before it opens": () => {},
    "before hello": ({ relay }) => relay.link.open(),
    "after the login was sent": ({ relay }) => relay.link.hello(),
    "after the login was refused for a while": ({ relay }) => {
      relay.link.hello();
      relay.link.refuse(relay.link.take("setID"), "busy");
    },
  };

  test.each(Object.entries(stages))("%s: one attempt at a time, and what waits is sent once", async (_, reach) => {
    const staged = stage();
    const { ann, relay, clock, losses, comeBack } = staged;
    const sent = endOf(ann.to("Bob").send({ n: 1 }));
    for (let attempt = 1; attempt <= 4; attempt++) {
      reach(staged);
      relay.link.cut();
      // The pause before the next attempt is all that waits.
      expect([ann.state, clock.pending, relay.sockets.length]).toEqual(["waiting", 1, attempt]);
      while (relay.sockets.length === attempt) clock.advance(10);
    }
    expect([sent, losses]).toEqual([{}, []]);
    relay.link.cut();
    comeBack();
    relay.link.reply(relay.link.take("to"), { taken: 1 });
    await settled();
    expect([sent, relay.link.has("to")]).toEqual([{ value: { taken: 1 } }, false]);
  });

  test("another login while one is being checked: the newer counts", async () => {
    const { ann, relay } = stage();
    relay.link.hello();
    const login = endOf(ann.login({ name: "Anna" }));
    relay.link.reply(relay.link.take("setID"), { name: "Ann" });
    expect(ann.state).toBe("connecting");
    relay.link.reply(relay.link.take("setID"), { name: "Anna" });
    await settled();
    expect([ann.name, ann.state, login]).toEqual(["Anna", "ready", { value: undefined }]);
  });
});

describe("closed at an odd moment", () => {
  test("by whoever is told of the cut: nothing is tried again", () => {
    const { ann, relay, clock, states } = readyStage();
    ann.on("lost", () => ann.close());
    relay.link.cut();
    expect([states, clock.pending]).toEqual([["ready", "closed"], 0]);
  });

  test("while the words of the original protocol are loaded: nothing is opened", async () => {
    const { ann, relay, clock } = stage({ dialect: "cloud" });
    ann.close();
    await import("../src/old.ts");
    await settled();
    expect([relay.sockets.length, clock.pending]).toEqual([0, 0]);
  });
});
