import { describe, expect, test } from "bun:test";
import { type Achex2Client, type Achex2Node, createAchex2Node, NO_LEFTOVERS } from "../kit/achex2-client.ts";

const call = (to: unknown, id: number, more = {}) => ({ to, $call: { id, ...more } });
const answer = ({ sid }: Achex2Client, id: number, more = {}) => ({ toS: sid, $answer: { id, ...more } });
const cancelled = (id: number, { sid }: Achex2Client) => ({ $call: { cancel: id }, sID: sid });
const gone = (id: number) => ({ $answer: { id, fault: expect.objectContaining({ code: "callee-gone" }) } });

function pair(memory: Achex2Node = createAchex2Node()) {
  return { ...memory, memory, ann: memory.achex2("Ann"), bob: memory.achex2("Bob") };
}

describe("[R30 R31 R32] calls", () => {
  test("[R30 R31] a call arrives with its id and gets its answers, progress first", () => {
    const { ann, bob, leftovers } = pair();
    expect(ann.result({ ...call("Bob", 7), q: 1 })).toEqual({ taken: 1 });
    expect(bob.received()).toEqual([{ ...call("Bob", 7), q: 1, sID: ann.sid, FROM: "Ann" }]);
    expect(bob.result({ ...answer(ann, 7, { more: true }), a: 1 })).toEqual({ taken: 1 });
    expect(bob.result({ ...answer(ann, 7), a: 2 })).toEqual({ taken: 1 });
    const stamp = { sID: bob.sid, FROM: "Bob" };
    expect(ann.received()).toEqual([
      { ...answer(ann, 7, { more: true }), a: 1, ...stamp },
      { ...answer(ann, 7), a: 2, ...stamp },
    ]);
    expect(leftovers()).toMatchObject({ calls: 0, callParties: 0 });
  });

  test("[R32] a session that was not called cannot answer: wrong id, caller or callee", () => {
    const { ann, bob, achex2 } = pair();
    const eve = achex2("Eve");
    ann.result(call("Bob", 1));
    expect(eve.fault(answer(ann, 1))).toBe("no-such-call");
    expect(bob.fault(answer(ann, 2))).toBe("no-such-call");
    expect(bob.fault(answer(eve, 1))).toBe("no-such-call");
    expect(bob.fault({ toS: 999_999, $answer: { id: 1 } })).toBe("no-such-call");
    expect(ann.fault(answer(bob, 1))).toBe("no-such-call");
    expect(ann.received()).toEqual([]);
    expect(bob.request(answer(ann, 1)).fault).toBeUndefined();
    for (const more of [{}, { more: true }, { fault: {} }, { credit: 1 }])
      expect(bob.fault(answer(ann, 1, more))).toBe("no-such-call");
    expect(ann.received()).toHaveLength(1);
  });

  test("[R32 R36] a legacy client cannot answer, nor can one of another instance", () => {
    const { ann, bob, legacy, achex2 } = pair();
    const [kim, bo] = [legacy("Kim"), achex2("Bob", "elsewhere")];
    ann.result(call("Bob", 1));
    kim
      .send(answer(ann, 1))
      .send({ ...call("Bob", 9) })
      .send(`{"to":"Ann","$call":{"cancel":1}}`);
    expect(bo.fault(answer(ann, 1))).toBe("no-such-call");
    expect(ann.received()).toEqual([]);
    expect(bob.received()).toHaveLength(1);
  });

  test("[R31] of several callees the first final answer ends the call for all", () => {
    const { ann, bob, achex2, leftovers } = pair();
    const bea = achex2("Bob");
    expect(ann.result(call("Bob", 1))).toEqual({ taken: 2 });
    bea.result(answer(ann, 1, { more: true }));
    bob.result(answer(ann, 1, { fault: { code: "mine" } }));
    expect(bea.fault(answer(ann, 1))).toBe("no-such-call");
    expect(ann.received()).toHaveLength(2);
    expect(leftovers()).toMatchObject({ calls: 0, callParties: 0 });
  });

  test("[R30] the id is free again when its call has ended in any way", () => {
    const { ann, bob } = pair();
    for (let round = 0; round < 3; round++) {
      ann.result(call("Bob", 1));
      expect(ann.fault(call("Bob", 1))).toBe("call-in-use");
      if (round === 0) bob.result(answer(ann, 1));
      else if (round === 1) ann.result({ to: "x", $call: { cancel: 1 } });
      else bob.result(answer(ann, 1, { fault: {} }));
    }
    expect(ann.fault(call("nobody", 1))).toBe("no-such-name");
    expect(ann.result(call("Bob", 1))).toEqual({ taken: 1 });
  });

  test("[R30] a session may call itself", () => {
    const { ann, leftovers } = pair();
    expect(ann.result(call("Ann", 1))).toEqual({ taken: 1 });
    expect(ann.result(answer(ann, 1))).toEqual({ taken: 1 });
    expect(ann.received()).toHaveLength(2);
    ann.result(call("Ann", 2));
    ann.disconnect();
    expect(leftovers()).toMatchObject({ calls: 0, callParties: 0 });
  });
});

describe("[R33 R34] calls whose caller or callee disconnects", () => {
  test("[R33] the caller is notified when the last callee disconnects, and not before", () => {
    const { ann, bob, achex2 } = pair();
    const bea = achex2("Bob");
    ann.result(call("Bob", 1));
    bob.disconnect();
    expect(ann.received()).toEqual([]);
    bea.disconnect(1006);
    expect(ann.received()).toEqual([gone(1)]);
  });

  test("[R33] not for a callee that has answered", () => {
    const { ann, bob } = pair();
    ann.result(call("Bob", 1));
    bob.result(answer(ann, 1));
    ann.received();
    bob.disconnect();
    expect(ann.received()).toEqual([]);
  });

  test("[R34] callees are notified when the caller cancels or disconnects", () => {
    const { ann, bob, achex2 } = pair();
    const bea = achex2("Bob");
    for (const id of [1, 2]) ann.result(call("Bob", id));
    bob.received();
    bea.received();
    expect(ann.result({ toS: 1, $call: { cancel: 1 } })).toEqual({});
    expect(bob.received()).toEqual([cancelled(1, ann)]);
    ann.disconnect();
    expect(bob.received()).toEqual([cancelled(2, ann)]);
    expect(bea.received()).toEqual([cancelled(1, ann), cancelled(2, ann)]);
    expect(bob.fault(answer(ann, 2))).toBe("no-such-call");
  });

  test("[R34] a cancel is not forwarded, and rejected without an open call", () => {
    const { ann, bob } = pair();
    expect(ann.fault({ to: "Bob", $call: { cancel: 1 } })).toBe("no-such-call");
    ann.result(call("Bob", 1));
    bob.received();
    expect(bob.fault({ toS: ann.sid, $call: { cancel: 1 } })).toBe("no-such-call");
    ann.result({ to: "Bob", $call: { cancel: 1 } });
    expect(ann.fault({ to: "Bob", $call: { cancel: 1 } })).toBe("no-such-call");
    expect(bob.received()).toEqual([cancelled(1, ann)]);
  });

  test("[R33] a connection that is about to end accepts no call and is not a callee", () => {
    const { ann, bob, achex2 } = pair();
    bob.connection.socket.terminate();
    expect(ann.fault(call("Bob", 1))).toBe("no-such-name");
    expect(ann.fault({ toS: bob.sid, $call: { id: 1 } })).toBe("no-such-session");
    const bea = achex2("Bob");
    expect(ann.result(call("Bob", 1))).toEqual({ taken: 1, missed: { backlog: 1 } });
    bob.disconnect(1006);
    expect(ann.received()).toEqual([]);
    expect(bea.result(answer(ann, 1))).toEqual({ taken: 1 });
  });
});

describe("[R35] limits of calls", () => {
  test("[R35] a session has at most 1,000 open calls; those of others do not count", () => {
    const { ann, bob, leftovers } = pair();
    for (let id = 0; id < 1_000; id++) ann.result(call("Bob", id));
    expect(ann.fault(call("Bob", 1_000))).toBe("too-many-calls");
    expect(ann.fault(call("nobody", 1_000))).toBe("no-such-name");
    expect(bob.result(call("Ann", 1_000))).toEqual({ taken: 1 });
    bob.result(answer(ann, 500));
    expect(ann.result(call("Bob", 1_000))).toEqual({ taken: 1 });
    expect(leftovers()).toMatchObject({ calls: 1_001 });
    bob.disconnect();
    expect(ann.received().filter((frame) => "sID" in Object(frame) === false)).toHaveLength(1_000);
    expect(leftovers()).toMatchObject({ calls: 0, callParties: 0 });
  });

  test("[R35] a call to several sessions counts once for each, and less when they disconnect", () => {
    const memory = createAchex2Node();
    const ann = memory.achex2("Ann");
    const bobs = Array.from({ length: 400 }, () => memory.achex2("Bob"));
    expect(ann.result(call("Bob", 1))).toEqual({ taken: 400 });
    expect(ann.result(call("Bob", 2))).toEqual({ taken: 400 });
    expect(ann.fault(call("Bob", 3))).toBe("too-many-calls");
    for (const bob of bobs.slice(0, 100)) bob.disconnect();
    expect(ann.result(call("Bob", 3))).toEqual({ taken: 300 });
    for (const bob of bobs.slice(100)) bob.disconnect();
    expect(ann.received()).toEqual([gone(1), gone(2), gone(3)]);
    expect(memory.leftovers()).toMatchObject({ calls: 0, callParties: 0 });
  });

  test("[R35] legacy sessions are counted, not called", () => {
    const { ann, legacy, achex2 } = pair();
    const kim = legacy("Kim");
    expect(ann.fault(call("Kim", 1))).toBe("old-dialect");
    expect(ann.fault({ toS: [kim.sid, 999_999], $call: { id: 1 } })).toBe("old-dialect");
    const kit = achex2("Kim");
    expect(ann.result(call("Kim", 1))).toEqual({ taken: 1, missed: { dialect: 1 } });
    expect(kim.received()).toEqual([]);
    kit.disconnect();
    expect(ann.received()).toEqual([gone(1)]);
  });

  test("[R61] nothing is left after all sessions end, in any order and with anything open", () => {
    const memory = createAchex2Node();
    const people = ["Ann", "Bob", "Bob", "Cid"].map((name) => memory.achex2(name));
    for (const order of [people, people.toReversed()]) {
      for (const person of people) {
        for (const [id, to] of ["Ann", "Bob", "Cid", ["Ann", "Cid"]].entries()) person.request(call(to, id));
      }
      for (const person of order.slice(0, 2)) person.request({ to: "x", $call: { cancel: 0 } });
    }
    expect(memory.leftovers().calls).toBeGreaterThan(5);
    for (const person of people) person.disconnect();
    expect(memory.leftovers()).toEqual(NO_LEFTOVERS);
  });
});

describe("[R33 R35] a session with many callers", () => {
  const quiet = (person: Achex2Client, count: number, first = 0) => {
    for (let id = first; id < first + count; id++) person.send(call("Bob", id));
  };

  test("[R35] has at most 10,000 open calls; then it is busy until it has answered one", () => {
    const { ann, bob, achex2 } = pair();
    for (let n = 0; n < 10; n++) quiet(achex2(`caller ${n}`), 1_000);
    expect(ann.request(call("Bob", 1)).fault).toBe("callee-busy");
    const first = bob.received().find((frame) => JSON.stringify(frame).includes('"id":5'));
    const caller = JSON.parse(JSON.stringify(first)).sID;
    expect(bob.result({ toS: caller, $answer: { id: 5 } })).toEqual({ taken: 1 });
    expect(ann.result(call("Bob", 1))).toEqual({ taken: 1 });
  });

  test("[R35] is skipped in favour of another one with its name", () => {
    const { ann, achex2, bob } = pair();
    for (let n = 0; n < 10; n++) quiet(achex2(`caller ${n}`), 1_000);
    const other = achex2("Bob");
    expect(ann.result(call("Bob", 1))).toEqual({ taken: 1 });
    bob.received();
    expect(other.received().length).toBe(1);
  });

  test("[R33] disconnects: its callers are notified over several turns, and others are served in between", () => {
    const { bob, achex2, clock, node } = pair();
    const callers = Array.from({ length: 5 }, (_, n) => achex2(`caller ${n}`));
    for (const caller of callers) quiet(caller, 1_000);
    for (const caller of callers) caller.received();
    clock.hasLongTurns = true;
    const { counters } = node.core;
    const perTurn: number[] = [];
    let sent = counters.framesOut;
    bob.disconnect();
    while (node.core.departures.pending > 0) {
      perTurn.push(counters.framesOut - sent);
      sent = counters.framesOut;
      clock.turn();
    }
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(256);
    for (const caller of callers) expect(caller.received().length).toBe(1_000);
  });
});
