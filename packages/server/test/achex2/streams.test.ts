import { describe, expect, test } from "bun:test";
import { type Achex2Client, createAchex2Node } from "../kit/achex2-client.ts";
import { binaryFrame, partsOf } from "../kit/binary-frame.ts";

const MEBIBYTE = 2 ** 20;

function opened() {
  const memory = createAchex2Node();
  const [ann, bob] = [memory.achex2("Ann"), memory.achex2("Bob")];
  ann.result({ to: "Bob", $call: { id: 1, stream: true } });
  bob.received();
  const data = (bytes: number, to: Achex2Client = bob) =>
    ann.request({ toS: to.sid, $call: { id: 1, data: true } }, new Uint8Array(bytes));
  const grant = (credit: number) => bob.request({ toS: ann.sid, $answer: { id: 1, credit } });
  return { ...memory, ann, bob, data, grant };
}

describe("[R50 R51 R52 R53] streams", () => {
  test("[R52] exactly the granted bytes pass, in pieces of any size", () => {
    const { bob, data, grant } = opened();
    let granted = 0;
    let passed = 0;
    let random = 1;
    for (let i = 0; i < 300; i++) {
      random = (random * 16_807) % 2_147_483_647;
      const size = random % 1_000;
      if (random % 3 === 0) {
        expect(grant(size + 1).fault).toBeUndefined();
        granted += size + 1;
      }
      const { fault } = data(size);
      expect(fault).toBe(passed + size <= granted ? undefined : "no-credit");
      if (fault === undefined) passed += size;
    }
    const came = bob.received().map((frame) => partsOf(String(frame)).body.length);
    expect(came.reduce((sum, size) => sum + size, 0)).toBe(passed);
    expect(passed).toBeGreaterThan(1_000);
  });

  test("[R52] the header is stamped, the bytes are unchanged", () => {
    const { ann, bob, grant } = opened();
    grant(5);
    ann.received();
    const bytes = Uint8Array.of(0, 255, 123, 125, 10);
    ann.send(binaryFrame(`{"toS":${bob.sid},"$call":{"id":1,"data":true},"at":0}`, bytes));
    const [frame] = bob.received();
    const { header, body } = partsOf(String(frame));
    expect(header).toBe(`{"toS":${bob.sid},"$call":{"id":1,"data":true},"at":0,"sID":${ann.sid},"FROM":"Ann"}`);
    expect([...body]).toEqual([...bytes]);
  });

  test("[R52] unused credit is 16 MiB at most; using it makes room", () => {
    const { data, grant } = opened();
    expect(grant(16 * MEBIBYTE + 1).fault).toBe("bad-value");
    expect(grant(16 * MEBIBYTE).fault).toBeUndefined();
    expect(grant(1).fault).toBe("bad-value");
    expect(data(10).fault).toBeUndefined();
    expect(grant(11).fault).toBe("bad-value");
    expect(grant(10).fault).toBeUndefined();
  });

  test("[R52] only the receiver grants credit, only the sender spends it, and only to the receiver", () => {
    const { ann, bob, achex2, data, grant } = opened();
    const eve = achex2("Eve");
    expect(eve.fault({ toS: ann.sid, $answer: { id: 1, credit: 5 } })).toBe("no-such-call");
    expect(ann.fault({ toS: bob.sid, $answer: { id: 1, credit: 5 } })).toBe("no-such-call");
    grant(5);
    expect(data(1, eve).fault).toBe("no-such-call");
    expect(data(1, ann).fault).toBe("no-such-call");
    expect(eve.fault({ toS: bob.sid, $call: { id: 1, data: true } }, new Uint8Array(1))).toBe("no-such-call");
    expect(ann.fault({ toS: bob.sid, $call: { id: 1, data: true } })).toBe("bad-binary");
    expect(eve.received()).toEqual([]);
    expect(data(5).fault).toBeUndefined();
  });

  test("[R52] a rejected piece costs no credit", () => {
    const { data, grant } = opened();
    grant(5);
    expect(data(6).fault).toBe("no-credit");
    expect(data(5).fault).toBeUndefined();
    expect(data(0).fault).toBeUndefined();
  });

  test("[R53] the receiver learns of the end, and closes the call", () => {
    const { ann, bob, data, grant, leftovers } = opened();
    grant(5);
    expect(ann.result({ toS: bob.sid, $call: { id: 1, end: true } })).toEqual({ taken: 1 });
    expect(bob.result({ toS: ann.sid, $answer: { id: 1 } })).toEqual({ taken: 1 });
    expect(data(1).fault).toBe("no-such-call");
    expect(grant(1).fault).toBe("no-such-call");
    expect(leftovers()).toMatchObject({ calls: 0, callParties: 0 });
  });

  test("[R53 R33] either side may disconnect in the middle", () => {
    const { ann, bob, data, grant } = opened();
    grant(5);
    ann.received();
    bob.disconnect();
    expect(ann.received()).toMatchObject([{ $answer: { id: 1, fault: { code: "callee-gone" } } }]);
    expect(data(1).fault).toBe("no-such-call");
    const other = opened();
    other.ann.disconnect();
    expect(other.bob.received()).toEqual([{ $call: { cancel: 1 }, sID: other.ann.sid }]);
    expect(other.grant(1).fault).toBe("no-such-call");
  });

  test("[R52] a plain call has no credit and takes no data", () => {
    const { ann, bob } = opened();
    ann.result({ to: "Bob", $call: { id: 2 } });
    expect(bob.fault({ toS: ann.sid, $answer: { id: 2, credit: 1 } })).toBe("bad-value");
    expect(ann.fault({ toS: bob.sid, $call: { id: 2, data: true } }, new Uint8Array())).toBe("no-such-call");
    expect(ann.fault({ toS: bob.sid, $call: { id: 2, end: true } })).toBe("no-such-call");
    expect(bob.result({ toS: ann.sid, $answer: { id: 2 } })).toEqual({ taken: 1 });
  });

  test("[R50] a stream has one receiver: several are rejected; of a mixed name the one that can receive it", () => {
    const { ann, achex2, legacy } = opened();
    for (const name of ["Cid", "Cid"]) achex2(name);
    expect(ann.fault({ to: "Cid", $call: { id: 2, stream: true } })).toBe("not-one");
    legacy("Dan");
    expect(ann.fault({ to: "Dan", $call: { id: 2, stream: true } })).toBe("old-dialect");
    const dan = achex2("Dan");
    expect(ann.result({ to: "Dan", $call: { id: 2, stream: true } })).toEqual({ taken: 1, missed: { dialect: 1 } });
    expect(dan.received()).toHaveLength(1);
  });

  test("[R52] credit used to the last byte is counted as a stall", () => {
    const { node, data, grant } = opened();
    grant(5);
    data(0);
    data(4);
    expect(node.core.counters.creditStalls).toBe(0);
    data(1);
    data(0);
    expect(node.core.counters.creditStalls).toBe(1);
  });
});
