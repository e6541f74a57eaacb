import { afterEach, describe, expect, test } from "bun:test";
import { dollarKeys, serverKeys } from "@achex/protocol";
import { type Achex2Client, type Achex2Node, createAchex2Node } from "../kit/achex2-client.ts";

/** A memory with a room, and somebody in it who must not notice what strangers do. */
function peaceful(limits: Parameters<typeof createAchex2Node>[0] = {}) {
  const memory = createAchex2Node(limits);
  const ann = memory.achex2("Ann");
  const kim = memory.legacy("Kim");
  ann.result({ joinHub: "quiet", $presence: true });
  kim.send({ joinHub: "quiet" });
  ann.result({ $watch: ["Bob", "Kim"] });
  ann.received();
  kim.received();
  at = { memory, ann, kim };
  return { memory, ann, kim, eve: memory.achex2("Eve") };
}

let at: { readonly memory: Achex2Node; readonly ann: Achex2Client; readonly kim: Achex2Client } | undefined;

afterEach(() => {
  if (!at) throw new Error("the test looked at nobody");
  const { ann, kim, memory } = at;
  expect(ann.received()).toEqual([]);
  expect(kim.received()).toEqual([]);
  expect(ann.connection.socket.over || kim.connection.socket.over).toBe(false);
  expect(ann.result({ to: "Kim", n: 1 })).toEqual({ taken: 1 });
  expect(kim.received()).toEqual([{ to: "Kim", n: 1, sID: ann.sid, FROM: "Ann" }]);
  expect(ann.fault({ to: "Bob", $call: { id: 1 } })).toBe("no-such-name");
  const bob = memory.achex2("Bob");
  expect(ann.result({ to: "Bob", $call: { id: 1 } })).toEqual({ taken: 1 });
  expect(bob.result({ toS: ann.sid, $answer: { id: 1 } })).toEqual({ taken: 1 });
  expect(ann.received()).toHaveLength(2);
});

const VALUES = [null, true, false, 0, -1, 1.5, 2 ** 53, "", "x", "Ann", [], [[]], ["Ann"], {}, { id: 1 }, { id: {} }];
const KEYS = Object.keys(dollarKeys);

describe("[R4] strange frames", () => {
  test("[R4] every $ key with every kind of value, alone and beside every verb, in pairs", () => {
    const { eve } = peaceful();
    const verbs = [{}, { to: "nobody" }, { toS: 999 }, { bc: "b" }, { toH: "h" }, { joinHub: "h" }, { leaveHub: "h" }];
    let frames = 0;
    for (const key of KEYS) {
      for (const value of VALUES) {
        for (const verb of verbs) {
          for (const other of KEYS) {
            eve.send({ ...verb, [key]: value, ...(other === key ? {} : { [other]: { id: 1 } }) });
            frames++;
          }
        }
      }
    }
    expect(frames).toBe(KEYS.length * VALUES.length * verbs.length * KEYS.length);
    expect(eve.connection.socket.over).toBe(false);
  });

  test("[R4] frames that look like the server's own are not forwarded as such", () => {
    const { eve, ann } = peaceful();
    const forged = serverKeys.filter((key) => !KEYS.includes(key));
    for (const key of forged) {
      expect(eve.fault({ to: "Ann", [key]: {} })).toBe("unknown-key");
      expect(eve.fault({ [key]: {} })).toBe("unknown-key");
    }
    eve.send(`{"to":"Ann","\\u0024fault":{"code":"busy"}}`).send(`{"to":"Ann","$online":"Bob","$ref":1}`);
    expect(ann.received()).toEqual([]);
  });

  test("[R32 R36] answers and calls that were not accepted reach no achex.2 session, however they are written", () => {
    const { memory, eve, ann } = peaceful();
    const bob = memory.achex2("Bob");
    ann.result({ to: "Bob", $call: { id: 1 } });
    const old = memory.legacy("Mallory");
    for (const text of [
      `{"toS":${ann.sid},"$answer":{"id":1}}`,
      `{"toS":${ann.sid},"\\u0024\\u0061nswer":{"id":1},"$call":null}`,
      `{"toH":"quiet","$call":{"cancel":1}}`,
      `{"toS":${ann.sid},"a":{"$answer":1},"$answer":false}`,
    ]) {
      old.send(text);
      eve.send(text);
    }
    old.send(`{"to":["Ann","Eve"],"$call":{"id":1}}`);
    // What goes to the hub is left to its old members.
    expect(at?.kim.received()).toHaveLength(1);
    expect(ann.received()).toEqual([{ $online: "Bob" }]);
    expect(bob.result({ toS: ann.sid, $answer: { id: 1 } })).toEqual({ taken: 1 });
    bob.disconnect();
    expect(ann.received()).toMatchObject([{ FROM: "Bob" }, { $offline: "Bob" }]);
  });

  test("[R4] calls on hubs and broadcasts, cancels of others' calls, members of rooms one is not in", () => {
    const { memory, eve, ann } = peaceful();
    const bob = memory.achex2("Bob");
    ann.result({ to: "Bob", $call: { id: 5 } });
    for (const frame of [
      { toH: "quiet", $call: { id: 5 } },
      { bc: "quiet", $call: { id: 5 } },
      { toH: "quiet", $answer: { id: 5 } },
      { toS: [ann.sid, eve.sid], $answer: { id: 5 } },
    ]) {
      expect(eve.fault(frame)).toBe("bad-value");
    }
    expect(eve.fault({ to: "Bob", $call: { cancel: 5 } })).toBe("no-such-call");
    expect(eve.fault({ $members: { hub: "quiet" } })).toBe("not-member");
    expect(eve.fault({ leaveHub: "quiet" })).toBe("not-member");
    expect(bob.received()).toHaveLength(1);
    bob.result({ toS: ann.sid, $answer: { id: 5 } });
    bob.disconnect();
    ann.received();
  });
});

describe("[R40 R41] strange bytes", () => {
  test("[R41] any invalid bytes and header are rejected and not delivered", () => {
    const { eve } = peaceful();
    let random = 11;
    const next = () => {
      random = (random * 16_807) % 2_147_483_647;
      return random;
    };
    for (let i = 0; i < 500; i++) eve.send(Uint8Array.from({ length: next() % 60 }, () => next() & 255));
    for (const length of [0, 1, 2, 5, 65_535]) {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setUint16(0, length);
      eve.send(bytes);
    }
    expect(eve.connection.socket.over).toBe(false);
    const { faults } = at?.memory.node.core.counters ?? {};
    expect(faults).toEqual({ "bad-binary": 505 });
  });

  test("[R40] a header whose stamp does not fit is rejected, not shortened", () => {
    const { memory } = peaceful({ nameBytes: 0 });
    const eve = memory.achex2("e".repeat(6_000));
    expect(eve.fault({ to: "Ann", p: "p".repeat(59_900) }, new Uint8Array(1))).toBe("bad-binary");
    expect(eve.result({ to: "Ann", p: "p".repeat(59_900) })).toEqual({ taken: 1 });
    at?.ann.received();
  });
});

describe("[R20 R22] strange rooms", () => {
  test("[R22] attributes of every size and kind, and names that look like JSON", () => {
    const { memory, ann } = peaceful();
    const names = ['"}', "{", "\\", "\u2028", "__proto__", "🦊".repeat(32), "$fault"];
    for (const name of names) {
      const eve = memory.achex2(name);
      eve.result({ joinHub: "quiet", $attributes: { [name.slice(0, 20)]: name, ["k".repeat(64)]: "v".repeat(254) } });
      for (const wrong of [
        { a: {} },
        { "": 1 },
        { ["k".repeat(65)]: 1 },
        { a: "v".repeat(255) },
        { "a\n": 1 },
        [],
        "x",
      ])
        expect(eve.fault({ joinHub: "quiet", $attributes: wrong })).toBe("bad-attributes");
      const [joined] = ann.receivedValues("$joined");
      expect(joined).toMatchObject({ name, attributes: { [name.slice(0, 20)]: name } });
      eve.disconnect();
      expect(ann.receivedValues("$left")).toEqual([{ hub: "quiet", name, sid: eve.sid }]);
    }
    at?.kim.received();
  });

  test("[R20] a slow follower is disconnected, and the others still receive everything", () => {
    const { memory, ann } = peaceful();
    const slow = memory.achex2("slow");
    slow.result({ joinHub: "quiet", $presence: true });
    slow.connection.socket.terminate();
    const bob = memory.achex2("Bea");
    bob.result({ joinHub: "quiet" });
    expect(ann.receivedValues("$joined")).toMatchObject([{ name: "slow" }, { name: "Bea" }]);
    slow.disconnect(1006);
    bob.disconnect();
    expect(ann.receivedValues("$left")).toMatchObject([{ name: "slow" }, { name: "Bea" }]);
    at?.kim.received();
  });
});
