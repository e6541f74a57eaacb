import { describe, expect, test } from "bun:test";
import { createAchex2Node } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

const PAGE_GOES_AWAY = 1001;

/** Ann's page may reload; Bob is there. */
function ready() {
  const node = createAchex2Node();
  const ann = new ResumingClient(node, {}, { reload: true }).named("Ann");
  const bob = node.achex2("Bob");
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      node.seconds(1);
      bob.connection.session.pong("");
    }
  };
  return { ...node, ann, bob, pass };
}

describe("[R79] a page that reloads", () => {
  test("[R79] keeps its session for 15 s, and gets what it has missed", () => {
    const { ann, bob, pass } = ready();
    ann.send({ joinHub: "h" });
    ann.drop(PAGE_GOES_AWAY);
    bob.result({ to: "Ann", n: 1 });
    pass(14);
    expect(ann.resume({ reload: true })).toMatchObject({ sid: 1, name: "Ann", replay: 1 });
    expect(ann.values("n")).toEqual([1]);
  });

  test("[R79 R75] is gone after 15 s", () => {
    const { ann, node, pass } = ready();
    ann.drop(PAGE_GOES_AWAY);
    pass(15);
    expect(node.core.sessions.size).toBe(1);
    expect(ann.reconnect({ reload: true }).frames()).toMatchObject([
      { $fault: { code: "resume-unknown" } },
      { $hello: {} },
    ]);
  });

  test("[R79 R75] that did not say so ends with its page, and one that dropped otherwise has the whole window", () => {
    const node = createAchex2Node();
    new ResumingClient(node).named("Ann").drop(PAGE_GOES_AWAY);
    expect(node.leftovers().sessions).toBe(0);
    const { ann, pass, node: other } = ready();
    ann.drop(1006);
    pass(100);
    expect(other.core.sessions.size).toBe(2);
  });

  test("[R79 R34] the calls it made are cancelled before the new page may call with the same ids", () => {
    const { ann, bob, node } = ready();
    ann.send({ $ref: 1, to: "Bob", $call: { id: 1 } }).send({ $ref: 2, to: "Bob", $call: { id: 2 } });
    ann.drop(PAGE_GOES_AWAY);
    bob.received();
    ann.resume({ reload: true });
    expect(bob.received()).toEqual([
      { $call: { cancel: 1 }, sID: 1 },
      { $call: { cancel: 2 }, sID: 1 },
    ]);
    ann.send({ $ref: 1, to: "Bob", $call: { id: 1 } });
    expect(bob.receivedValues("$call")).toEqual([{ id: 1 }]);
    expect(node.core.openCalls.count).toBe(1);
  });

  test("[R79 R33] those that it was to answer are gone, for their callers", () => {
    const { ann, bob, achex2 } = ready();
    const twin = achex2("Ann");
    bob.result({ toS: 1, $call: { id: 1 } });
    bob.result({ to: "Ann", $call: { id: 2 } });
    ann.drop(PAGE_GOES_AWAY);
    bob.result({ toS: 1, $call: { id: 3 } });
    ann.resume({ reload: true });
    expect(bob.receivedValues("$answer")).toMatchObject([
      { id: 1, fault: { code: "callee-gone" } },
      { id: 3, fault: { code: "callee-gone" } },
    ]);
    twin.result({ toS: bob.sid, $answer: { id: 2 } });
    expect(bob.receivedValues("$answer")).toEqual([{ id: 2 }]);
    bob.result({ toS: 1, $call: { id: 4 } });
    ann.frames();
    ann.send({ $ref: 1, toS: bob.sid, $answer: { id: 4 } });
    expect(bob.receivedValues("$answer")).toEqual([{ id: 4 }]);
  });

  test("[R79 R80] gets every roster and the watched names afresh, although nothing has changed", () => {
    const { ann } = ready();
    ann.send({ joinHub: "h", $presence: true }).send({ $ref: 1, $watch: ["Bob", "Cid"] });
    for (let round = 0; round < 2; round++) {
      ann.send({ echo: 1 }).frames();
      ann.acknowledge();
    }
    ann.drop(PAGE_GOES_AWAY);
    ann.resume();
    expect(ann.frames()).toEqual([]);
    ann.drop(PAGE_GOES_AWAY);
    ann.resume({ reload: true });
    expect(ann.frames()).toMatchObject([{ $roster: { hub: "h", count: 1 } }, { $watched: { online: ["Bob"] } }]);
  });

  test("[R79] many calls are ended in slices, and the resume waits for them", () => {
    const { ann, bob, node, clock } = ready();
    for (let id = 1; id <= 1_000; id++) ann.send({ to: "Bob", $call: { id } });
    ann.drop(PAGE_GOES_AWAY);
    bob.received();
    clock.hasLongTurns = true;
    ann.reconnect({ reload: true });
    expect(ann.frames()).toEqual([]);
    expect(node.core.openCalls.count).toBeGreaterThan(0);
    // A frame before the reply is a mistake of the client, and harmless.
    ann.socket.data.owner?.receive('{"$ref":1,"echo":1}');
    while (node.core.departures.pending > 0) clock.turn();
    expect(ann.frames()[0]).toMatchObject({ $resumed: { sid: 1 } });
    expect(bob.receivedValues("$call")).toHaveLength(1_000);
  });

  test("[R79 R73] a connection that ends while its calls are being ended leaves the session as it was", () => {
    const { ann, bob, node, clock } = ready();
    for (let id = 1; id <= 1_000; id++) ann.send({ to: "Bob", $call: { id } });
    ann.drop(1006);
    bob.received();
    clock.hasLongTurns = true;
    ann.reconnect({ reload: true });
    ann.drop(1006);
    while (node.core.departures.pending > 0) clock.turn();
    clock.hasLongTurns = false;
    expect(node.core.sessions.get(1)?.isAway).toBe(true);
    expect(ann.resume({ reload: true })).toMatchObject({ sid: 1 });
  });

  test("[R79] a wrong token or generation ends nobody's calls", () => {
    const { ann, node, open } = ready();
    ann.send({ $ref: 1, to: "Bob", $call: { id: 1 } });
    ann.drop();
    ann.resume({ generation: 7 });
    const { token } = ann;
    for (const attempt of [
      { token: "A".repeat(43), generation: 8 },
      { token, generation: 7 },
      { token, generation: 1 },
    ]) {
      const stranger = open({ dialect: "achex.2", resumes: true });
      stranger.send(JSON.stringify({ $resume: { ...attempt, received: 0, reload: true } }));
      expect(stranger.socket.flush()[0]).toMatch(/resume-(unknown|stale)/);
    }
    expect(node.core.openCalls.count).toBe(1);
  });

  test("[R79 R73] an attempt that fails ends the calls with the session, after the frames that waited", () => {
    const node = createAchex2Node({ bytesPerSecond: 100_000, resumeFrames: 2 });
    const ann = new ResumingClient(node, {}, { reload: true }).named("Ann");
    const bob = node.achex2("Bob");
    ann.send({ $ref: 1, to: "Bob", $call: { id: 1 } });
    node.node.core.sessions.get(1)?.chargeBytes(1_000_000);
    ann.send({ to: "Bob", n: 7 });
    ann.drop(PAGE_GOES_AWAY);
    for (let n = 0; n < 3; n++) bob.send({ to: "Ann", n });
    bob.received();
    expect(ann.reconnect({ reload: true }).frames()).toMatchObject([
      { $fault: { code: "resume-gap" } },
      { $hello: {} },
    ]);
    expect(bob.receivedValues("$call")).toEqual([]);
    node.seconds(12);
    expect(bob.received()).toMatchObject([{ n: 7 }, { $call: { cancel: 1 }, sID: 1 }]);
  });
});
