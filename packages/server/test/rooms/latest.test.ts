import { describe, expect, test } from "bun:test";
import { type Achex2Client, createAchex2Node } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

const KIB = "x".repeat(1_000);
const position = (x: number, more = {}) => ({ toH: "h", $latest: "pos", x, ...more });

function createHub(...names: string[]) {
  const memory = createAchex2Node();
  const people = names.map((name) => memory.achex2(name));
  for (const person of people) person.result({ joinHub: "h" });
  const [ann, bob, cid] = people;
  if (!ann || !bob || !cid) throw new Error("too few people");
  return { ...memory, ann, bob, cid };
}

const block = ({ connection }: Achex2Client) => {
  connection.socket.isBlocked = true;
};
const values = (client: Achex2Client) => client.receivedValues("x");

/** The client reads everything that waits; returns the values of x in what it is sent after that. */
function drain(client: Achex2Client): unknown[] {
  client.connection.socket.isBlocked = false;
  client.received();
  client.connection.session.drained();
  return values(client);
}

/** Fills the connection of a client that does not read. */
function fill(sender: Achex2Client, reader: Achex2Client): void {
  block(reader);
  for (let n = 0; n < 70; n++) sender.result({ toS: reader.sid, fill: KIB });
}

describe("[R130] latest-value messages", () => {
  test("[R130] reach readers that keep up one by one, with the key", () => {
    const { ann, bob, cid } = createHub("Ann", "Bob", "Cid");
    for (let x = 0; x < 3; x++) expect(ann.result(position(x))).toEqual({ taken: 2 });
    expect(bob.received()[0]).toEqual({ toH: "h", $latest: "pos", x: 0, sID: ann.sid, FROM: "Ann" });
    expect(values(cid)).toEqual([0, 1, 2]);
    expect(values(ann)).toEqual([]);
  });

  test("[R130] a reader that stops answering gets few updates, although the kernel would take them all, and then the newest", () => {
    const { ann, bob, cid, clock, node } = createHub("Ann", "Bob", "Cid");
    const frames = (seconds: number, x: number) => {
      for (let frame = 0; frame < seconds * 60; frame++) {
        clock.advance(1_000 / 60);
        ann.send(position(x + frame));
      }
      return x + seconds * 60;
    };
    let x = frames(1, 0);
    expect([values(bob).length, values(cid).length]).toEqual([60, 60]);
    bob.connection.socket.isStalled = true;
    x = frames(4, x);
    const late = values(bob).length;
    expect(late).toBeGreaterThan(0);
    // Half a second until the pong is overdue, and up to a quarter until the next look.
    expect(late).toBeLessThanOrEqual(60);
    expect(values(cid)).toHaveLength(240);
    expect(node.core.counters.replacedMessages).toBeGreaterThan(170);
    // The client reads again, and answers the ping.
    bob.connection.socket.isStalled = false;
    bob.connection.session.pong(bob.connection.socket.pings.at(-1) ?? "");
    expect(values(bob)).toEqual([x - 1]);
    frames(1, x);
    expect(values(bob)).toHaveLength(60);
  });

  test("[R130] a reader that never answers pings gets everything", () => {
    const { ann, bob, clock } = createHub("Ann", "Bob", "Cid");
    bob.connection.socket.isStalled = true;
    for (let frame = 0; frame < 240; frame++) {
      clock.advance(1_000 / 60);
      ann.send(position(frame));
    }
    expect(values(bob)).toHaveLength(240);
  });

  test("[R130] legacy members are not pinged", () => {
    const { ann, clock, legacy } = createHub("Ann", "Bob", "Cid");
    const old = legacy("Old").send({ joinHub: "h" });
    for (let frame = 0; frame < 120; frame++) {
      clock.advance(1_000 / 60);
      ann.send(position(frame));
    }
    expect(old.connection.socket.pings).toEqual([]);
  });

  test("[R130] a reader that stalls gets one update per sender and key, and all other messages", () => {
    const { ann, bob, cid, node } = createHub("Ann", "Bob", "Cid");
    fill(ann, bob);
    for (let x = 0; x < 264; x++) {
      expect(ann.result(position(x))).toEqual({ taken: 2 });
      ann.send(position(x, { $latest: "aim" }));
      cid.send(position(1_000 + x));
      values(cid);
      if (x % 100 === 0) ann.send({ toH: "h", x: `event ${x}` });
    }
    const waiting = bob.connection.socket.waiting.join("");
    expect(waiting.match(/event/g)).toHaveLength(3);
    expect(waiting.match(/\$latest/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(drain(bob)).toEqual([263, 263, 1_263]);
    expect(node.core.counters.replacedMessages).toBeGreaterThan(780);
    ann.send(position(500));
    expect(values(bob)).toEqual([500]);
  });

  test("[R130] to a name or a session as well, and different addresses are different", () => {
    const { ann, bob } = createHub("Ann", "Bob", "Cid");
    fill(ann, bob);
    for (let x = 0; x < 10; x++) {
      expect(ann.result({ to: "Bob", $latest: "pos", x })).toEqual({ taken: 1 });
      expect(ann.result({ toS: bob.sid, $latest: "pos", x: x + 100 })).toEqual({ taken: 1 });
      expect(ann.result({ to: ["Bob", "nobody"], $latest: "pos", x: x + 200 })).toEqual({
        taken: 1,
        missing: ["nobody"],
      });
    }
    expect(drain(bob)).toEqual([9, 109, 209]);
    expect(ann.fault({ to: "nobody", $latest: "pos" })).toBe("no-such-name");
  });

  test("[R130] to several sessions with one name, and to members that join later", () => {
    const { ann, achex2 } = createHub("Ann", "Bob", "Cid");
    const twins = [achex2("Twin"), achex2("Twin")];
    expect(ann.result({ to: "Twin", $latest: "pos", x: 1 })).toEqual({ taken: 2 });
    twins.push(achex2("Twin"));
    expect(ann.result({ to: "Twin", $latest: "pos", x: 2 })).toEqual({ taken: 3 });
    expect(twins.map(values)).toEqual([[1, 2], [1, 2], [2]]);
    twins[0]?.disconnect();
    expect(ann.result({ to: "Twin", $latest: "pos", x: 3 })).toEqual({ taken: 2 });
  });

  test("[R130 R71] an away receiver gets the newest when it has resumed, and it is not counted", () => {
    const { ann, ...memory } = createHub("Ann", "Bob", "Cid");
    const dan = new ResumingClient(memory).named("Dan").send({ joinHub: "h" });
    ann.send(position(0));
    ann.send({ toH: "h", x: "first" });
    expect(dan.values("x")).toEqual([0, "first"]);
    dan.drop();
    for (let x = 1; x < 5; x++) expect(ann.result(position(x))).toEqual({ taken: 3, held: 1 });
    ann.send({ toH: "h", x: "event" });
    expect(dan.resume()).toMatchObject({ replay: 1 });
    expect(dan.values("x")).toEqual(["event", 4]);
    dan.acknowledge();
    ann.send(position(6));
    expect(dan.values("x")).toEqual([6]);
  });

  test("[R130 R41] binary messages, which legacy dialects do not receive; text they do", () => {
    const { ann, bob, legacy } = createHub("Ann", "Bob", "Cid");
    const kim = legacy("Kim").send({ joinHub: "h" });
    kim.received();
    const bytes = new Uint8Array([1, 2]);
    expect(ann.result({ toH: "h", $latest: "pos" }, bytes)).toEqual({ taken: 2, missed: { dialect: 1 } });
    expect(bob.received()).toEqual([expect.stringContaining(Buffer.from('"$latest":"pos"').toString("hex"))]);
    ann.send(position(1));
    expect(kim.received()).toEqual([{ toH: "h", $latest: "pos", x: 1, sID: ann.sid, FROM: "Ann" }]);
  });

  test("[R130 R36] from a legacy dialect, a message with the key goes to legacy dialects only", () => {
    const { bob, legacy } = createHub("Ann", "Bob", "Cid");
    const [kim, kit] = [legacy("Kim"), legacy("Kit")];
    for (const one of [kim, kit]) one.send({ joinHub: "h" }).received();
    kim.send(position(1));
    expect(kit.receivedValues("x")).toEqual([1]);
    expect(bob.received()).toEqual([]);
  });

  test("[R130] what waits is bounded, whatever keys a sender invents", () => {
    const { ann, bob, node } = createHub("Ann", "Bob", "Cid");
    fill(ann, bob);
    for (let n = 0; n < 1_000; n++) ann.send({ toH: "h", $latest: `key ${n}`, x: n });
    expect(drain(bob)).toEqual(Array.from({ length: 256 }, (_, i) => 744 + i));
    fill(ann, bob);
    for (let n = 0; n < 100; n++) ann.send({ toH: "h", $latest: `key ${n}`, x: n, load: KIB.repeat(20) });
    expect(drain(bob).length).toBeLessThan(14);
    expect(node.core.counters.replacedMessages).toBeGreaterThan(800);
    for (const key of ["", "\n", "x".repeat(65), 7, null])
      expect(ann.fault({ toH: "h", $latest: key })).toBe("bad-value");
  });

  test("[R130] the members of a large hub are added to the topic in slices, and miss nothing newer", () => {
    const { ann, achex2, clock } = createHub("Ann", "Bob", "Cid");
    const crowd = Array.from({ length: 600 }, (_, i) => achex2(`m${i}`));
    for (const person of crowd) person.send({ joinHub: "h" }).received();
    clock.hasLongTurns = true;
    ann.send({ $ref: 1, ...position(1) }).send({ $ref: 2, ...position(2) });
    expect(crowd.filter((person) => person.connection.socket.waiting.length > 0).length).toBeLessThan(600);
    clock.allTurns();
    expect(ann.receivedValues("$result")).toEqual([{ taken: 602 }, { taken: 602 }]);
    for (const person of crowd) expect(values(person).at(-1)).toBe(2);
  });
});
