import { describe, expect, test } from "bun:test";
import { createAchex2Node } from "../kit/achex2-client.ts";

const follow = { joinHub: "h", $state: true };

describe("[R120] options", () => {
  test("[R120] are set by the join that creates the room, and ignored in later ones", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    ann.result({ ...follow, $room: { capacity: 3, seats: 2, password: "x", grace: 60 } });
    const options = { capacity: 3, seats: 2, password: true, closed: false, grace: 60 };
    expect(ann.receivedValues("$room")).toMatchObject([{ options }]);
    bob.result({ ...follow, passwd: "x", $room: { capacity: 1 } });
    expect(bob.receivedValues("$room")).toMatchObject([{ options }]);
  });

  test("[R120] are changed by the host alone, and all followers learn of it", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    for (const person of [ann, bob]) person.result(follow);
    bob.received();
    expect(bob.fault({ $room: { hub: "h", closed: true } })).toBe("not-host");
    expect(ann.result({ $room: { hub: "h", closed: true, grace: 0 } })).toEqual({});
    expect(bob.receivedValues("$room")).toMatchObject([{ options: { closed: true, grace: 0, capacity: 0 } }]);
    ann.disconnect();
    expect(bob.result({ $room: { hub: "h", closed: false } })).toEqual({});
  });

  test("[R120] have bounds, and no other names", () => {
    const { achex2 } = createAchex2Node();
    const ann = achex2("Ann");
    for (const options of [
      { capacity: -1 },
      { seats: 1_001 },
      { grace: 1.5 },
      { password: "" },
      { closed: 1 },
      { a: 1 },
    ])
      expect(ann.fault({ joinHub: "h", $room: options })).toBe("bad-value");
  });
});

describe("[R121] admission", () => {
  test("[R121] binds newcomers of every dialect, not members", () => {
    const { achex2, legacy, node } = createAchex2Node();
    const [ann, bob, cid] = [achex2("Ann"), achex2("Bob"), achex2("Cid")];
    const kim = legacy("Kim");
    ann.result({ ...follow, $room: { capacity: 2 } });
    bob.result({ joinHub: "h" });
    expect(cid.fault({ joinHub: "h" })).toBe("room-full");
    expect(bob.result({ joinHub: "h" })).toEqual({ count: 2 });
    kim.send({ joinHub: "h" });
    expect(kim.received()).toEqual([{ joinHub: "FAILED" }]);
    bob.result({ leaveHub: "h" });
    kim.send({ joinHub: "h" });
    expect(kim.received()).toEqual([{ joinHub: "OK" }]);
    ann.result({ $room: { hub: "h", capacity: 0, closed: true } });
    expect(cid.fault({ joinHub: "h" })).toBe("room-closed");
    expect(node.core.counters.drops).toMatchObject({ "room-full": 1 });
  });

  test("[R121] a password is required of newcomers, and guesses are throttled by address", () => {
    const { achex2, legacy, clock } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    ann.result({ cmd: "register_broadcast", bid: "b", $room: { password: "word-é" } });
    const kim = legacy("Kim").send({ cmd: "register_broadcast", bid: "b", passwd: "word-e" });
    ann.send({ bc: "b" });
    expect(kim.received()).toEqual([]);
    kim.send({ cmd: "register_broadcast", bid: "b", passwd: "word-é" });
    ann.send({ bc: "b" });
    expect(kim.received()).toHaveLength(1);
    const join = (passwd?: string) => ({
      cmd: "register_broadcast",
      bid: "b",
      ...(passwd !== undefined && { passwd }),
    });
    expect(bob.fault(join())).toBe("room-password");
    for (let i = 0; i < 8; i++) expect(bob.fault(join(`${i}`))).toBe("room-password");
    expect(bob.fault(join("word-é"))).toBe("room-throttled");
    clock.advance(6_000);
    expect(bob.result(join("word-é"))).toEqual({ count: 3 });
  });
});

describe("[R122] seats", () => {
  test("[R122] are taken in order or by number, shown in rosters and events, and free when their member leaves", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob, cid] = [achex2("Ann"), achex2("Bob"), achex2("Cid")];
    ann.result({ joinHub: "h", $presence: true, $room: { seats: 2 } });
    expect(ann.result({ joinHub: "h", $seat: 2 })).toEqual({ count: 1, seat: 2 });
    ann.received();
    expect(bob.result({ joinHub: "h", $seat: true })).toEqual({ count: 2, seat: 1 });
    expect(cid.result({ joinHub: "h", $presence: true, $seat: true })).toEqual({ count: 3, seat: null });
    expect(ann.receivedValues("$joined")).toMatchObject([{ name: "Bob", seat: 1 }, { name: "Cid" }]);
    expect(cid.receivedValues("$roster")).toMatchObject([
      { members: [{ name: "Ann", seat: 2 }, { name: "Bob", seat: 1 }, { name: "Cid" }] },
    ]);
    expect(bob.result({ joinHub: "h", $seat: 2 })).toEqual({ count: 3, seat: 1 });
    bob.disconnect();
    expect(cid.result({ joinHub: "h", $seat: true })).toEqual({ count: 2, seat: 1 });
    expect(ann.receivedValues("$changed")).toEqual([{ hub: "h", name: "Cid", sid: cid.sid, seat: 1 }]);
    expect(cid.result({ joinHub: "h", $seat: false })).toEqual({ count: 2, seat: null });
    expect(ann.receivedValues("$changed")).toEqual([{ hub: "h", name: "Cid", sid: cid.sid, seat: null }]);
  });
});
