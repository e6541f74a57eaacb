import { describe, expect, test } from "bun:test";
import type { Auth } from "../../src/auth.ts";
import { type Achex2Client, createAchex2Node } from "../kit/achex2-client.ts";

/** Services whose sessions take turns; users as they like. */
const services: Auth = {
  login: ({ login: { name, tag, as } }) => ({
    ok: true,
    name: tag ?? name,
    service: as === "service" ? { name, delivery: "one" } : undefined,
  }),
  nameTaken() {},
  nameReleased() {},
  accountsChanged: () => false,
  isCurrent: () => true,
};

const cut = ({ connection }: Achex2Client) => connection.socket.terminate();

describe("[R11] the result of a message", () => {
  test("[R11] a connection that is about to end accepts nothing", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob, cid] = [achex2("Ann"), achex2("Bob"), achex2("Cid")];
    cid.result({ joinHub: "h" });
    cut(bob);
    expect(ann.result({ to: "Bob" })).toEqual({ taken: 0, missed: { backlog: 1 } });
    expect(ann.result({ toS: bob.sid })).toEqual({ taken: 0, missed: { backlog: 1 } });
    expect(ann.result({ to: ["Bob", "Cid"] })).toEqual({ taken: 1, missed: { backlog: 1 } });
    expect(ann.result({ to: ["Bob", "Cid", "Dan"] })).toEqual({ taken: 1, missed: { backlog: 1 }, missing: ["Dan"] });
    expect(ann.result({ to: ["Bob", "Cid"] }, new Uint8Array(1))).toEqual({ taken: 1, missed: { backlog: 1 } });
    cut(cid);
    expect(ann.result({ toH: "h" })).toEqual({ taken: 0, missed: { backlog: 1 } });
    cid.disconnect();
    expect(ann.result({ toH: "h" })).toEqual({ taken: 0 });
    bob.disconnect();
    expect(ann.fault({ to: "Bob" })).toBe("no-such-name");
  });

  test("[R11 K9] a cloud session that has not logged in cannot be reached", () => {
    const { achex2, connectClient } = createAchex2Node();
    const ann = achex2("Ann");
    const kim = connectClient("cloud");
    expect(ann.fault({ toS: kim.sid })).toBe("no-such-session");
    expect(ann.fault({ toS: [kim.sid] }, new Uint8Array(1))).toBe("no-such-session");
    expect(ann.fault({ toS: kim.sid, $call: { id: 1 } })).toBe("no-such-session");
    expect(kim.received()).toEqual([]);
    const young = connectClient();
    young.received();
    expect(ann.result({ toS: young.sid })).toEqual({ taken: 1 });
    expect(young.received()).toHaveLength(1);
  });

  test("[R11 M3] a session reached by several targets counts once, the sender in a hub not at all", () => {
    const { achex2 } = createAchex2Node();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    for (const hub of ["h", "i"]) for (const person of [ann, bob]) person.result({ joinHub: hub });
    expect(ann.result({ toH: ["h", "i", "empty"] })).toEqual({ taken: 1 });
    expect(ann.result({ toH: ["h", "i"] }, new Uint8Array(1))).toEqual({ taken: 1 });
    expect(ann.result({ toS: [bob.sid, String(bob.sid), ann.sid] })).toEqual({ taken: 2 });
    expect(ann.result({ to: ["Bob", "Bob"] })).toEqual({ taken: 1 });
  });

  test("[R41] bytes to a room of three dialects: who accepted them and who could not", () => {
    const { achex2, legacy, connectClient } = createAchex2Node();
    const [ann, bob, kim] = [achex2("Ann"), achex2("Bob"), legacy("Kim")];
    const kid = connectClient("classic").send({ setID: "Kid" });
    for (const person of [ann, bob, kim, kid]) person.send({ joinHub: "h" });
    kim.received();
    kid.received();
    expect(ann.result({ toH: "h" }, new Uint8Array(9))).toEqual({ taken: 1, missed: { dialect: 2 } });
    expect([kim.received(), kid.received()]).toEqual([[], []]);
    cut(bob);
    expect(ann.result({ toH: "h" }, new Uint8Array(9))).toEqual({ taken: 0, missed: { dialect: 2, backlog: 1 } });
  });

  test("[R15 L2] the cost of serverstat is charged to the session that requests it", () => {
    const memory = createAchex2Node({ bytesPerSecond: 5_000 });
    for (let i = 0; i < 100; i++) memory.legacy("n".repeat(100));
    const ann = memory.achex2("Ann");
    for (let n = 0; n < 5; n++) ann.send({ $ref: n, serverstat: true });
    expect(ann.receivedValues("$result").length).toBeLessThan(3);
    memory.clock.advance(60_000);
    expect(ann.receivedValues("$result").length).toBeGreaterThanOrEqual(2);
  });
});

describe("[R35 R41] services whose sessions take turns", () => {
  function service(dialects: readonly ("achex.2" | "cloud")[]) {
    const memory = createAchex2Node({}, { auth: services });
    const people = dialects.map((dialect, index) => {
      const person = memory.connectClient(dialect).send({ serviceID: "calc", idtag: `calc-${index}` });
      person.received();
      return person;
    });
    return { ...memory, ann: memory.achex2("Ann"), people };
  }
  const counts = (people: readonly Achex2Client[]) => people.map((person) => person.received().length);

  test("[R35] each call goes to the next one in rotation", () => {
    const { ann, people } = service(["achex.2", "achex.2", "achex.2"]);
    for (let id = 0; id < 9; id++) expect(ann.result({ to: "calc", $call: { id } })).toEqual({ taken: 1 });
    expect(counts(people)).toEqual([3, 3, 3]);
  });

  test("[R35 R41] calls and bytes skip legacy sessions, messages do not", () => {
    const { ann, people } = service(["achex.2", "cloud", "cloud", "achex.2"]);
    for (let id = 0; id < 8; id++) expect(ann.result({ to: "calc", $call: { id } })).toEqual({ taken: 1 });
    const [first = 0, old1, old2, last = 0] = counts(people);
    expect([old1, old2, first + last]).toEqual([0, 0, 8]);
    for (let n = 0; n < 8; n++) expect(ann.result({ to: "calc" }, new Uint8Array(1))).toEqual({ taken: 1 });
    expect(counts(people).slice(1, 3)).toEqual([0, 0]);
    for (let n = 0; n < 8; n++) expect(ann.result({ to: "calc" })).toEqual({ taken: 1 });
    expect(counts(people)).toEqual([2, 2, 2, 2]);
  });

  test("[R35] without one that can be called, the call is rejected", () => {
    const { ann } = service(["cloud", "cloud"]);
    expect(ann.fault({ to: "calc", $call: { id: 1 } })).toBe("old-dialect");
    expect(ann.fault({ to: "calc", $call: { id: 1, stream: true } })).toBe("old-dialect");
    expect(ann.result({ to: "calc" }, new Uint8Array(1))).toEqual({ taken: 0, missed: { dialect: 1 } });
  });

  test("[R33] one whose connection is about to end is skipped", () => {
    const { ann, people } = service(["achex.2", "achex.2", "achex.2"]);
    for (const person of people.slice(0, 2)) cut(person);
    for (let id = 0; id < 6; id++) expect(ann.result({ to: "calc", $call: { id } })).toEqual({ taken: 1 });
    expect(ann.result({ to: "calc" })).toEqual({ taken: 1 });
    expect(people[2]?.received()).toHaveLength(7);
    for (const person of people.slice(2)) cut(person);
    expect(ann.fault({ to: "calc", $call: { id: 9 } })).toBe("no-such-name");
    expect(ann.result({ to: "calc" })).toEqual({ taken: 0, missed: { backlog: 1 } });
  });

  test("[R50] a stream goes to one of them", () => {
    const { ann, people } = service(["achex.2", "achex.2"]);
    expect(ann.result({ to: "calc", $call: { id: 1, stream: true } })).toEqual({ taken: 1 });
    expect(counts(people).toSorted()).toEqual([0, 1]);
  });
});
