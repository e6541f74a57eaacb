import { describe, expect, test } from "bun:test";
import { type Achex2Client, createAchex2Node, NO_LEFTOVERS } from "../kit/achex2-client.ts";

const FIRST = 1_767_225_600_000;

const member = (name: string, { sid }: Achex2Client, attributes = {}, joined = FIRST) => ({
  name,
  sid,
  joined,
  attributes,
});
const event = (name: string, { sid }: Achex2Client) => ({ hub: "h", name, sid });
const enter = (more = {}) => ({ joinHub: "h", ...more });
const follow = enter({ $presence: true });

describe("[R20 R21] presence", () => {
  test("[R20 R21] a follower knows who was a member and who joins and leaves, with the server's time", () => {
    const { achex2, clock } = createAchex2Node();
    const ann = achex2("Ann");
    const bob = achex2("Bob");
    bob.result(enter({ $attributes: { mood: "fine" } }));
    clock.advance(5_000);
    expect(ann.result(follow)).toEqual({ count: 2 });
    const members = [member("Ann", ann, {}, FIRST + 5_000), member("Bob", bob, { mood: "fine" })];
    expect(ann.received()).toEqual([{ $roster: { hub: "h", count: 2, members } }]);
    const cid = achex2("Cid");
    clock.advance(1);
    cid.result(enter());
    bob.result({ leaveHub: "h" });
    expect(ann.received()).toEqual([
      { $joined: { hub: "h", ...member("Cid", cid, {}, FIRST + 5_001) } },
      { $left: event("Bob", bob) },
      { leftHub: "h", user: "Bob", sID: bob.sid },
    ]);
    expect(bob.received()).toEqual([]);
    expect(cid.received()).toEqual([{ leftHub: "h", user: "Bob", sID: bob.sid }]);
  });

  test("[R20] a dropped connection has left, under the name it had", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    ann.result(follow);
    bob.result(follow);
    bob.result({ setID: "Bea" });
    ann.received();
    bob.disconnect(1006);
    expect(ann.receivedValues("$left")).toEqual([event("Bea", bob)]);
  });

  test("[R20] a new name is a change in every room of the session, the same name is not", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    for (const frame of [follow, { cmd: "register_broadcast", bid: "b", $presence: true }]) ann.result(frame);
    bob.result(enter({ $attributes: { n: 1 } }));
    bob.result({ cmd: "register_broadcast", bid: "b" });
    bob.result({ joinHub: "elsewhere" });
    ann.received();
    bob.result({ setID: "Bob" });
    expect(ann.received()).toEqual([]);
    bob.result({ auth: "Bea" });
    expect(ann.received()).toEqual([
      { $changed: { ...event("Bea", bob), attributes: { n: 1 } } },
      { $changed: { bc: "b", name: "Bea", sid: bob.sid, attributes: {} } },
    ]);
  });

  test("[R20] false ends it, only for the session that sent it", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob, cid] = [achex2("Ann"), achex2("Bob"), achex2("Cid")];
    for (const person of [ann, bob]) person.result(follow);
    ann.result(enter({ $presence: false }));
    ann.received();
    bob.received();
    cid.result(enter());
    expect(ann.received()).toEqual([]);
    expect(bob.receivedValues("$joined")).toHaveLength(1);
    ann.result(enter({ $attributes: { n: 1 } }));
    expect(bob.receivedValues("$changed")).toEqual([{ ...event("Ann", ann), attributes: { n: 1 } }]);
  });

  test("[R20] a hub, a broadcast and a name with the same text are separate, and so are instances", () => {
    const { achex2 } = createAchex2Node();
    const ann = achex2("Ann");
    ann.result(follow);
    ann.received();
    const bob = achex2("h");
    bob.result({ cmd: "register_broadcast", bid: "h", $attributes: { n: 1 } });
    achex2("Cid", "elsewhere").result(enter());
    expect(ann.received()).toEqual([]);
  });

  test("[R20] a rejected join changes nothing", () => {
    const memory = createAchex2Node();
    const [ann, bob] = [memory.achex2("Ann"), memory.achex2("Bob")];
    ann.result(follow);
    ann.received();
    for (let i = 0; i < 100; i++) bob.send({ joinHub: `h${i}` });
    expect(bob.fault(enter({ $presence: true, $attributes: { n: 1 } }))).toBe("too-many-channels");
    expect(memory.connectClient().fault(follow)).toBe("not-logged-in");
    expect(ann.received()).toEqual([]);
    expect(bob.received()).toEqual([]);
  });

  test("[R20 R61] nothing is left after all sessions end, in any order", () => {
    const memory = createAchex2Node();
    const people = ["Ann", "Bob", "Cid"].map((name) => memory.achex2(name));
    for (const person of people) {
      person.result(follow);
      person.result({ cmd: "register_broadcast", bid: "b", $presence: true });
    }
    for (const person of people) person.disconnect();
    expect(memory.leftovers()).toEqual(NO_LEFTOVERS);
  });

  test("[R21] attributes and names with any characters arrive unchanged", () => {
    const { achex2 } = createAchex2Node();
    const ann = achex2("Ann");
    ann.result(follow);
    ann.received();
    const name = '__proto__","sid":1,"x":"\u2028\\';
    const eve = achex2(name);
    const attributes = JSON.parse('{"__proto__":"x","constructor":null,"sid":7,"name":"Ann"}');
    eve.send(`{"joinHub":"h","$attributes":${JSON.stringify(attributes)}}`);
    const [joined] = ann.receivedValues("$joined");
    expect(JSON.stringify(joined)).toBe(JSON.stringify({ hub: "h", ...member(name, eve, attributes) }));
  });

  test("[R21] legacy sessions are listed and appear in events, and receive none", () => {
    const { achex2, legacy } = createAchex2Node();
    const kim = legacy("Kim").send(enter());
    const ann = achex2("Ann");
    ann.result(follow);
    expect(ann.receivedValues("$roster")).toEqual([
      { hub: "h", count: 2, members: [member("Kim", kim), member("Ann", ann)] },
    ]);
    achex2("Bob").result(enter({ $attributes: { n: 1 } }));
    kim.send({ setID: "Kit" });
    expect(ann.receivedValues("$changed")).toEqual([{ ...event("Kit", kim), attributes: {} }]);
    expect(kim.received()).toEqual([{ joinHub: "OK" }, { auth: "OK", SID: kim.sid }]);
  });
});

test("[R20 M5] presence events arrive in order with the messages of the room, for every follower", () => {
  const { achex2 } = createAchex2Node();
  const followers = ["Ann", "Amy", "Abe"].map((name) => achex2(name));
  for (const person of followers) person.result(follow);
  for (const person of followers) person.received();
  const bob = achex2("Bob");
  const seen = () => followers.map((person) => person.received().map((frame) => JSON.stringify(frame).slice(2, 8)));
  for (const [n, change] of [
    enter(),
    enter({ $attributes: { n: 1 } }),
    { setID: "Bea" },
    { leaveHub: "h" },
  ].entries()) {
    bob.send({ toH: "h", n });
    bob.send(change);
  }
  bob.send({ toH: "h" });
  const expected = ['toH":"', "$joine", 'toH":"', "$chang", 'toH":"', "$chang", 'toH":"', '$left"', "leftHu", 'toH":"'];
  expect(seen()).toEqual([expected, expected, expected]);
});
