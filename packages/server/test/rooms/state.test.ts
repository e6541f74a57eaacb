import { describe, expect, test } from "bun:test";
import { isJsonObject } from "@achex/protocol";
import { type Achex2Client, createAchex2Node } from "../kit/achex2-client.ts";

const follow = { joinHub: "h", $state: true };
const set = (write: object) => ({ $set: { hub: "h", ...write } });
/** The `$state` frames received, without their room. */
const states = (client: Achex2Client) =>
  client.receivedValues("$state").map((state) => {
    if (!isJsonObject(state)) throw new Error("no state");
    const { hub: _, ...rest } = state;
    return rest;
  });

describe("[R101 R102] following", () => {
  test("[R101 R102] begins with the whole map and the room, before the reply, and goes on with changes", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    expect(ann.result(follow)).toEqual({ count: 1 });
    expect(ann.received()).toEqual([
      { $state: { hub: "h", version: 0, whole: true, values: {} } },
      {
        $room: {
          hub: "h",
          term: 1,
          host: { name: "Ann", sid: ann.sid },
          options: { capacity: 0, seats: 0, password: false, closed: false, grace: 5 },
        },
      },
    ]);
    expect(ann.result(set({ values: { a: 1, b: [2] } }))).toEqual({ version: 1 });
    bob.result(follow);
    expect(states(bob)).toEqual([{ version: 1, whole: true, values: { a: 1, b: [2] } }]);
    bob.result(set({ values: { c: null }, delete: ["a", "never"] }));
    const change = { version: 2, values: { c: null }, deleted: ["a"] };
    expect(states(ann)).toEqual([{ version: 1, values: { a: 1, b: [2] } }, change]);
    expect(states(bob)).toEqual([change]);
  });

  test("[R101] only those who asked receive anything, whatever their dialect", () => {
    const { achex2, legacy } = createAchex2Node();
    const [ann, bob, kim] = [achex2("Ann"), achex2("Bob"), legacy("Kim")];
    bob.result({ joinHub: "h" });
    kim.send({ joinHub: "h" }).received();
    ann.result(follow);
    ann.result(set({ values: { a: 1 } }));
    ann.result({ $room: { hub: "h", closed: true } });
    expect(bob.received()).toEqual([]);
    expect(kim.received()).toEqual([]);
  });

  test("[R101] ends with $state false and with the membership, and can begin again", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    bob.result({ joinHub: "h" });
    ann.result(follow);
    ann.result({ joinHub: "h", $state: false });
    ann.received();
    bob.result(set({ values: { a: 1 } }));
    expect(ann.received()).toEqual([]);
    ann.result(follow);
    expect(states(ann)).toEqual([{ version: 1, whole: true, values: { a: 1 } }]);
    ann.result({ leaveHub: "h" });
    bob.result(set({ values: { a: 2 } }));
    expect(ann.received()).toEqual([]);
  });

  test("[R103 R105] a version of an ended room says nothing about the next room of that name", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    ann.result({ joinHub: "h" });
    expect(ann.result(set({ values: { a: 1 } }))).toEqual({ version: 1 });
    ann.result({ leaveHub: "h" });
    bob.result(follow);
    expect(states(bob)).toEqual([{ version: 2, whole: true, values: {} }]);
    ann.result({ joinHub: "h" });
    expect(bob.result(set({ values: { a: 2 } }))).toEqual({ version: 3 });
    expect(ann.fault(set({ values: { a: 3 }, if: { a: 1 } }))).toBe("state-conflict");
  });

  test("[R114] a room that has never had a host has no term, and 0 is none", () => {
    const ann = createAchex2Node().achex2("Ann");
    ann.result({ joinHub: "h" });
    expect(ann.fault(set({ values: { a: 1 }, term: 0 }))).toBe("stale-term");
    expect(ann.fault({ toH: "h", $term: 0 })).toBe("stale-term");
  });

  test("[R100 R103] a room ends with its last member, and versions and terms never start over", () => {
    const { achex2 } = createAchex2Node();
    const ann = achex2("Ann");
    ann.result(follow);
    ann.result(set({ values: { a: 1 } }));
    ann.result({ leaveHub: "h" });
    ann.received();
    ann.result(follow);
    const [state, room] = ann.received();
    expect(state).toEqual({ $state: { hub: "h", version: 2, whole: true, values: {} } });
    expect(room).toMatchObject({ $room: { term: 3 } });
  });

  test("[R102 M5] changes arrive in order with the messages of the room, for every follower", () => {
    const { achex2 } = createAchex2Node();
    const followers = ["Ann", "Amy", "Abe"].map((name) => achex2(name));
    for (const person of followers) person.result(follow);
    for (const person of followers) person.received();
    const bob = achex2("Bob");
    bob.result({ joinHub: "h" });
    for (let n = 0; n < 3; n++) bob.send({ toH: "h", n }).send(set({ values: { n } }));
    const seen = followers.map((person) => person.received().map((frame) => JSON.stringify(frame).slice(2, 6)));
    const expected = ['toH"', "$sta", 'toH"', "$sta", 'toH"', "$sta"];
    expect(seen).toEqual([expected, expected, expected]);
  });

  test("[R100] broadcasts are rooms with the key bc", () => {
    const { achex2 } = createAchex2Node();
    const ann = achex2("Ann");
    ann.result({ cmd: "register_broadcast", bid: "h", $state: true });
    ann.received();
    expect(ann.fault(set({ values: { a: 1 } }))).toBe("not-member");
    expect(ann.result({ $set: { bc: "h", values: { a: 1 } } })).toEqual({ version: 1 });
    expect(ann.received()).toEqual([{ $state: { bc: "h", version: 1, values: { a: 1 } } }]);
  });
});

describe("[R104] writes", () => {
  test("[R104] need membership and a login", () => {
    const { achex2, connectClient } = createAchex2Node();
    const ann = achex2("Ann");
    expect(ann.fault(set({ values: { a: 1 } }))).toBe("not-member");
    expect(connectClient().fault(set({ values: { a: 1 } }))).toBe("not-member");
  });

  test("[R104] increments return the sums, and numbers only are incremented", () => {
    const { achex2 } = createAchex2Node();
    const ann = achex2("Ann");
    ann.result(follow);
    expect(ann.result(set({ increment: { n: 2, m: -0.5 } }))).toEqual({ version: 1, values: { n: 2, m: -0.5 } });
    expect(ann.result(set({ increment: { n: 1 }, values: { s: "x" } }))).toEqual({ version: 2, values: { n: 3 } });
    ann.received();
    expect(ann.fault(set({ increment: { n: 1, s: 1 } }))).toBe("not-a-number");
    ann.result(set({ values: { big: 1.7e308 } }));
    expect(ann.fault(set({ increment: { big: 1.7e308 } }))).toBe("not-a-number");
    expect(states(ann)).toEqual([{ version: 3, values: { big: 1.7e308 } }]);
  });

  test("[R104] a write that changes nothing has no version of its own", () => {
    const { achex2 } = createAchex2Node();
    const ann = achex2("Ann");
    ann.result(follow);
    ann.received();
    expect(ann.result(set({ delete: ["never"] }))).toEqual({ version: 0 });
    expect(ann.received()).toEqual([]);
  });

  test("[R107] values stay as they were written, and any key is a key", () => {
    const { achex2 } = createAchex2Node();
    const ann = achex2("Ann");
    ann.result(follow);
    ann.received();
    const text = '{"__proto__": 1e400 ,"constructor":{"a":1,"a":12345678901234567890},"\\ud800":"\\ud83d\\u00e9 \\/"}';
    ann.connection.session.receive(`{"$set":{"hub":"h","values":${text}}}`);
    const received = ann.connection.socket.flush().join("");
    expect(received).toBe(
      '{"$state":{"hub":"h","version":1,"values":{"__proto__":1e400,"constructor":{"a":1,"a":12345678901234567890},"\\ud800":"\\ud83d\\u00e9 \\/"}}}',
    );
    expect(ann.result(set({ increment: { toString: 1 } }))).toEqual({ version: 2, values: { toString: 1 } });
  });
});

describe("[R105] compare and set", () => {
  test("[R105] of two that write with the same version, the first wins, and the other learns what is there", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    for (const person of [ann, bob]) person.result(follow);
    const claim = (by: string, version: number) => set({ values: { turn: by }, if: { turn: version } });
    expect(ann.result(claim("Ann", 0))).toEqual({ version: 1 });
    bob.received();
    bob.send({ $ref: 9, ...claim("Bob", 0) });
    const [fault] = bob.received();
    expect(fault).toMatchObject({ $ref: 9, $fault: { code: "state-conflict", key: "turn", version: 1, value: "Ann" } });
    expect(bob.result(claim("Bob", 1))).toEqual({ version: 2 });
    expect(ann.fault(claim("Ann", 1))).toBe("state-conflict");
  });

  test("[R105] holds for keys that are not written, and for deleted ones", () => {
    const { achex2 } = createAchex2Node();
    const ann = achex2("Ann");
    ann.result(follow);
    ann.result(set({ values: { board: 1, other: 1 } }));
    ann.result(set({ values: { other: 2 } }));
    expect(ann.result(set({ values: { winner: "Ann" }, if: { board: 1 } }))).toEqual({ version: 3 });
    ann.result(set({ delete: ["board"] }));
    expect(ann.fault(set({ values: { winner: "Bob" }, if: { board: 1 } }))).toBe("state-conflict");
    expect(ann.result(set({ values: { board: 2 }, if: { board: 0 } }))).toEqual({ version: 5 });
  });
});

describe("[R106] own keys", () => {
  test("[R106] belong to their session: nobody else writes them, and they leave with it", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    for (const person of [ann, bob]) person.result(follow);
    bob.result(set({ values: { "cursor.bob": [1, 2], "name.bob": "Bob" }, own: true }));
    for (const write of [{ values: { "cursor.bob": 0 } }, { delete: ["cursor.bob"] }, { increment: { "name.bob": 1 } }])
      expect(ann.fault(set(write))).toBe("not-owner");
    expect(bob.result(set({ values: { "name.bob": "B" } }))).toEqual({ version: 2 });
    ann.received();
    bob.disconnect();
    expect(ann.received()).toEqual([
      { $state: { hub: "h", version: 3, deleted: ["cursor.bob"] } },
      { leftHub: "h", user: "Bob", sID: bob.sid },
    ]);
    expect(ann.result(set({ values: { "name.bob": 1, "cursor.bob": 1 } }))).toEqual({ version: 4 });
  });
});

describe("[R107] limits", () => {
  test("[R107] of keys and bytes reject a write as a whole", () => {
    const { achex2 } = createAchex2Node();
    const ann = achex2("Ann");
    ann.result(follow);
    const thousand = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, i]));
    expect(ann.result(set({ values: thousand }))).toEqual({ version: 1 });
    expect(ann.fault(set({ values: { more: 1, k1: 0 } }))).toBe("state-full");
    expect(ann.result(set({ values: { more: 1 }, delete: ["k1"] }))).toEqual({ version: 2 });
    const large = JSON.stringify("x".repeat(16_382));
    expect(ann.fault(set({ values: { k: "x".repeat(16_383) } }))).toBe("bad-state");
    ann.result(set({ delete: Object.keys(thousand) }));
    for (let i = 0; i < 15; i++) ann.result(set({ values: { [`k${i}`]: JSON.parse(large) } }));
    expect(ann.fault(set({ values: { k15: JSON.parse(large) } }))).toBe("state-full");
    expect(ann.fault(set({ values: { ["k".repeat(129)]: 1 } }))).toBe("bad-state");
    expect(ann.fault(set({ delete: ["\n"] }))).toBe("bad-state");
  });
});
