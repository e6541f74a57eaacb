import { describe, expect, test } from "bun:test";
import { createHouse, type House, type Person } from "./people.ts";

const follow = { joinHub: "h", $presence: true };

/** So many members that follow nothing. */
function crowd({ own }: House, size: number): Person[] {
  return Array.from({ length: size }, (_, index) => own(`m${index}`).says({ joinHub: "h" }));
}

const heard = (person: Person) => person.hears().map((frame) => Object.keys(Object(frame))[0]);

describe("[R23 R24] a room of more than 200", () => {
  test("[R23] the roster lists the first 200 by session id and says where the next page begins", () => {
    const house = createHouse();
    const members = crowd(house, 230);
    const ann = house.own("Ann");
    expect(ann.result(follow)).toEqual({ count: 231 });
    const [roster] = ann.hearsOf("$roster");
    expect(roster).toMatchObject({ hub: "h", count: 231, next: members[199]?.sid });
    const first = { members: members.slice(0, 200).map(({ sid }) => ({ sid })) };
    expect(roster).toMatchObject(first);
  });

  test("[R24] pages hold every member once, also those who joined out of order", () => {
    const house = createHouse();
    const late = house.own("late");
    const members = crowd(house, 450);
    late.says({ joinHub: "h" });
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
    const house = createHouse();
    const ann = house.own("Ann");
    ann.result(follow);
    const members = crowd(house, 199);
    expect(ann.hearsOf("$joined")).toHaveLength(199);
    const more = crowd(house, 5);
    more[0]?.says({ joinHub: "h", $attributes: { n: 1 } });
    more[1]?.says({ setID: "other" });
    expect(ann.hears()).toEqual([]);
    house.seconds(1);
    expect(ann.hears()).toEqual([{ $count: { hub: "h", count: 205 } }]);
    house.seconds(5);
    expect(ann.hears()).toEqual([]);
    members[0]?.leaves();
    expect(heard(ann)).toEqual(["leftHub"]);
    house.seconds(1);
    expect(ann.hearsOf("$count")).toEqual([{ hub: "h", count: 204 }]);
  });

  test("[R23] within a second of being 200 again all followers get a roster, and single events go on", () => {
    const house = createHouse();
    const [ann, amy] = [house.own("Ann"), house.own("Amy")];
    for (const person of [ann, amy]) person.result(follow);
    const members = crowd(house, 201);
    house.seconds(1);
    for (const person of [ann, amy]) person.hears();
    for (const person of members.slice(0, 3)) person.says({ leaveHub: "h" });
    expect(heard(ann)).toEqual(["leftHub", "leftHub", "leftHub"]);
    house.seconds(1);
    const [roster] = ann.hearsOf("$roster");
    expect(roster).toMatchObject({ hub: "h", count: 200 });
    expect(roster).not.toHaveProperty("next");
    expect(Object(roster).members).toHaveLength(200);
    expect(amy.hearsOf("$roster")).toEqual([roster]);
    members[3]?.says({ leaveHub: "h" });
    expect(heard(ann)).toEqual(["$left", "leftHub"]);
  });

  test("[R23] members who come and go at the limit cost one roster a second", () => {
    const house = createHouse();
    const ann = house.own("Ann");
    ann.result(follow);
    crowd(house, 199);
    const eve = house.own("Eve");
    ann.hears();
    for (let i = 0; i < 100; i++) eve.says({ joinHub: "h" }).says({ leaveHub: "h" });
    house.seconds(3);
    expect(ann.hears().filter((frame) => !("leftHub" in Object(frame)))).toHaveLength(1);
  });

  test("[R23] a roster is true however the room changed since the last one", () => {
    const house = createHouse();
    const ann = house.own("Ann");
    ann.result(follow);
    const members = crowd(house, 205);
    const rosterOf = (person: Person) => {
      person.hears();
      person.result(follow);
      const [roster] = person.hearsOf("$roster");
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
      gone?.says({ leaveHub: "h" });
      present = present.filter((person) => person !== gone);
      isTrue();
    }
    members[100]?.says(follow);
    present = [...new Set([...present, ...members.slice(100, 101)])];
    isTrue();
    members[3]?.result({ setID: "renamed" });
    ann.hears();
    ann.result(follow);
    expect(JSON.stringify(ann.hearsOf("$roster"))).toContain('"renamed"');
  });
});

describe("[R24 L2] what a roster costs is on who asks for it", () => {
  const large = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, "v".repeat(200)]));

  function bigRoom() {
    const house = createHouse({ bytesPerSecond: 100_000 });
    for (let i = 0; i < 50; i++) house.own(`m${i}`).says({ joinHub: "h", $attributes: large });
    return house;
  }

  test("[R24] asking again and again is slowed like sending, and nobody else is", () => {
    const house = bigRoom();
    const eve = house.own("Eve");
    for (let n = 0; n < 10; n++) eve.says(follow);
    const atOnce = eve.hearsOf("$roster").length;
    expect(atOnce).toBeGreaterThanOrEqual(2);
    expect(atOnce).toBeLessThan(5);
    expect(house.own("Ann").result(follow)).toEqual({ count: 52 });
    house.seconds(3);
    expect(eve.hearsOf("$roster").length).toBeLessThan(3);
    house.clock.advance(60_000);
    eve.hears();
    for (let n = 0; n < 10; n++) eve.says({ $ref: n, $members: { hub: "h" } });
    expect(eve.hearsOf("$result").length).toBeLessThan(5);
    house.clock.advance(60_000);
    expect(eve.hearsOf("$result").length).toBeGreaterThan(5);
  });

  test("[R20 L2] so is one who changes the name in many rooms over and over", () => {
    const house = bigRoom();
    const eve = house.own("Eve");
    for (let i = 0; i < 20; i++) {
      house.own(`f${i}`).says({ joinHub: `r${i}`, $presence: true });
      eve.says({ joinHub: `r${i}`, $attributes: large });
    }
    house.seconds(10);
    eve.hears();
    for (let i = 0; i < 50; i++) eve.says({ $ref: i, setID: `Eve${i}` });
    expect(eve.hearsOf("$result").length).toBeLessThan(8);
    house.clock.advance(60_000);
    expect(eve.hearsOf("$result").length).toBeGreaterThan(40);
  });
});
