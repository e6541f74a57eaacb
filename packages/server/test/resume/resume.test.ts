import { describe, expect, test } from "bun:test";
import type { Verdict } from "../../src/auth.ts";
import { createAchex2Node, NO_LEFTOVERS } from "../kit/achex2-client.ts";
import { binaryFrame } from "../kit/binary-frame.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

function ready() {
  const node = createAchex2Node();
  const ann = new ResumingClient(node).named("Ann");
  const bob = node.achex2("Bob");
  const sidOfAnn = 1;
  const session = () => {
    const found = node.node.core.sessions.get(sidOfAnn);
    if (!found) throw new Error("Ann's session has ended");
    return found;
  };
  return { ...node, ann, bob, session };
}

/** Faults and hellos, in order, abbreviated. */
const outline = (frames: readonly Record<string, unknown>[]): unknown[] =>
  frames.map(({ $fault, $hello, $resumed }) => {
    if (typeof $fault === "object" && $fault !== null && "code" in $fault) return $fault.code;
    return $hello ? "hello" : $resumed ? "resumed" : "other";
  });

describe("[R73] a client that resumes", () => {
  test("[R73] gets exactly the frames it has missed, in order, and then live ones", () => {
    const { ann, bob } = ready();
    bob.send({ to: "Ann", n: 1 });
    expect(ann.values("n")).toEqual([1]);
    bob.send({ to: "Ann", n: 2 });
    ann.drop();
    for (const n of [3, 4]) bob.send({ to: "Ann", n });
    const resumed = ann.resume();
    expect(resumed).toMatchObject({ sid: 1, name: "Ann", received: 1, replay: 3 });
    expect(ann.values("n")).toEqual([2, 3, 4]);
    bob.send({ to: "Ann", n: 5 });
    expect(ann.values("n")).toEqual([5]);
  });

  test("[R73] with a count of 0, when it has received nothing", () => {
    const node = createAchex2Node();
    const ann = new ResumingClient(node);
    ann.send({ $ref: 1, setID: "Ann" }).drop();
    expect(ann.resume()).toMatchObject({ received: 1, replay: 1 });
    expect(ann.values("$result")).toEqual([{ name: "Ann" }]);
  });

  test("[R73] sends again what the server has not received, and each frame is handled once", () => {
    const { ann, bob, session } = ready();
    ann.send({ $ref: 1, to: "Bob", n: 1 });
    // The second one is lost with the connection.
    ann.sent.push('{"$ref":2,"to":"Bob","n":2}');
    ann.drop();
    expect(ann.resume().received).toBe(2);
    expect(bob.receivedValues("n")).toEqual([1, 2]);
    expect(ann.values("$result")).toEqual([{ taken: 1 }, { taken: 1 }]);
    expect(session().resumable?.received).toBe(3);
  });

  test("[R73] stays in its hubs, broadcasts and names, and receives from all of them as before", () => {
    const { ann, bob, session } = ready();
    for (const frame of [{ joinHub: "h" }, { cmd: "register_broadcast", bid: "b" }]) {
      ann.send(frame);
      bob.send(frame);
    }
    ann.drop();
    bob.send({ toH: "h", n: 1 }).send({ bc: "b", n: 2 }).send({ to: "Ann", n: 3 }).send({ toS: 1, n: 4 });
    expect(session().isAway).toBe(true);
    ann.resume();
    expect(ann.values("n")).toEqual([1, 2, 3, 4]);
    bob.send({ toH: "h", n: 5 }).send({ bc: "b", n: 6 }).send({ to: "Ann", n: 7 }).send({ toS: 1, n: 8 });
    expect(ann.values("n")).toEqual([5, 6, 7, 8]);
    ann.send({ toH: "h", n: 9 }).send({ bc: "b", n: 10 });
    expect(ann.values("n")).toEqual([10]);
    expect(bob.receivedValues("n")).toEqual([2, 6, 9, 10]);
  });

  test("[R73 R40] gets binary frames unchanged", () => {
    const { ann, bob } = ready();
    ann.drop();
    bob.send(binaryFrame('{"to":"Ann"}', Uint8Array.of(1, 2, 255)));
    ann.resume();
    expect(ann.values("binary").map(String)).toEqual([expect.stringMatching(/^binary .*0102ff$/)]);
  });

  test("[R73] may drop at any time and again, also while it is being sent what it missed", () => {
    const { ann, bob } = ready();
    const heard: unknown[] = [];
    for (let n = 1; n <= 40; n++) {
      bob.send({ to: "Ann", n });
      if (n % 3 === 0) heard.push(...ann.values("n"));
      if (n % 4 === 0) ann.drop();
      if (n % 4 === 3) ann.resume();
    }
    ann.drop().resume();
    heard.push(...ann.values("n"));
    expect(heard).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  test("[R71 R73] gets results of frames that were handled while it was away", () => {
    const { ann, seconds, session } = (() => {
      const node = createAchex2Node({ framesPerSecond: 2 });
      const client = new ResumingClient(node).named("Ann");
      return { ...node, ann: client, session: () => node.node.core.sessions.get(1) };
    })();
    for (let n = 1; n <= 8; n++) ann.send({ $ref: n, echo: n });
    ann.drop();
    expect(session()?.waitingFrames).toBeGreaterThan(0);
    seconds(1);
    const refs = () => ann.frames().flatMap(({ $ref }) => ($ref === undefined ? [] : [$ref]));
    ann.resume();
    const first = refs();
    expect(session()?.waitingFrames).toBeGreaterThan(0);
    seconds(10);
    expect([...first, ...refs()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe("[R73] a resume that fails continues as a new session, after the fault", () => {
  test("[R73] resume-unknown: a wrong token, another instance, an ended session, a session that is not logged in", () => {
    const { ann } = ready();
    ann.drop();
    expect(outline(ann.reconnect({ token: "A".repeat(43) }).frames())).toEqual(["resume-unknown", "hello"]);
    const other = ready();
    other.ann.drop();
    const guest = other.open({ dialect: "achex.2", instance: "elsewhere", resumes: true });
    guest.send(`{"$resume":{"token":"${other.ann.token}","generation":5,"received":1}}`);
    expect(outline(guest.socket.flush().map((text) => JSON.parse(text)))).toEqual(["resume-unknown", "hello"]);
    const closed = ready();
    closed.ann.drop(1000);
    expect(outline(closed.ann.reconnect().frames())).toEqual(["resume-unknown", "hello"]);
    const nameless = new ResumingClient(createAchex2Node());
    nameless.drop();
    expect(outline(nameless.reconnect().frames())).toEqual(["resume-unknown", "hello"]);
  });

  test("[R73] resume-stale: a late older attempt loses, and the session is not harmed", () => {
    const { ann, bob } = ready();
    ann.drop().resume({ generation: 7 });
    const late = ann.drop().reconnect({ generation: 7 });
    expect(outline(late.frames())).toEqual(["resume-stale", "hello"]);
    ann.received = 1;
    ann.reconnect({ generation: 8 });
    expect(outline(ann.frames())).toEqual(["resumed"]);
    bob.send({ to: "Ann", n: 1 });
    expect(ann.values("n")).toEqual([1]);
  });

  test("[R73] bad-count: a count in the future or below an earlier one ends the old session", () => {
    for (const received of [2, 10 ** 15]) {
      const { ann, node } = ready();
      ann.drop().reconnect({ received });
      expect(outline(ann.frames())).toEqual(["bad-count", "hello"]);
      expect(node.core.sessions.has(1)).toBe(false);
    }
    const { ann, node } = ready();
    ann.acknowledge().drop().reconnect({ received: 0 });
    expect(outline(ann.frames())).toEqual(["bad-count", "hello"]);
    expect(node.core.sessions.has(1)).toBe(false);
  });

  test("[R73 R81] resume-gap: with more missed than is held, the number of lost frames", () => {
    const node = createAchex2Node({ resumeFrames: 10 });
    const ann = new ResumingClient(node).named("Ann");
    const bob = node.achex2("Bob");
    ann.drop();
    for (let n = 1; n <= 15; n++) bob.send({ to: "Ann", n });
    const [fault, hello] = ann.reconnect().frames();
    expect(fault?.$fault).toMatchObject({ code: "resume-gap", missing: 5 });
    expect(hello).toHaveProperty("$hello");
    expect(node.node.core.sessions.has(1)).toBe(false);
    expect(node.node.core.held.total).toBe(0);
  });

  test("[R73 R70] and may make that one resumable", () => {
    const { ann, bob } = ready();
    ann.drop(1000).reconnect();
    ann.sent.length = 0;
    ann.send('{"$resume":true}').frames();
    ann.received = 0;
    ann.named("Ann");
    ann.drop();
    bob.send({ to: "Ann", n: 1 });
    ann.generation = 0;
    ann.resume();
    expect(ann.values("n")).toEqual([1]);
  });

  test("[R73] without a first frame within 5 s, or with another one, it is a connection like any other", () => {
    const { open, seconds } = ready();
    const silent = open({ dialect: "achex.2", resumes: true });
    seconds(4);
    expect(silent.socket.flush()).toEqual([]);
    seconds(1);
    expect(silent.socket.flush().map((text) => text.slice(0, 9))).toEqual(['{"$hello"']);
    const hasty = open({ dialect: "achex.2", resumes: true });
    hasty.send('{"$ref":1,"setID":"Hasty"}');
    const frames = hasty.socket.flush();
    expect(frames[0]).toStartWith('{"$hello"');
    expect(frames[1]).toBe('{"$ref":1,"$result":{"name":"Hasty"}}');
  });

  test("[R73] revoked accounts cannot resume", () => {
    const node = createAchex2Node({}, { auth: { login: () => granted, isCurrent: () => isValid, ...idleAuth } });
    let isValid = true;
    const ann = new ResumingClient(node).named("Ann");
    ann.drop();
    isValid = false;
    expect(outline(ann.reconnect().frames())).toEqual(["resume-unknown", "hello"]);
  });
});

const granted: Verdict = { ok: true, name: "Ann", service: undefined };
const idleAuth = {
  nameTaken() {},
  nameReleased() {},
  accountsChanged: () => false,
};

describe("[R74] one connection at a time", () => {
  test("[R74] a resume closes the earlier connection, whose late events are ignored", () => {
    const { ann, bob, session } = ready();
    const old = ann.socket;
    ann.resume();
    expect(old.closedWith?.code).toBe(4005);
    expect(old.data.owner).toBeUndefined();
    bob.send({ to: "Ann", n: 1 });
    expect(ann.values("n")).toEqual([1]);
    expect(old.waiting).toEqual([]);
    expect(session().isAway).toBe(false);
  });

  test("[R74] frames of the old connection are counted until the resume, and not after it", () => {
    const { ann, bob, session } = ready();
    const old = ann.socket;
    const { owner } = old.data;
    ann.send({ to: "Bob", n: 1 });
    expect(ann.resume().received).toBe(2);
    owner?.receive("{}");
    old.data.owner?.receive('{"to":"Bob","n":2}');
    expect(bob.receivedValues("n")).toEqual([1]);
    expect(session().resumable?.received).toBe(3);
  });

  test("[R74] a session that resumes over and over leaves nothing behind", () => {
    const { ann, bob, leftovers } = ready();
    for (let n = 0; n < 50; n++) ann.resume();
    ann.drop(1000);
    bob.disconnect();
    expect(leftovers()).toEqual(NO_LEFTOVERS);
  });
});
