import { describe, expect, test } from "bun:test";
import { type Achex2Client, createAchex2Node, NO_LEFTOVERS } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

const follow = { joinHub: "h", $presence: true };

/** Ann can resume, and is in a hub and a broadcast whose presence Bob follows. */
function ready() {
  const node = createAchex2Node();
  const ann = new ResumingClient(node).named("Ann");
  ann.send({ joinHub: "h" }).send({ cmd: "register_broadcast", bid: "b" });
  const bob = node.achex2("Bob");
  bob.result(follow);
  bob.result({ cmd: "register_broadcast", bid: "b", $presence: true });
  bob.received();
  /** Lets seconds pass in which Bob stays connected. */
  const pass = (seconds: number, others: readonly Achex2Client[] = []) => {
    for (let second = 0; second < seconds; second++) {
      node.seconds(1);
      for (const one of [bob, ...others]) one.connection.session.pong("");
    }
  };
  return { ...node, ann, bob, pass };
}

const inHub = { hub: "h", name: "Ann", sid: 1 };
const inBroadcast = { bc: "b", name: "Ann", sid: 1 };

describe("[R76] presence of a session that is away", () => {
  test("[R76] followers are told after 2 s, in every channel, and again when it is live", () => {
    const { ann, bob, pass } = ready();
    ann.drop();
    pass(1);
    expect(bob.received()).toEqual([]);
    pass(1);
    expect(bob.received()).toEqual([{ $away: inHub }, { $away: inBroadcast }]);
    pass(30);
    expect(bob.received()).toEqual([]);
    ann.resume();
    expect(bob.received()).toEqual([{ $back: inHub }, { $back: inBroadcast }]);
  });

  test("[R76] a drop of less than 2 s is not announced, however often it happens", () => {
    const { ann, bob, pass } = ready();
    for (let drop = 0; drop < 20; drop++) {
      ann.drop();
      pass(1);
      ann.resume();
    }
    pass(5);
    expect(bob.received()).toEqual([]);
  });

  test("[R76 C12 R20] a session whose window has passed leaves as usual", () => {
    const { ann, bob, pass } = ready();
    ann.drop();
    pass(119);
    bob.received();
    pass(1);
    expect(bob.received()).toEqual([{ $left: inHub }, { leftHub: "h", user: "Ann", sID: 1 }, { $left: inBroadcast }]);
  });

  test("[R76 R21 R24] rosters and pages mark it while it is announced", () => {
    const { ann, bob, achex2, pass } = ready();
    const away = () => {
      const { members } = bob.result({ $members: { hub: "h" } });
      return Array.isArray(members) ? members.map((member) => [member.name, member.away]) : [];
    };
    ann.drop();
    expect(away()).toEqual([
      ["Ann", undefined],
      ["Bob", undefined],
    ]);
    pass(2);
    expect(away()).toEqual([
      ["Ann", true],
      ["Bob", undefined],
    ]);
    const cid = achex2("Cid");
    cid.result(follow);
    expect(cid.receivedValues("$roster")).toMatchObject([
      { members: [{ name: "Ann", sid: 1, away: true }, { name: "Bob" }, { name: "Cid" }] },
    ]);
    ann.resume();
    expect(away().map(([, isAway]) => isAway)).toEqual([undefined, undefined, undefined]);
  });

  test("[R76] is announced in channels that its waiting frames have joined, and a new name that they took is a change", () => {
    const node = createAchex2Node({ framesPerSecond: 1 });
    const bob = node.achex2("Bob");
    bob.result(follow);
    const ann = new ResumingClient(node).named("Ann");
    ann.send({ joinHub: "h" }).send({ setID: "Ada" });
    ann.drop();
    bob.received();
    node.seconds(6);
    expect(bob.received()).toMatchObject([{ $changed: { name: "Ada", sid: 2 } }, { $away: { name: "Ada", sid: 2 } }]);
    ann.resume();
    expect(bob.received()).toEqual([{ $back: { hub: "h", name: "Ada", sid: 2 } }]);
  });

  test("[R76 R21] a channel that a frame joins long after the announcement lists the member as away from the start", () => {
    const node = createAchex2Node({ framesPerSecond: 1 });
    const bob = node.achex2("Bob");
    bob.result(follow);
    const ann = new ResumingClient(node).named("Ann");
    for (let n = 0; n < 5; n++) ann.send({ echo: n });
    ann.send({ joinHub: "h" });
    ann.drop();
    node.seconds(8);
    expect(bob.receivedValues("$joined")).toMatchObject([{ hub: "h", name: "Ann", away: true }]);
    ann.resume();
    expect(bob.receivedValues("$back")).toEqual([{ hub: "h", name: "Ann", sid: 2 }]);
  });

  test("[R76 R20] the session itself is not told, and those who left follow nothing", () => {
    const { ann, bob, pass } = ready();
    ann.send(follow);
    ann.frames();
    bob.result({ leaveHub: "h" });
    ann.drop();
    pass(2);
    expect(bob.received()).toEqual([{ $away: inBroadcast }]);
    ann.resume();
    expect(ann.frames().filter((frame) => "$away" in frame || "$back" in frame)).toEqual([]);
  });

  test("[R76 R23] above 200 members nothing is sent, and the count does not change; the roster of 200 marks who is away", () => {
    const node = createAchex2Node();
    const bob = node.achex2("Bob");
    bob.result(follow);
    const ann = new ResumingClient(node).named("Ann").send({ joinHub: "h" });
    const crowd = Array.from({ length: 200 }, (_, index) => node.legacy(`m${index}`));
    for (const one of crowd) one.send({ joinHub: "h" });
    const pass = (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        node.seconds(1);
        for (const one of [bob, ...crowd]) one.connection.session.pong("");
      }
    };
    pass(1);
    bob.received();
    ann.drop();
    pass(5);
    expect(bob.received()).toEqual([]);
    crowd[0]?.disconnect();
    crowd[1]?.disconnect();
    bob.received();
    pass(1);
    const [roster] = bob.receivedValues("$roster");
    expect(roster).toMatchObject({
      count: 200,
      members: expect.arrayContaining([expect.objectContaining({ away: true })]),
    });
    ann.resume();
    expect(bob.received()).toEqual([{ $back: { ...inHub, sid: 2 } }]);
  });

  test("[R76] a crowd that drops at once costs an event for each member and follower that is there, in slices", () => {
    const node = createAchex2Node();
    const bob = node.achex2("Bob");
    bob.result(follow);
    const crowd = Array.from({ length: 150 }, (_, index) => new ResumingClient(node).named(`m${index}`));
    for (const one of crowd) one.send(follow);
    bob.received();
    for (const one of crowd) one.drop();
    const { counters } = node.node.core;
    const before = counters.framesOut;
    node.seconds(2);
    bob.connection.session.pong("");
    while (node.node.core.departures.pending > 0) node.clock.advance(0);
    // Away members also follow, but have no connection to write to.
    expect(bob.receivedValues("$away")).toHaveLength(150);
    expect(counters.framesOut - before).toBeLessThan(2 * 150);
    for (const one of crowd) one.resume();
    while (node.node.core.departures.pending > 0) node.clock.advance(0);
    expect(bob.receivedValues("$back")).toHaveLength(150);
  });
});

describe("[R76 C15] serverstat", () => {
  const listed = (asker: Achex2Client) => {
    const { users } = asker.result({ serverstat: true });
    return Array.isArray(users) ? users.map(({ username }) => username) : [];
  };

  test("[R76 C15] leaves out who is away, from the drop to the resume", () => {
    const { ann, bob, pass } = ready();
    expect(listed(bob)).toEqual(["Bob", "Ann"]);
    ann.drop();
    expect(listed(bob)).toEqual(["Bob"]);
    pass(10);
    expect(listed(bob)).toEqual(["Bob"]);
    ann.resume();
    expect(listed(bob)).toEqual(["Bob", "Ann"]);
  });
});

describe("[R76] the legacy dialects", () => {
  test.each(["classic", "cloud"] as const)("[R76 C12] a %s client notices nothing until the window ends", (dialect) => {
    const { ann, connectClient, pass } = ready();
    const cid = connectClient(dialect);
    cid.send({ auth: "Cid" }).send({ joinHub: "h" }).received();
    ann.drop();
    pass(60, [cid]);
    cid.send({ toH: "h", n: 1 }).send({ to: "Ann", n: 2 });
    expect(cid.received()).toEqual([]);
    ann.resume();
    expect(ann.values("n")).toEqual([1, 2]);
    pass(5, [cid]);
    expect(cid.received()).toEqual([]);
    ann.drop();
    pass(120, [cid]);
    expect(cid.received()).toEqual([{ leftHub: "h", user: "Ann", sID: 1 }]);
  });
});

describe("[R25] names of sessions that are away", () => {
  test("[R25 R75] stay online until the window ends", () => {
    const { ann, bob, pass } = ready();
    expect(bob.result({ $watch: ["Ann"] })).toEqual({ online: ["Ann"] });
    ann.drop();
    pass(119);
    expect(bob.receivedValues("$offline")).toEqual([]);
    expect(bob.result({ $watch: ["Ann"] })).toEqual({ online: ["Ann"] });
    pass(1);
    expect(bob.receivedValues("$offline")).toEqual(["Ann"]);
  });

  test("[R75] nothing is left of a session that was announced and ended", () => {
    const { ann, bob, pass, leftovers } = ready();
    ann.send(follow).send({ $watch: ["Bob"] });
    ann.drop();
    pass(120);
    bob.disconnect();
    expect(leftovers()).toEqual(NO_LEFTOVERS);
  });
});
