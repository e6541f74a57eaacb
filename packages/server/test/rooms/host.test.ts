import { describe, expect, test } from "bun:test";
import { type Achex2Client, createAchex2Node } from "../kit/achex2-client.ts";

const follow = { joinHub: "h", $state: true };
const hosts = (client: Achex2Client) => client.receivedValues("$host");
const host = (name: string, { sid }: Achex2Client, term: number) => ({ hub: "h", term, name, sid });

function createRoom(...names: string[]) {
  const memory = createAchex2Node();
  const people = names.map((name) => memory.achex2(name));
  for (const person of people) person.result(follow);
  for (const person of people) person.received();
  return { ...memory, people };
}

/** The people of a room with exactly that many. */
function pair(people: readonly Achex2Client[]): [Achex2Client, Achex2Client] {
  const [first, second] = people;
  if (!first || !second) throw new Error("too few people");
  return [first, second];
}

describe("[R111 R112] the host", () => {
  test("[R111] is the first follower; then the one that has been following longest", () => {
    const { people, achex2 } = createRoom("Ann", "Bob");
    const [ann, bob] = pair(people);
    const cid = achex2("Cid");
    cid.result(follow);
    expect(cid.received()[1]).toMatchObject({ $room: { host: { name: "Ann", sid: ann.sid }, term: 1 } });
    ann.disconnect();
    expect(hosts(bob)).toEqual([host("Bob", bob, 2)]);
    bob.result({ joinHub: "h", $state: false });
    expect(hosts(cid)).toEqual([host("Bob", bob, 2), host("Cid", cid, 3)]);
  });

  test("[R111] is never a member that does not follow or does not want it", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob, cid] = [achex2("Ann"), achex2("Bob"), achex2("Cid")];
    ann.result({ joinHub: "h" });
    bob.result({ ...follow, $host: false });
    expect(bob.received()[1]).toEqual({ $room: expect.not.objectContaining({ host: expect.anything() }) });
    cid.result(follow);
    expect(hosts(bob)).toEqual([host("Cid", cid, 1)]);
    cid.result({ joinHub: "h", $host: false });
    expect(hosts(bob)).toEqual([{ hub: "h", term: 2 }]);
    bob.result({ joinHub: "h", $host: true });
    expect(hosts(bob)).toEqual([host("Bob", bob, 3)]);
  });

  test("[R110 R112] has its new name in the room frame after another login", () => {
    const { people } = createRoom("Ann", "Bob");
    const [ann, bob] = pair(people);
    ann.result({ setID: "Anna" });
    expect(bob.receivedValues("$room")).toMatchObject([{ host: { name: "Anna", sid: ann.sid }, term: 1 }]);
  });
});

describe("[R113] handing over", () => {
  test("[R113] to a candidate, or to the next one", () => {
    const { people } = createRoom("Ann", "Bob", "Cid");
    const [ann, bob] = pair(people);
    const cid = people[2];
    if (!cid) throw new Error("no Cid");
    expect(ann.result({ $host: { hub: "h", sid: cid.sid } })).toEqual({ term: 2 });
    expect(hosts(bob)).toEqual([host("Cid", cid, 2)]);
    expect(ann.fault({ $host: { hub: "h", sid: bob.sid } })).toBe("not-host");
    expect(cid.result({ $host: { hub: "h" } })).toEqual({ term: 3 });
    expect(hosts(bob)).toEqual([host("Ann", ann, 3)]);
    bob.result({ joinHub: "h", $host: false });
    expect(ann.fault({ $host: { hub: "h", sid: bob.sid } })).toBe("not-candidate");
    expect(ann.fault({ $host: { hub: "h", sid: 2 ** 31 - 1 } })).toBe("not-candidate");
    expect(bob.fault({ $host: { hub: "elsewhere" } })).toBe("not-host");
  });

  test("[R113] without another candidate the host stays", () => {
    const { people } = createRoom("Ann");
    expect(people[0]?.result({ $host: { hub: "h" } })).toEqual({ term: 1 });
  });
});

describe("[R114] fencing", () => {
  test("[R114] a write or message of another term is rejected, and nobody receives it", () => {
    const { people } = createRoom("Ann", "Bob");
    const [ann, bob] = pair(people);
    expect(ann.result({ $set: { hub: "h", values: { a: 1 }, term: 1 } })).toEqual({ version: 1 });
    expect(ann.result({ toH: "h", $term: 1, tick: 1 })).toEqual({ taken: 1 });
    ann.result({ $host: { hub: "h", sid: bob.sid } });
    bob.received();
    for (const term of [1, 3, 0, 2 ** 53 - 1]) {
      expect(ann.fault({ $set: { hub: "h", values: { a: 2 }, term } })).toBe("stale-term");
      expect(ann.fault({ toH: "h", $term: term, tick: 2 })).toBe("stale-term");
    }
    ann.send({ $ref: 7, toH: "h", $term: 1 });
    expect(ann.receivedValues("$fault").at(-1)).toMatchObject({ code: "stale-term", term: 2 });
    expect(bob.received()).toEqual([]);
  });

  test("[R114] the term is not forwarded, and belongs into messages to one room only", () => {
    const { people } = createRoom("Ann", "Bob");
    const [ann, bob] = pair(people);
    ann.send('{"toH":"h", "$term":1 ,"tick":1}');
    expect(bob.received()).toEqual([{ toH: "h", tick: 1, sID: ann.sid, FROM: "Ann" }]);
    expect(ann.fault({ to: "Bob", $term: 1 })).toBe("bad-value");
    expect(ann.fault({ toH: ["h", "x"], $term: 1 })).toBe("bad-value");
    expect(ann.fault({ toH: "elsewhere", $term: 1 })).toBe("stale-term");
  });
});
