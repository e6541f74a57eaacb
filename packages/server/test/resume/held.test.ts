import { describe, expect, test } from "bun:test";
import { createAchex2Node } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

/** Ann can resume and is away; Bob and Cid are there. All three are in a hub and a broadcast. */
function ready() {
  const node = createAchex2Node();
  const ann = new ResumingClient(node).named("Ann");
  const [bob, cid] = [node.achex2("Bob"), node.achex2("Cid")];
  for (const frame of [{ joinHub: "h" }, { cmd: "register_broadcast", bid: "b" }]) {
    ann.send(frame);
    bob.send(frame);
    cid.send(frame);
  }
  ann.frames();
  ann.drop();
  return { ...node, ann, bob, cid };
}

describe("[R77 R11] the result of a message", () => {
  test("[R77 R11] counts those that are away among those that took it", () => {
    const { bob } = ready();
    expect(bob.result({ to: "Ann" })).toEqual({ taken: 1, held: 1 });
    expect(bob.result({ toS: 1 })).toEqual({ taken: 1, held: 1 });
    expect(bob.result({ toH: "h" })).toEqual({ taken: 2, held: 1 });
    expect(bob.result({ bc: "b" })).toEqual({ taken: 3, held: 1 });
    expect(bob.result({ to: ["Ann", "Cid", "Dan"] })).toEqual({ taken: 2, held: 1, missing: ["Dan"] });
    expect(bob.result({ toH: ["h", "nowhere"] })).toEqual({ taken: 2, held: 1 });
    expect(bob.result({ to: "Cid" })).toEqual({ taken: 1 });
  });

  test("[R77 R41] the same for binary messages", () => {
    const { bob, ann, legacy } = ready();
    const bytes = new Uint8Array([1, 2]);
    legacy("Dan").send({ joinHub: "h" });
    expect(bob.result({ to: "Ann" }, bytes)).toEqual({ taken: 1, held: 1 });
    expect(bob.result({ toH: "h" }, bytes)).toEqual({ taken: 2, held: 1, missed: { dialect: 1 } });
    expect(bob.result({ to: ["Ann", "Cid"] }, bytes)).toEqual({ taken: 2, held: 1 });
    ann.resume();
    expect(ann.frames()).toHaveLength(3);
  });

  test("[R77] of an away sender does not count itself", () => {
    const node = createAchex2Node({ framesPerSecond: 1 });
    const bob = node.achex2("Bob").send({ joinHub: "h" });
    const ann = new ResumingClient(node).named("Ann").send({ joinHub: "h" });
    ann.send({ $ref: 2, toH: "h" }).send({ $ref: 3, to: "Ann" });
    ann.drop();
    node.seconds(5);
    bob.received();
    ann.resume();
    expect(ann.values("$result")).toEqual([{ taken: 1 }, { taken: 1, held: 1 }]);
  });

  test("[R77] a message that is sent in slices counts them as well, and reaches them once", () => {
    const node = createAchex2Node();
    const bob = node.achex2("Bob").send({ joinHub: "h" });
    const crowd = Array.from({ length: 40 }, (_, index) => new ResumingClient(node).named(`m${index}`));
    for (const one of crowd) one.send({ joinHub: "h" });
    for (const one of crowd.slice(0, 10)) one.drop();
    expect(bob.result({ toH: "h", fill: "x".repeat(100_000), n: 1 })).toEqual({ taken: 40, held: 10 });
    expect(node.node.core.counters.heldDeliveries).toBe(10);
    while (node.node.core.scheduler.waiting > 0) node.clock.advance(0);
    for (const one of crowd.slice(0, 10)) one.resume();
    for (const one of crowd) expect(one.values("n")).toEqual([1]);
  });

  test("[R77] only those that are away are held", () => {
    const { ann, bob, seconds } = ready();
    ann.resume();
    expect(bob.result({ toH: "h" })).toEqual({ taken: 2 });
    ann.drop();
    seconds(15);
    bob.connection.session.pong("");
    expect(bob.result({ to: "Ann" })).toEqual({ taken: 1, held: 1 });
  });

  test("[R77 R81] a held frame that is lost with the window is not reported", () => {
    const { bob, cid, seconds } = ready();
    bob.result({ to: "Ann" });
    bob.received();
    for (let second = 0; second < 120; second++) {
      seconds(1);
      for (const one of [bob, cid]) one.connection.session.pong("");
    }
    expect(bob.received()).toEqual([{ leftHub: "h", user: "Ann", sID: 1 }]);
    expect(bob.fault({ to: "Ann" })).toBe("no-such-name");
  });
});

describe("[R77 R33 R34 R35] calls and sessions that are away", () => {
  const call = (id: number) => ({ to: "Ann", $call: { id } });

  test("[R77 R30] a call is held, and answered after the resume", () => {
    const { ann, bob } = ready();
    expect(bob.result(call(7))).toEqual({ taken: 1, held: 1 });
    ann.resume();
    expect(ann.values("$call")).toEqual([{ id: 7 }]);
    ann.send({ $ref: 1, toS: bob.sid, $answer: { id: 7 }, sum: 3 });
    expect(ann.values("$result")).toEqual([{ taken: 1 }]);
    expect(bob.receivedValues("sum")).toEqual([3]);
  });

  test("[R77 R34] a cancel is held behind its call", () => {
    const { ann, bob } = ready();
    bob.result(call(7));
    bob.result({ to: "Ann", $call: { cancel: 7 } });
    expect(bob.fault({ to: "Ann", $call: { cancel: 7 } })).toBe("no-such-call");
    ann.resume();
    expect(ann.values("$call")).toEqual([{ id: 7 }, { cancel: 7 }]);
  });

  test("[R77 R33] a call ends with the window of its callee, not with the connection", () => {
    const { bob, cid, seconds, node } = ready();
    bob.result(call(7));
    const pass = (count: number) => {
      for (let second = 0; second < count; second++) {
        seconds(1);
        for (const one of [bob, cid]) one.connection.session.pong("");
      }
    };
    pass(119);
    expect(bob.receivedValues("$answer")).toEqual([]);
    expect(node.core.openCalls.count).toBe(1);
    pass(1);
    expect(bob.receivedValues("$answer")).toMatchObject([{ id: 7, fault: { code: "callee-gone" } }]);
    expect(node.core.openCalls.count).toBe(0);
  });

  test("[R77 R31] the answer to a caller that is away is held, and so is the end of its call", () => {
    const { ann, bob, cid } = ready();
    ann.resume();
    ann.send({ $ref: 1, to: "Bob", $call: { id: 1 } }).send({ $ref: 2, to: "Cid", $call: { id: 2 } });
    ann.frames();
    ann.drop();
    expect(bob.result({ toS: 1, $answer: { id: 1, more: true }, done: 1 })).toEqual({ taken: 1, held: 1 });
    expect(bob.result({ toS: 1, $answer: { id: 1 }, done: 2 })).toEqual({ taken: 1, held: 1 });
    cid.disconnect();
    ann.resume();
    expect(ann.frames()).toMatchObject([
      { done: 1 },
      { done: 2 },
      { $answer: { id: 2, fault: { code: "callee-gone" } } },
      { leftHub: "h" },
    ]);
  });

  test("[R77 R52] credit and data of a stream outlive a drop of either side", () => {
    const { ann, bob } = ready();
    bob.result({ toS: 1, $call: { id: 1, stream: true } });
    ann.resume();
    ann.send({ $ref: 1, toS: bob.sid, $answer: { id: 1, credit: 10 } });
    ann.frames();
    ann.drop();
    expect(bob.result({ toS: 1, $call: { id: 1, data: true } }, new Uint8Array(6))).toEqual({ taken: 1, held: 1 });
    expect(bob.fault({ toS: 1, $call: { id: 1, data: true } }, new Uint8Array(6))).toBe("no-credit");
    ann.resume();
    expect(ann.frames()).toHaveLength(1);
    expect(bob.result({ toS: 1, $call: { id: 1, end: true } })).toEqual({ taken: 1 });
  });
});

describe("[R75 R37] names while away", () => {
  test("[R75 R37] a session that retires by a frame that waited is not reached by its name, but by its id", () => {
    const node = createAchex2Node({ framesPerSecond: 1 });
    const bob = node.achex2("Bob");
    const ann = new ResumingClient(node).named("Ann");
    ann.send({ echo: 1 }).send({ $retire: true });
    ann.drop();
    expect(bob.result({ to: "Ann" })).toEqual({ taken: 1, held: 1 });
    node.seconds(3);
    expect(bob.fault({ to: "Ann" })).toBe("no-such-name");
    expect(bob.result({ toS: 2, n: 2 })).toEqual({ taken: 1, held: 1 });
    expect(ann.resume()).toMatchObject({ name: "Ann" });
    expect(ann.frames()).toMatchObject([{ echo: 1 }, { to: "Ann" }, { n: 2 }]);
  });

  test("[R75 A6] a session that logs in again by a frame that waited is held under its new name", () => {
    const node = createAchex2Node({ framesPerSecond: 1 });
    const bob = node.achex2("Bob");
    const ann = new ResumingClient(node).named("Ann");
    ann.send({ echo: 1 }).send({ setID: "Ada" });
    ann.drop();
    node.seconds(3);
    expect(bob.fault({ to: "Ann" })).toBe("no-such-name");
    expect(bob.result({ to: "Ada", n: 1 })).toEqual({ taken: 1, held: 1 });
    expect(ann.resume()).toMatchObject({ name: "Ada" });
    expect(ann.values("n")).toEqual([1]);
  });

  test("[R75 K8] a name that several sessions share reaches those that are there and those that are away", () => {
    const { ann, bob, achex2 } = ready();
    const twin = achex2("Ann");
    expect(bob.result({ to: "Ann", n: 1 })).toEqual({ taken: 2, held: 1 });
    twin.disconnect();
    expect(bob.result({ to: "Ann", n: 2 })).toEqual({ taken: 1, held: 1 });
    ann.resume();
    expect(ann.values("n")).toEqual([1, 2]);
  });
});
