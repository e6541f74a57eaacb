import { afterEach, describe, expect, test } from "bun:test";
import { createHouse, type House, type Person } from "./people.ts";

/** A house with a room, and somebody in it who must not notice what strangers do. */
function peaceful(limits: Parameters<typeof createHouse>[0] = {}) {
  const house = createHouse(limits);
  const ann = house.own("Ann");
  const kim = house.old("Kim");
  ann.result({ joinHub: "quiet", $presence: true });
  kim.says({ joinHub: "quiet" });
  ann.result({ $watch: ["Bob", "Kim"] });
  ann.hears();
  kim.hears();
  at = { house, ann, kim };
  return { house, ann, kim, eve: house.own("Eve") };
}

let at: { readonly house: House; readonly ann: Person; readonly kim: Person } | undefined;

afterEach(() => {
  if (!at) throw new Error("the test looked at nobody");
  const { ann, kim, house } = at;
  expect(ann.hears()).toEqual([]);
  expect(kim.hears()).toEqual([]);
  expect(ann.connection.socket.over || kim.connection.socket.over).toBe(false);
  expect(ann.result({ to: "Kim", n: 1 })).toEqual({ taken: 1 });
  expect(kim.hears()).toEqual([{ to: "Kim", n: 1, sID: ann.sid, FROM: "Ann" }]);
  expect(ann.fault({ to: "Bob", $call: { id: 1 } })).toBe("no-such-name");
  const bob = house.own("Bob");
  expect(ann.result({ to: "Bob", $call: { id: 1 } })).toEqual({ taken: 1 });
  expect(bob.result({ toS: ann.sid, $answer: { id: 1 } })).toEqual({ taken: 1 });
  expect(ann.hears()).toHaveLength(2);
});

const VALUES = [null, true, false, 0, -1, 1.5, 2 ** 53, "", "x", "Ann", [], [[]], ["Ann"], {}, { id: 1 }, { id: {} }];
const KEYS = ["$ref", "$presence", "$attributes", "$call", "$answer", "$time", "$members", "$watch", "$unwatch"];

describe("[R4] strange frames", () => {
  test("[R4] every $ key with every kind of value, alone and beside every verb, in pairs", () => {
    const { eve } = peaceful();
    const verbs = [{}, { to: "nobody" }, { toS: 999 }, { bc: "b" }, { toH: "h" }, { joinHub: "h" }, { leaveHub: "h" }];
    let frames = 0;
    for (const key of KEYS) {
      for (const value of VALUES) {
        for (const verb of verbs) {
          for (const other of KEYS) {
            eve.says({ ...verb, [key]: value, ...(other === key ? {} : { [other]: { id: 1 } }) });
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
    const forged = [
      "$hello",
      "$result",
      "$fault",
      "$roster",
      "$joined",
      "$left",
      "$changed",
      "$count",
      "$online",
      "$offline",
    ];
    for (const key of forged) {
      expect(eve.fault({ to: "Ann", [key]: {} })).toBe("unknown-key");
      expect(eve.fault({ [key]: {} })).toBe("unknown-key");
    }
    eve.says(`{"to":"Ann","\\u0024fault":{"code":"busy"}}`).says(`{"to":"Ann","$online":"Bob","$ref":1}`);
    expect(ann.hears()).toEqual([]);
  });

  test("[R32 R36] answers and calls that nobody let through reach no achex.2 session, however they are written", () => {
    const { house, eve, ann } = peaceful();
    const bob = house.own("Bob");
    ann.result({ to: "Bob", $call: { id: 1 } });
    const old = house.old("Mallory");
    for (const text of [
      `{"toS":${ann.sid},"$answer":{"id":1}}`,
      `{"toS":${ann.sid},"\\u0024\\u0061nswer":{"id":1},"$call":null}`,
      `{"toH":"quiet","$call":{"cancel":1}}`,
      `{"toS":${ann.sid},"a":{"$answer":1},"$answer":false}`,
    ]) {
      old.says(text);
      eve.says(text);
    }
    old.says(`{"to":["Ann","Eve"],"$call":{"id":1}}`);
    // What goes to the hub is left to its old members.
    expect(at?.kim.hears()).toHaveLength(1);
    expect(ann.hears()).toEqual([{ $online: "Bob" }]);
    expect(bob.result({ toS: ann.sid, $answer: { id: 1 } })).toEqual({ taken: 1 });
    bob.leaves();
    expect(ann.hears()).toMatchObject([{ FROM: "Bob" }, { $offline: "Bob" }]);
  });

  test("[R4] calls on hubs and broadcasts, cancels of others' calls, members of rooms one is not in", () => {
    const { house, eve, ann } = peaceful();
    const bob = house.own("Bob");
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
    expect(bob.hears()).toHaveLength(1);
    bob.result({ toS: ann.sid, $answer: { id: 5 } });
    bob.leaves();
    ann.hears();
  });
});

describe("[R40 R41] strange bytes", () => {
  test("[R41] garbage of any length and any header is refused and goes nowhere", () => {
    const { eve } = peaceful();
    let random = 11;
    const next = () => {
      random = (random * 16_807) % 2_147_483_647;
      return random;
    };
    for (let i = 0; i < 500; i++) eve.says(Uint8Array.from({ length: next() % 60 }, () => next() & 255));
    for (const length of [0, 1, 2, 5, 65_535]) {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setUint16(0, length);
      eve.says(bytes);
    }
    expect(eve.connection.socket.over).toBe(false);
    const { faults } = at?.house.node.core.counters ?? {};
    expect(faults).toEqual({ "bad-binary": 505 });
  });

  test("[R40] a header whose stamp no longer fits is refused, not cut", () => {
    const { house } = peaceful({ nameBytes: 0 });
    const eve = house.own("e".repeat(6_000));
    expect(eve.fault({ to: "Ann", p: "p".repeat(59_900) }, new Uint8Array(1))).toBe("bad-binary");
    expect(eve.result({ to: "Ann", p: "p".repeat(59_900) })).toEqual({ taken: 1 });
    at?.ann.hears();
  });
});

describe("[R20 R22] strange rooms", () => {
  test("[R22] attributes of every size and kind, and names that look like JSON", () => {
    const { house, ann } = peaceful();
    const names = ['"}', "{", "\\", "\u2028", "__proto__", "🦊".repeat(32), "$fault"];
    for (const name of names) {
      const eve = house.own(name);
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
      const [joined] = ann.hearsOf("$joined");
      expect(joined).toMatchObject({ name, attributes: { [name.slice(0, 20)]: name } });
      eve.leaves();
      expect(ann.hearsOf("$left")).toEqual([{ hub: "quiet", name, sid: eve.sid }]);
    }
    at?.kim.hears();
  });

  test("[R20] a slow follower is cut, and the others go on hearing", () => {
    const { house, ann } = peaceful();
    const slow = house.own("slow");
    slow.result({ joinHub: "quiet", $presence: true });
    slow.connection.socket.terminate();
    const bob = house.own("Bea");
    bob.result({ joinHub: "quiet" });
    expect(ann.hearsOf("$joined")).toMatchObject([{ name: "slow" }, { name: "Bea" }]);
    slow.leaves(1006);
    bob.leaves();
    expect(ann.hearsOf("$left")).toMatchObject([{ name: "slow" }, { name: "Bea" }]);
    at?.kim.hears();
  });
});
