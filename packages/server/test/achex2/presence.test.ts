import { describe, expect, test } from "bun:test";
import { createHouse, NOTHING, type Person } from "./people.ts";

const FIRST = 1_767_225_600_000;

const member = (name: string, { sid }: Person, attributes = {}, joined = FIRST) => ({ name, sid, joined, attributes });
const event = (name: string, { sid }: Person) => ({ hub: "h", name, sid });
const enter = (more = {}) => ({ joinHub: "h", ...more });
const follow = enter({ $presence: true });

describe("[R20 R21] presence", () => {
  test("[R20 R21] a follower knows who was there and who comes and goes, with the time of the server's clock", () => {
    const { own, clock } = createHouse();
    const ann = own("Ann");
    const bob = own("Bob");
    bob.result(enter({ $attributes: { mood: "fine" } }));
    clock.advance(5_000);
    expect(ann.result(follow)).toEqual({ count: 2 });
    const members = [member("Ann", ann, {}, FIRST + 5_000), member("Bob", bob, { mood: "fine" })];
    expect(ann.hears()).toEqual([{ $roster: { hub: "h", count: 2, members } }]);
    const cid = own("Cid");
    clock.advance(1);
    cid.result(enter());
    bob.result({ leaveHub: "h" });
    expect(ann.hears()).toEqual([
      { $joined: { hub: "h", ...member("Cid", cid, {}, FIRST + 5_001) } },
      { $left: event("Bob", bob) },
      { leftHub: "h", user: "Bob", sID: bob.sid },
    ]);
    expect(bob.hears()).toEqual([]);
    expect(cid.hears()).toEqual([{ leftHub: "h", user: "Bob", sID: bob.sid }]);
  });

  test("[R20] a connection that is cut has left, under the name it had", () => {
    const { own } = createHouse();
    const [ann, bob] = [own("Ann"), own("Bob")];
    ann.result(follow);
    bob.result(follow);
    bob.result({ setID: "Bea" });
    ann.hears();
    bob.leaves(1006);
    expect(ann.hearsOf("$left")).toEqual([event("Bea", bob)]);
  });

  test("[R20] another name is a change in every room the session is in, and the same name is none", () => {
    const { own } = createHouse();
    const [ann, bob] = [own("Ann"), own("Bob")];
    for (const frame of [follow, { cmd: "register_broadcast", bid: "b", $presence: true }]) ann.result(frame);
    bob.result(enter({ $attributes: { n: 1 } }));
    bob.result({ cmd: "register_broadcast", bid: "b" });
    bob.result({ joinHub: "elsewhere" });
    ann.hears();
    bob.result({ setID: "Bob" });
    expect(ann.hears()).toEqual([]);
    bob.result({ auth: "Bea" });
    expect(ann.hears()).toEqual([
      { $changed: { ...event("Bea", bob), attributes: { n: 1 } } },
      { $changed: { bc: "b", name: "Bea", sid: bob.sid, attributes: {} } },
    ]);
  });

  test("[R20] false ends it, and only for who said so", () => {
    const { own } = createHouse();
    const [ann, bob, cid] = [own("Ann"), own("Bob"), own("Cid")];
    for (const person of [ann, bob]) person.result(follow);
    ann.result(enter({ $presence: false }));
    ann.hears();
    bob.hears();
    cid.result(enter());
    expect(ann.hears()).toEqual([]);
    expect(bob.hearsOf("$joined")).toHaveLength(1);
    ann.result(enter({ $attributes: { n: 1 } }));
    expect(bob.hearsOf("$changed")).toEqual([{ ...event("Ann", ann), attributes: { n: 1 } }]);
  });

  test("[R20] a hub, a broadcast and a name of the same word, and another instance, have nothing to do with each other", () => {
    const { own } = createHouse();
    const ann = own("Ann");
    ann.result(follow);
    ann.hears();
    const bob = own("h");
    bob.result({ cmd: "register_broadcast", bid: "h", $attributes: { n: 1 } });
    own("Cid", "elsewhere").result(enter());
    expect(ann.hears()).toEqual([]);
  });

  test("[R20] a join that is refused changes nothing", () => {
    const house = createHouse();
    const [ann, bob] = [house.own("Ann"), house.own("Bob")];
    ann.result(follow);
    ann.hears();
    for (let i = 0; i < 100; i++) bob.says({ joinHub: `h${i}` });
    expect(bob.fault(enter({ $presence: true, $attributes: { n: 1 } }))).toBe("too-many-channels");
    expect(house.stranger().fault(follow)).toBe("not-logged-in");
    expect(ann.hears()).toEqual([]);
    expect(bob.hears()).toEqual([]);
  });

  test("[R20 R61] nothing of it is left when all have gone, whoever goes first", () => {
    const house = createHouse();
    const people = ["Ann", "Bob", "Cid"].map((name) => house.own(name));
    for (const person of people) {
      person.result(follow);
      person.result({ cmd: "register_broadcast", bid: "b", $presence: true });
    }
    for (const person of people) person.leaves();
    expect(house.leftBehind()).toEqual(NOTHING);
  });

  test("[R21] attributes and names with anything in them come through as they are", () => {
    const { own } = createHouse();
    const ann = own("Ann");
    ann.result(follow);
    ann.hears();
    const name = '__proto__","sid":1,"x":"\u2028\\';
    const eve = own(name);
    const attributes = JSON.parse('{"__proto__":"x","constructor":null,"sid":7,"name":"Ann"}');
    eve.says(`{"joinHub":"h","$attributes":${JSON.stringify(attributes)}}`);
    const [joined] = ann.hearsOf("$joined");
    expect(JSON.stringify(joined)).toBe(JSON.stringify({ hub: "h", ...member(name, eve, attributes) }));
  });

  test("[R21] sessions of old dialects are listed and told of, and hear nothing of it", () => {
    const { own, old } = createHouse();
    const kim = old("Kim").says(enter());
    const ann = own("Ann");
    ann.result(follow);
    expect(ann.hearsOf("$roster")).toEqual([{ hub: "h", count: 2, members: [member("Kim", kim), member("Ann", ann)] }]);
    own("Bob").result(enter({ $attributes: { n: 1 } }));
    kim.says({ setID: "Kit" });
    expect(ann.hearsOf("$changed")).toEqual([{ ...event("Kit", kim), attributes: {} }]);
    expect(kim.hears()).toEqual([{ joinHub: "OK" }, { auth: "OK", SID: kim.sid }]);
  });
});

test("[R20 M5] presence comes in order with the messages of the room, for every follower", () => {
  const { own } = createHouse();
  const followers = ["Ann", "Amy", "Abe"].map((name) => own(name));
  for (const person of followers) person.result(follow);
  for (const person of followers) person.hears();
  const bob = own("Bob");
  const seen = () => followers.map((person) => person.hears().map((frame) => JSON.stringify(frame).slice(2, 8)));
  for (const [n, change] of [
    enter(),
    enter({ $attributes: { n: 1 } }),
    { setID: "Bea" },
    { leaveHub: "h" },
  ].entries()) {
    bob.says({ toH: "h", n });
    bob.says(change);
  }
  bob.says({ toH: "h" });
  const expected = ['toH":"', "$joine", 'toH":"', "$chang", 'toH":"', "$chang", 'toH":"', '$left"', "leftHu", 'toH":"'];
  expect(seen()).toEqual([expected, expected, expected]);
});
