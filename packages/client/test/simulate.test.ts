import { describe, expect, spyOn, test } from "bun:test";
import { startServer } from "../../server/test/kit/server.ts";
import { connect, type Dropped, SimulatedNetwork, type SimulateOption } from "../src/full.ts";
import { ManualClock } from "./kit/manual-clock.ts";
import { randomFrom } from "./kit/random.ts";
import { ResumingRelay } from "./kit/resuming-relay.ts";
import { settled } from "./kit/scripted-client.ts";

/** A client whose network is simulated, and a relay that answers at once. */
function simulating(simulate: SimulateOption["simulate"], random = randomFrom(1)) {
  const relay = new ResumingRelay();
  const clock = new ManualClock();
  const ann = connect("ws://relay", {
    name: "Ann",
    WebSocket: relay.WebSocket,
    clock,
    random,
    ...(simulate && { simulate }),
  });
  const drops: Dropped[] = [];
  ann.on("dropped", (drop) => drops.push(drop));
  return { relay, clock, ann, drops };
}

/** A client whose frames are noted. */
function observing() {
  const relay = new ResumingRelay();
  const seen: string[] = [];
  const ann = connect("ws://relay", {
    name: "Ann",
    WebSocket: relay.WebSocket,
    clock: new ManualClock(),
    observe: (direction, frame) =>
      seen.push(`${direction} ${typeof frame === "string" ? frame : `bytes ${frame.length}`}`),
  });
  return { relay, ann, seen };
}

describe("simulate", () => {
  test("latency: each frame takes longer, in both directions", async () => {
    const { relay, clock, ann } = simulating({ latency: 100 });
    const received: number[] = [];
    relay.flush();
    for (let passed = 0; ann.state !== "ready" && passed < 2_000; passed += 50) {
      clock.advance(50);
      relay.flush();
    }
    expect(ann.state).toBe("ready");
    ann.on("message", () => received.push(clock.now()));
    const sentAt = clock.now();
    relay.session.send({ to: "Ann", sID: 9, FROM: "Bob" });
    relay.flush();
    clock.advance(99);
    expect(received).toEqual([]);
    clock.advance(1);
    expect(received).toEqual([sentAt + 100]);
    const before = relay.session.received.length;
    void ann.to("Bob").send({}, { confirm: false });
    clock.advance(99);
    relay.flush();
    expect(relay.session.received.length).toBe(before);
    clock.advance(1);
    relay.flush();
    expect(relay.session.received.length).toBe(before + 1);
    ann.close();
    clock.advance(100);
    expect(relay.line.closedWith).toBe(1000);
    await settled();
  });

  test("jitter and drops: order stays, connections drop as often as asked, and everything arrives exactly once", async () => {
    const { relay, clock, ann, drops } = simulating({ latency: 20, jitter: 80, drops: 6 });
    const heard: unknown[] = [];
    ann.on("message", ({ data }) => heard.push(data.n));
    relay.flush();
    const { session } = relay;
    const count = { up: 0, down: 0 };
    const minutes = 10;
    for (let passed = 0; passed < minutes * 60_000; passed += 50) {
      clock.advance(50);
      for (const line of relay.lines) relay.flush(line);
      if (passed % 1_000 === 0) {
        void ann.to("Bob").send({ n: count.up++ }, { confirm: false });
        if (session.isResumable) session.send({ to: "Ann", n: count.down++, sID: 9, FROM: "Bob" });
        await settled();
      }
    }
    for (let turn = 0; turn < 200; turn++) {
      clock.advance(50);
      relay.flush();
      await settled();
    }
    const arrived = session.received.flatMap((text) => /"n":(\d+)/.exec(String(text))?.[1] ?? []);
    expect([arrived.length, heard.length]).toEqual([count.up, count.down]);
    expect(arrived).toEqual(Array.from({ length: count.up }, (_, n) => String(n)));
    expect(heard).toEqual(Array.from({ length: count.down }, (_, n) => n));
    expect(drops.length).toBeGreaterThan(minutes * 3);
    expect(drops.length).toBeLessThan(minutes * 9);
    expect([relay.sessions[0]?.isOver, session.mismatches]).toEqual([false, []]);
  });

  test("conditions change while the client is connected, and an outage lets attempts fail until it is over", async () => {
    const clock = new ManualClock();
    const relay = new ResumingRelay();
    const network = new SimulatedNetwork({}, clock, randomFrom(1));
    const ann = connect("ws://relay", {
      name: "Ann",
      WebSocket: relay.WebSocket,
      clock,
      random: randomFrom(2),
      simulate: network,
    });
    const run = (milliseconds: number) => {
      for (let passed = 0; passed < milliseconds; passed += 50) {
        clock.advance(50);
        for (const line of relay.lines) relay.flush(line);
      }
    };
    run(100);
    expect([ann.state, network.conditions]).toEqual(["ready", { latency: 0, jitter: 0, drops: 0 }]);
    const heard: number[] = [];
    ann.on("message", () => heard.push(clock.now()));
    network.change({ latency: 300 });
    const sentAt = clock.now();
    relay.session.send({ to: "Ann", sID: 9, FROM: "Bob" });
    relay.flush();
    run(500);
    expect(heard).toEqual([sentAt + 300]);
    network.change({ latency: 0, drops: 60 });
    run(10_000);
    const drops = relay.lines.length - 1;
    expect(drops).toBeGreaterThan(2);
    network.change({ drops: 0 });
    run(30_000);
    const before = relay.lines.length;
    network.drop(5_000);
    expect([ann.state, network.isDown, relay.line.closedWith]).toEqual(["waiting", true, 4099]);
    run(4_900);
    expect([ann.state === "ready", relay.lines.length]).toEqual([false, before]);
    run(20_000);
    expect([ann.state, network.isDown, relay.sessions.length]).toEqual(["ready", false, 1]);
    expect(relay.outcomes.every((outcome) => outcome === "resumed")).toBe(true);
    ann.close();
    await settled();
  });

  test("observe sees every frame once, received ones before the client handles them", () => {
    const { seen, ann, relay } = observing();
    relay.flush();
    expect(ann.state).toBe("ready");
    expect(seen.slice(0, 3)).toEqual([
      expect.stringMatching(/^in {"\$hello"/),
      'out {"$resume":true}',
      expect.stringMatching(/^out .*"setID":"Ann"/),
    ]);
    ann.on("message", ({ data }) => seen.push(`handled ${data.n}`));
    relay.session.send({ to: "Ann", n: 7, sID: 9, FROM: "Bob" });
    relay.flush();
    expect(seen.slice(-2)).toEqual([expect.stringMatching(/^in .*"n":7/), "handled 7"]);
    void ann.to("Bob").sendBinary(new Uint8Array([1]));
    relay.flush();
    expect(seen.filter((one) => one.startsWith("out bytes")).length).toBe(1);
    ann.close();
  });

  test("R71: an observer that throws loses no frame, in either direction; the error surfaces asynchronously", () => {
    const relay = new ResumingRelay();
    const errors: unknown[] = [];
    using _ = spyOn(globalThis, "queueMicrotask").mockImplementation((task) => {
      try {
        task();
      } catch (error) {
        errors.push(error);
      }
    });
    const ann = connect("ws://relay", {
      name: "Ann",
      WebSocket: relay.WebSocket,
      clock: new ManualClock(),
      observe: () => {
        throw new Error("observer");
      },
    });
    relay.flush();
    expect(ann.state).toBe("ready");
    const got: unknown[] = [];
    ann.on("message", ({ data }) => got.push(data.n));
    relay.session.send({ to: "Ann", n: 7, sID: 9, FROM: "Bob" });
    void ann.to("Bob").send({ n: 8 }, { confirm: false });
    relay.flush();
    expect(got).toEqual([7]);
    expect(JSON.stringify(relay.session.received)).toContain('\\"n\\":8');
    expect(errors.length).toBeGreaterThan(4);
    ann.close();
  });

  test("without it, connect() is that of the core", () => {
    const { relay, ann } = simulating(undefined);
    relay.flush();
    expect([relay.sessions.length, ann.state]).toEqual([1, "ready"]);
  });

  test("before a real relay: drops are resumed, and nothing is lost", async () => {
    await using server = await startServer();
    const ann = connect(server.ws(), {
      name: "Ann",
      random: () => 0.2,
      simulate: { latency: 2, jitter: 5, drops: 80 },
    });
    const bob = connect(server.ws(), { name: "Bob" });
    await Promise.all([ann.ready(), bob.ready()]);
    const heard: unknown[] = [];
    const lost: unknown[] = [];
    let resumes = 0;
    bob.on("message", ({ data }) => heard.push(data.n));
    ann.on("lost", (loss) => lost.push(loss));
    ann.on("resumed", () => resumes++);
    // The time to a drop is 60 s / 80 * -ln(0.8), 167 ms.
    let sent = 0;
    for (const end = performance.now() + 30_000; resumes < 3 && performance.now() < end; )
      expect((await ann.to("Bob").send({ n: sent++ })).taken).toBe(1);
    expect([resumes, lost, heard]).toEqual([3, [], Array.from({ length: sent }, (_, n) => n)]);
    ann.close();
    bob.close();
  }, 60_000);
});
