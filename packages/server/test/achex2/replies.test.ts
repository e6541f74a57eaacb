import { describe, expect, test } from "bun:test";
import type { Auth, Verdict } from "../../src/auth.ts";
import { type Achex2Node, createAchex2Node, NO_LEFTOVERS } from "../kit/achex2-client.ts";
import { binaryFrame } from "../kit/binary-frame.ts";

/** Logins whose verdict comes when the test gives it: of names that begin with "slow", the others at once. */
function slowAuth() {
  const open: ((granted: boolean) => void)[] = [];
  const auth: Auth = {
    login({ login: { name } }) {
      const verdict = (ok: boolean): Verdict =>
        ok ? { ok, name, service: undefined } : { ok, refusal: "wrong-password" };
      if (!name.startsWith("slow")) return verdict(true);
      return new Promise((resolve) => open.push((granted) => resolve(verdict(granted))));
    },
    nameTaken() {},
    nameReleased() {},
    accountsChanged: () => false,
    isCurrent: () => true,
  };
  /** Gives the oldest open verdict, and lets what waited for it run. */
  const give = async (granted = true) => {
    open.shift()?.(granted);
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { auth, give };
}

const refs = (frames: readonly unknown[]) => frames.map((frame) => Object(frame).$ref);
const codes = (frames: readonly unknown[]) => frames.map((frame) => Object(frame).$fault?.code);

function ready(limits: Parameters<typeof createAchex2Node>[0] = {}) {
  const { auth, give } = slowAuth();
  const memory: Achex2Node = createAchex2Node(limits, { auth });
  const ann = memory.connectClient();
  ann.received();
  return { ...memory, memory, ann, give };
}

describe("[R6 V5] replies behind a login that is being checked", () => {
  test("[R6] are sent in the order of the frames, text and binary, and reflect the login", async () => {
    const { ann, achex2, give } = ready();
    const bob = achex2("Bob");
    ann.send('{"$ref":1,"echo":1}').send('{"$ref":2,"setID":"slow Ann"}').send('{"$ref":3,"to":"Bob","n":1}');
    ann.send(binaryFrame('{"$ref":4,"to":"Bob"}', Uint8Array.of(1)));
    ann
      .send('{"to":"Bob","n":2,"$ref":5}')
      .send('{"$ref":6,"$foo":1}')
      .send("nonsense")
      .send('{"$ref":7,"$time":true}');
    expect(refs(ann.received())).toEqual([1]);
    expect(bob.received()).toEqual([]);
    await give();
    const heard = ann.received();
    expect(refs(heard)).toEqual([2, 3, 4, 5, 6, undefined, 7]);
    expect(heard[0]).toEqual({ $ref: 2, $result: { name: "slow Ann" } });
    expect(bob.received().map((frame) => (typeof frame === "string" ? "binary" : Object(frame).n))).toEqual([
      1,
      "binary",
      2,
    ]);
  });

  test("[R6] to several logins in a row are sent in order", async () => {
    const { ann, give } = ready();
    for (const [ref, name] of ["slow 1", "Ann", "slow 2"].entries()) ann.send({ $ref: ref, setID: name });
    ann.send({ $ref: 3, echo: 1 });
    expect(ann.received()).toEqual([]);
    await give();
    expect(refs(ann.received())).toEqual([0, 1]);
    await give(false);
    const [refused, echo] = ann.received();
    expect(refused).toMatchObject({ $ref: 2, $fault: { code: "wrong-password" } });
    expect(echo).toEqual({ $ref: 3, $result: { echo: 1 } });
    expect(ann.result({ to: "Ann" })).toEqual({ taken: 1 });
  });

  test("[R6] queue-full is sent at once, for each frame that did not fit", async () => {
    const { ann, give } = ready({ queuedBytes: 300 });
    ann
      .send({ $ref: 1, setID: "slow" })
      .send({ $ref: 2, echo: 1 })
      .send({ $ref: 3, echo: "x".repeat(300) });
    ann.send(binaryFrame(JSON.stringify({ $ref: 4, to: "slow" }), new Uint8Array(300)));
    ann.send({ $ref: 5, echo: 1 });
    const full = ann.received();
    expect(refs(full)).toEqual([3, 4]);
    expect(codes(full)).toEqual(["queue-full", "queue-full"]);
    await give();
    expect(refs(ann.received())).toEqual([1, 2, 5]);
  });

  test("[R61] of a client that disconnected in the meantime go nowhere, and nothing is left", async () => {
    const { ann, achex2, give, memory } = ready();
    const bob = achex2("Bob");
    ann.send({ $ref: 1, setID: "slow" }).send({ $ref: 2, to: "Bob", $call: { id: 1 } });
    ann
      .send({ joinHub: "h", $presence: true })
      .send({ $watch: ["Bob"] })
      .send("nonsense");
    ann.disconnect();
    await give();
    expect(bob.received()).toMatchObject([
      { $call: { id: 1 }, FROM: "slow" },
      { $call: { cancel: 1 }, sID: ann.sid },
    ]);
    expect(ann.received()).toEqual([]);
    bob.disconnect();
    expect(memory.leftovers()).toEqual(NO_LEFTOVERS);
  });
});

describe("[R6 L2] frames that are not parsed", () => {
  test("[R6] above the rate wait, and their replies with them, in order", () => {
    const { ann, clock } = ready({ framesPerSecond: 5 });
    for (let ref = 1; ref <= 12; ref++) ann.send({ $ref: ref, echo: 1 });
    expect(refs(ann.received())).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    clock.advance(1_000);
    expect(refs(ann.received())).toEqual([11, 12]);
  });

  test("[R6 R8 L3] beyond the queue are rejected with their reference, text and binary; without one at the start as a throttled fault", () => {
    const { ann, seconds } = ready({ framesPerSecond: 10, queuedBytes: 1 });
    for (let n = 0; n < 21; n++) ann.send(`{"$time": true}`);
    ann.received();
    const x = "x".repeat(300);
    ann.send({ $ref: 1, echo: x }).send(binaryFrame('{"$ref":2,"to":"x"}', new Uint8Array(300)));
    ann.send(` { "$ref" : 3 , "echo" : "${x}"}`).send({ echo: x, $ref: 4 }).send(new Uint8Array(300)).send(x);
    const heard = ann.received();
    expect(refs(heard)).toEqual([1, 2, 3, undefined]);
    expect(codes(heard)).toEqual(["queue-full", "queue-full", "queue-full", "queue-full"]);
    seconds(2);
    expect(ann.receivedValues("$fault")).toMatchObject([{ code: "queue-full", more: 1 }]);
  });

  test("[R6] are counted as drops and as faults", () => {
    const { ann, node } = ready({ framesPerSecond: 3, queuedBytes: 1 });
    for (let ref = 1; ref <= 9; ref++) ann.send({ $ref: ref, echo: 1 });
    expect(node.core.counters.drops).toEqual({ "queue-full": 2 });
    expect(node.core.counters.faults).toEqual({ "queue-full": 2 });
  });

  test("[L2 R9] a flood ends the connection with the code of achex.2", () => {
    const { ann, clock } = ready({ framesPerSecond: 5, queuedBytes: 1 });
    for (let tenth = 0; tenth < 130; tenth++) {
      clock.advance(100);
      ann.send({ echo: 1 }).send({ echo: 2 });
    }
    expect(ann.connection.socket.closedWith).toMatchObject({ code: 4002 });
  });
});

describe("[R14] the latency", () => {
  test("[R14 R6] is sent when the pong arrives, after replies to later frames", () => {
    const { ann, clock } = ready();
    ann.send({ $ref: 1, ping: 1 }).send({ $ref: 2, echo: 1 }).send("ping").send({ $ref: 3, cmd: "latency" });
    expect(refs(ann.received())).toEqual([2]);
    clock.advance(47);
    const { socket, session } = ann.connection;
    session.pong(socket.pings.at(-1) ?? "");
    expect(ann.received()).toEqual([
      { $ref: 1, $result: { milliseconds: 47 } },
      { ltcy: "47ms" },
      { $ref: 3, $result: { milliseconds: 47 } },
    ]);
  });

  test("[R14] without a pong in 10 s is a fault, once for each request", () => {
    const { ann, seconds } = ready();
    ann.send({ $ref: 1, ping: 1 });
    seconds(4);
    ann.send({ $ref: 2, ping: 1 }).send("ping");
    seconds(5);
    expect(ann.received()).toEqual([]);
    seconds(2);
    const heard = ann.received();
    expect(refs(heard)).toEqual([1, 2, undefined]);
    expect(codes(heard)).toEqual(["no-pong", "no-pong", "no-pong"]);
    ann.connection.session.pong(ann.connection.socket.pings.at(-1) ?? "");
    expect(ann.received()).toEqual([]);
  });

  test("[R14] a later request gets its own ping", () => {
    const { ann, clock } = ready();
    ann.send({ $ref: 1, ping: 1 });
    clock.advance(10_000);
    ann.send({ $ref: 2, ping: 1 });
    expect(codes(ann.received())).toEqual(["no-pong"]);
    clock.advance(20);
    ann.connection.session.pong(ann.connection.socket.pings.at(-1) ?? "");
    expect(ann.received()).toEqual([{ $ref: 2, $result: { milliseconds: 20 } }]);
  });
});

describe("[R11 L3] whose connection has ended while frames wait behind a login", () => {
  test("[R11] does not count as a receiver, alone or among several", async () => {
    const { achex2, give } = ready();
    const [bob, cid, dan] = [achex2("Bob"), achex2("Cid"), achex2("Dan")];
    for (const one of [bob, cid, dan]) one.result({ joinHub: "h" });
    dan.send('{"setID":"slow Dan"}');
    dan.connection.end();
    expect(bob.result({ toH: "h" })).toEqual({ taken: 1 });
    expect(bob.result({ toH: ["h", "x"] })).toEqual({ taken: 1 });
    expect(bob.fault({ to: "Dan" })).toBe("no-such-name");
    expect(bob.result({ to: ["Dan", "Cid"] })).toMatchObject({ taken: 1 });
    await give();
    expect(bob.result({ toH: "h" })).toEqual({ taken: 1 });
  });
});
