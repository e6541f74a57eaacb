import { describe, expect, test } from "bun:test";
import { type Achex2Client, type Achex2Node, createAchex2Node } from "../kit/achex2-client.ts";

const follow = { joinHub: "h", $presence: true };

/** So many members that follow nothing. */
function crowd({ achex2 }: Achex2Node, size: number): Achex2Client[] {
  return Array.from({ length: size }, (_, index) => achex2(`m${index}`).send({ joinHub: "h" }));
}

const heard = (person: Achex2Client) => person.received().map((frame) => Object.keys(Object(frame))[0]);

describe("[R23 R24] a room of more than 200", () => {
  test("[R23] the roster lists the first 200 by session id and says where the next page begins", () => {
    const memory = createAchex2Node();
    const members = crowd(memory, 230);
    const ann = memory.achex2("Ann");
    expect(ann.result(follow)).toEqual({ count: 231 });
    const [roster] = ann.receivedValues("$roster");
    expect(roster).toMatchObject({ hub: "h", count: 231, next: members[199]?.sid });
    const first = { members: members.slice(0, 200).map(({ sid }) => ({ sid })) };
    expect(roster).toMatchObject(first);
  });

  test("[R24] pages hold every member once, also those who joined out of order", () => {
    const memory = createAchex2Node();
    const late = memory.achex2("late");
    const members = crowd(memory, 450);
    late.send({ joinHub: "h" });
    const found: number[] = [];
    let after: unknown = 0;
    for (let pages = 0; after !== null && pages < 5; pages++) {
      const page = late.result({ $members: { hub: "h", after } });
      expect(page.count).toBe(451);
      for (const { sid } of Array.isArray(page.members) ? page.members : []) found.push(sid);
      after = page.next;
    }
    expect(found).toEqual([late.sid, ...members.map(({ sid }) => sid)]);
  });

  test("[R23] single events end with the 201st member, and one count a second takes their place", () => {
    const memory = createAchex2Node();
    const ann = memory.achex2("Ann");
    ann.result(follow);
    const members = crowd(memory, 199);
    expect(ann.receivedValues("$joined")).toHaveLength(199);
    const more = crowd(memory, 5);
    more[0]?.send({ joinHub: "h", $attributes: { n: 1 } });
    more[1]?.send({ setID: "other" });
    expect(ann.received()).toEqual([]);
    memory.seconds(1);
    expect(ann.received()).toEqual([{ $count: { hub: "h", count: 205 } }]);
    memory.seconds(5);
    expect(ann.received()).toEqual([]);
    members[0]?.disconnect();
    expect(heard(ann)).toEqual(["leftHub"]);
    memory.seconds(1);
    expect(ann.receivedValues("$count")).toEqual([{ hub: "h", count: 204 }]);
  });

  test("[R23] a large roster goes to its followers over several turns, and a change meanwhile is not lost", () => {
    const memory = createAchex2Node();
    const attributes = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`k${n}`, "v".repeat(200)]));
    const members = crowd(memory, 201);
    for (const member of members) member.send({ ...follow, $attributes: attributes });
    memory.seconds(1);
    for (const member of members) member.received();
    memory.clock.hasLongTurns = true;
    members[0]?.send({ leaveHub: "h" });
    const { counters } = memory.node.core;
    memory.node.tick();
    let sent = counters.bytesOut;
    let most = 0;
    for (let turn = 0; turn < 5; turn++) {
      memory.clock.turn();
      most = Math.max(most, counters.bytesOut - sent);
      sent = counters.bytesOut;
    }
    // Some 650 kB each: a turn sends one or two of them, and not two hundred.
    expect(most).toBeGreaterThan(500_000);
    expect(most).toBeLessThan(3_000_000);
    members[1]?.send({ leaveHub: "h" });
    memory.clock.allTurns();
    memory.node.tick();
    memory.clock.allTurns();
    for (const member of members.slice(2)) {
      const roster = member.receivedValues("$roster").at(-1);
      expect(roster).toMatchObject({ count: 199 });
      expect(Object(roster).members[0].sid).toBe(members[2]?.sid);
    }
    members[2]?.send({ leaveHub: "h" });
    expect(members[3]?.receivedValues("$left")).toHaveLength(1);
  });

  test("[R23] within a second of being 200 again all followers get a roster, and single events go on", () => {
    const memory = createAchex2Node();
    const [ann, amy] = [memory.achex2("Ann"), memory.achex2("Amy")];
    for (const person of [ann, amy]) person.result(follow);
    const members = crowd(memory, 201);
    memory.seconds(1);
    for (const person of [ann, amy]) person.received();
    for (const person of members.slice(0, 3)) person.send({ leaveHub: "h" });
    expect(heard(ann)).toEqual(["leftHub", "leftHub", "leftHub"]);
    memory.seconds(1);
    const [roster] = ann.receivedValues("$roster");
    expect(roster).toMatchObject({ hub: "h", count: 200 });
    expect(roster).not.toHaveProperty("next");
    expect(Object(roster).members).toHaveLength(200);
    expect(amy.receivedValues("$roster")).toEqual([roster]);
    members[3]?.send({ leaveHub: "h" });
    expect(heard(ann)).toEqual(["$left", "leftHub"]);
  });

  test("[R23] members who come and go at the limit cost one roster a second", () => {
    const memory = createAchex2Node();
    const ann = memory.achex2("Ann");
    ann.result(follow);
    crowd(memory, 199);
    const eve = memory.achex2("Eve");
    ann.received();
    for (let i = 0; i < 100; i++) eve.send({ joinHub: "h" }).send({ leaveHub: "h" });
    memory.seconds(3);
    expect(ann.received().filter((frame) => !("leftHub" in Object(frame)))).toHaveLength(1);
  });

  test("[R23] a roster is true however the room changed since the last one", () => {
    const memory = createAchex2Node();
    const ann = memory.achex2("Ann");
    ann.result(follow);
    const members = crowd(memory, 205);
    const rosterOf = (person: Achex2Client) => {
      person.received();
      person.result(follow);
      const [roster] = person.receivedValues("$roster");
      const { count, next, members: listed } = Object(roster);
      return { count, next, sids: Object(listed).map(({ sid }: { sid: number }) => sid) };
    };
    let present = [ann, ...members];
    const isTrue = () => {
      const sids = present.map(({ sid }) => sid).toSorted((a, b) => a - b);
      const next = sids.length > 200 ? sids[199] : undefined;
      expect(rosterOf(ann)).toEqual({ count: sids.length, next, sids: sids.slice(0, 200) });
    };
    isTrue();
    // Behind the first page, in it, at its end, and so many that there is no second one.
    for (const index of [205, 100, 199, 198, 198, 0 + 1, 190]) {
      const [gone] = present.slice(index, index + 1);
      gone?.send({ leaveHub: "h" });
      present = present.filter((person) => person !== gone);
      isTrue();
    }
    members[100]?.send(follow);
    present = [...new Set([...present, ...members.slice(100, 101)])];
    isTrue();
    members[3]?.result({ setID: "renamed" });
    ann.received();
    ann.result(follow);
    expect(JSON.stringify(ann.receivedValues("$roster"))).toContain('"renamed"');
  });
});

describe("[R24 L2] what a roster costs is on who asks for it", () => {
  const large = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, "v".repeat(200)]));

  function bigRoom() {
    const memory = createAchex2Node({ bytesPerSecond: 100_000 });
    for (let i = 0; i < 50; i++) memory.achex2(`m${i}`).send({ joinHub: "h", $attributes: large });
    return memory;
  }

  test("[R24] asking again and again is slowed like sending, and nobody else is", () => {
    const memory = bigRoom();
    const eve = memory.achex2("Eve");
    for (let n = 0; n < 10; n++) eve.send(follow);
    const atOnce = eve.receivedValues("$roster").length;
    expect(atOnce).toBeGreaterThanOrEqual(2);
    expect(atOnce).toBeLessThan(5);
    expect(memory.achex2("Ann").result(follow)).toEqual({ count: 52 });
    memory.seconds(3);
    expect(eve.receivedValues("$roster").length).toBeLessThan(3);
    memory.clock.advance(60_000);
    eve.received();
    for (let n = 0; n < 10; n++) eve.send({ $ref: n, $members: { hub: "h" } });
    expect(eve.receivedValues("$result").length).toBeLessThan(5);
    memory.clock.advance(60_000);
    expect(eve.receivedValues("$result").length).toBeGreaterThan(5);
  });

  test("[R20 L2] so is one who changes the name in many rooms over and over", () => {
    const memory = bigRoom();
    const eve = memory.achex2("Eve");
    for (let i = 0; i < 20; i++) {
      memory.achex2(`f${i}`).send({ joinHub: `r${i}`, $presence: true });
      eve.send({ joinHub: `r${i}`, $attributes: large });
    }
    memory.seconds(10);
    eve.received();
    for (let i = 0; i < 50; i++) eve.send({ $ref: i, setID: `Eve${i}` });
    expect(eve.receivedValues("$result").length).toBeLessThan(8);
    memory.clock.advance(60_000);
    expect(eve.receivedValues("$result").length).toBeGreaterThan(40);
  });
});
