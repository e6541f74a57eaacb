import { describe, expect, test } from "bun:test";
import { createAchex2Node, NO_LEFTOVERS } from "../kit/achex2-client.ts";
import { recordedLog } from "../kit/recorded-log.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

function ready(limits = {}) {
  const log = recordedLog();
  const node = createAchex2Node(limits, { log });
  const ann = new ResumingClient(node).named("Ann");
  const attempt = (text: string, options = {}) => {
    const connection = node.open({ dialect: "achex.2", resumes: true, ...options });
    connection.send(text);
    return { ...connection, outline: () => connection.socket.flush().map(outline) };
  };
  const present = (changes: object) =>
    attempt(JSON.stringify({ $resume: { token: ann.token, generation: 1, received: ann.received, ...changes } }));
  return { ...node, log, ann, attempt, present };
}

/** The code of a fault, or the first key. */
function outline(text: string): string {
  const [, code] = /"\$fault":\{"code":"([\w-]+)"/.exec(text) ?? [];
  const [, key = ""] = /^\{"([$\w]+)"/.exec(text) ?? [];
  return code ?? key;
}

describe("[R73] tokens", () => {
  test("[R73] a guessed one leads to a new session, and harms nobody", () => {
    const { ann, present, node } = ready();
    for (let guess = 0; guess < 500; guess++) {
      const token = ann.token.slice(0, 40) + guess.toString(36).padStart(3, "0");
      const stranger = present({ token });
      expect(stranger.outline()).toEqual(["resume-unknown", "$hello"]);
      stranger.end();
    }
    expect(node.core.counters.resumes["resume-unknown"]).toBe(500);
    ann.send({ $ref: 1, echo: 1 });
    expect(ann.values("$ref")).toEqual([1]);
    expect(node.core.sessions.size).toBe(1);
  });

  test("[R73 R75] one of a session that has ended is worth nothing", () => {
    const { ann, present, leftovers } = ready();
    ann.drop(1000);
    const late = present({});
    expect(late.outline()).toEqual(["resume-unknown", "$hello"]);
    late.end();
    expect(leftovers()).toEqual(NO_LEFTOVERS);
  });

  test("[R73 R74] a replayed attempt loses: its generation has been used", () => {
    const { ann, present } = ready();
    ann.drop();
    ann.resume();
    expect(present({ generation: 1 }).outline()).toEqual(["resume-stale", "$hello"]);
    expect(present({ generation: 0 }).outline()).toEqual(["resume-stale", "$hello"]);
    ann.send({ $ref: 1, echo: 1 });
    expect(ann.values("$ref")).toEqual([1]);
  });

  test("[R73] is not in any log line or frame to others", () => {
    const { ann, achex2, present, log } = ready();
    const bob = achex2("Bob");
    bob.result({ joinHub: "h", $presence: true });
    ann.send({ joinHub: "h" });
    present({ token: `${ann.token.slice(1)}A` });
    ann.acknowledge({ received: 0, sent: 99 });
    expect(log.events.length).toBeGreaterThan(0);
    expect(JSON.stringify([bob.received(), log.events])).not.toContain(ann.token);
  });

  test.each([{ generation: 2 ** 53 - 1 }, { generation: 2 ** 53 - 1, reload: true }])(
    "[R73] its holder may use up the generations, and then starts over: %j",
    (changes) => {
      const { present } = ready();
      expect(present(changes).outline()).toEqual(["$resumed"]);
      expect(present(changes).outline()).toEqual(["resume-stale", "$hello"]);
    },
  );
});

describe("[R73] counts of a resume", () => {
  test.each([-1, 0.5, 2 ** 53, "1", null])(
    "[R73] that is not a count is rejected, and the session stays: %j",
    (received) => {
      const { ann, present, node } = ready();
      ann.drop();
      expect(present({ received }).outline()).toEqual(["$hello", "bad-count"]);
      expect(node.core.sessions.get(1)?.isAway).toBe(true);
      ann.resume();
    },
  );

  test.each([2, 1_000_000, 2 ** 53 - 1])("[R73] in the future ends the session: %j", (received) => {
    const { ann, present, node } = ready();
    ann.drop();
    expect(present({ received }).outline()).toEqual(["bad-count", "$hello"]);
    expect(node.core.sessions.has(1)).toBe(false);
    expect(
      ann
        .reconnect()
        .frames()
        .map((frame) => outline(JSON.stringify(frame))),
    ).toEqual(["resume-unknown", "$hello"]);
  });

  test("[R73] lower than acknowledged ends the session", () => {
    const { ann, present, node } = ready();
    ann.acknowledge();
    ann.drop();
    expect(present({ received: 0 }).outline()).toEqual(["bad-count", "$hello"]);
    expect(node.core.sessions.has(1)).toBe(false);
  });
});

describe("[R70 R73] first frames", () => {
  test("[R70] a second $resume is misplaced, whatever it asks for", () => {
    const { ann, node } = ready();
    for (const text of [
      '{"$resume":true}',
      '{"$resume":{"reload":true}}',
      `{"$resume":{"token":"${ann.token}","generation":1,"received":1}}`,
    ]) {
      ann.send(text);
    }
    expect(ann.values("$fault")).toMatchObject([{ code: "resume-late" }]);
    expect(node.core.counters.faults["resume-late"]).toBe(3);
  });

  test("[R73] a second $resume on one connection does not resume again", () => {
    const { ann, present } = ready();
    ann.drop();
    const taken = present({});
    expect(taken.outline()).toEqual(["$resumed"]);
    taken.send(JSON.stringify({ $resume: { token: ann.token, generation: 2, received: ann.received } }));
    expect(taken.outline()).toEqual(["resume-late"]);
  });

  test.each([
    '{"$resume":{}}',
    '{"$resume":{"__proto__":{"token":1}}}',
    '{"$resume":[]}',
    '{"$resume":"true"}',
    '{"$resume":{"token":"x","generation":1,"received":0}}',
    '{"$resume":{"token":',
    `{"$resume":{"token":"${"A".repeat(100_000)}","generation":1,"received":0}}`,
    `{"$resume":${'{"a":'.repeat(500)}`,
  ])("[R73] a malformed one makes a new session: %s", (text) => {
    const { attempt, node } = ready();
    const stranger = attempt(text);
    expect(stranger.outline()[0]).toBe("$hello");
    expect(node.core.sessions.size).toBe(2);
    stranger.send('{"$ref":1,"setID":"Eve"}');
    expect(stranger.outline()).toEqual(["$ref"]);
  });

  test("[R73 R41] a binary first frame makes a new session and is handled there", () => {
    const { open } = ready();
    const stranger = open({ dialect: "achex.2", resumes: true });
    stranger.socket.data.owner?.receive(new Uint8Array([0, 2, 123]));
    expect(stranger.socket.flush().map(outline)).toEqual(["$hello", "bad-binary"]);
  });
});

describe("[R72] $seen", () => {
  test.each([
    '{"$seen":{"received":2,"sent":1}}',
    '{"$seen":{"received":9007199254740991,"sent":1}}',
    '{"$seen":{"received":-1,"sent":1}}',
    '{"$seen":{"received":0.5,"sent":1}}',
    '{"$seen":{"received":1e400,"sent":1}}',
    '{"$seen":{"received":"1","sent":1}}',
    '{"$seen":{"received":1}}',
    '{"$seen":{"received":1,"sent":1,"more":1}}',
    '{"$seen":{"received":1,"sent":1}',
    '{"$seen":null}',
    `{"$seen":{"received":1,"sent":1},"x":"${"y".repeat(200_000)}"}`,
  ])("[R72] that cannot be ends the session: %s", (text) => {
    const { ann, node } = ready();
    ann.send(text);
    expect(ann.frames()).toMatchObject([{ $fault: { code: "bad-count" } }]);
    expect(ann.socket.closedWith?.code).toBe(4006);
    ann.drop(4006);
    expect(node.core.sessions.size).toBe(0);
  });

  test("[R72] that goes back ends the session, and the same count twice does not", () => {
    const { ann } = ready();
    ann.send({ $ref: 1, echo: 1 }).frames();
    ann.acknowledge().acknowledge();
    expect(ann.frames()).toEqual([]);
    ann.acknowledge({ received: 1, sent: 2 });
    expect(ann.frames()).toMatchObject([{ $fault: { code: "bad-count" } }]);
  });

  test.each([0, 2, 1_000])(
    "[R72] with another count of sent frames is a bug: the session starts over, counted",
    (sent) => {
      const { ann, node } = ready();
      ann.acknowledge({ received: 1, sent });
      expect(ann.socket.closedWith?.code).toBe(4006);
      expect(node.core.counters.countMismatches).toBe(1);
    },
  );

  test("[R72 L2] a flood of acknowledgements is a flood of frames", () => {
    const { ann, node } = ready({ framesPerSecond: 50 });
    const before = node.core.counters.framesIn;
    for (let n = 0; n < 3_000 && !ann.socket.over; n++) ann.acknowledge();
    expect(ann.socket.closedWith?.code).toBe(4002);
    expect(node.core.counters.framesIn - before).toBeLessThan(1_200);
    ann.drop(4002);
    expect(node.core.sessions.size).toBe(0);
  });

  test("[R71 L2] a flood of heartbeats is a flood of frames, and costs others nothing", () => {
    const { ann } = ready({ framesPerSecond: 50 });
    for (let n = 0; n < 3_000 && !ann.socket.over; n++) ann.send('{"$time":true}');
    expect(ann.socket.closedWith?.code).toBe(4002);
  });
});

describe("[R75 R81] sessions that nobody resumes", () => {
  test("[R75 L1] away sessions count as sessions of their address and of the node", () => {
    const node = createAchex2Node({ sessions: 5 });
    for (let n = 0; n < 5; n++) new ResumingClient(node).named(`m${n}`).drop();
    expect(node.leftovers().sessions).toBe(5);
    node.seconds(120);
    expect(node.leftovers()).toEqual(NO_LEFTOVERS);
    expect(node.node.core.held.total).toBe(0);
  });

  test("[R81] a client that never reads and reconnects forever holds no more than its limits", () => {
    const node = createAchex2Node({ resumeBytes: 100_000, resumeFrames: 1_000 });
    const ann = new ResumingClient(node).named("Ann");
    const bob = node.achex2("Bob");
    let most = 0;
    for (let round = 0; round < 50; round++) {
      ann.drop();
      for (let n = 0; n < 10; n++) bob.send({ to: "Ann", fill: "x".repeat(5_000) });
      most = Math.max(most, node.node.core.held.total);
      // It presents a count that the server still has, and reads nothing.
      ann.reconnect({ received: node.node.core.sessions.get(1)?.log?.firstHeld ?? 0 });
      if (!node.node.core.sessions.has(1)) break;
    }
    expect(most).toBeLessThanOrEqual(110_000);
  });
});
