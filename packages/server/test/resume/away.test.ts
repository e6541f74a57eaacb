import { describe, expect, test } from "bun:test";
import { createAchex2Node, NO_LEFTOVERS } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

const WINDOW = 120;

function ready() {
  const node = createAchex2Node();
  const ann = new ResumingClient(node).named("Ann").send({ joinHub: "h" });
  const bob = node.legacy("Bob");
  bob.send({ joinHub: "h" }).received();
  return { ...node, ann, bob };
}

describe("[R75] a connection that ends", () => {
  const drops: readonly [string, number][] = [
    ["vanishes", 1006],
    ["fails with an error of the client", 1011],
    ["is dropped by a client that simulates a bad network", 4099],
  ];
  test.each(drops)("[R75] because it %s leaves its session away, until the window ends", (_why, code) => {
    const { ann, bob, node, seconds, leftovers } = ready();
    ann.drop(code);
    expect(node.core.away.count).toBe(1);
    for (let second = 1; second < WINDOW; second++) {
      seconds(1);
      bob.connection.session.pong("");
    }
    expect(bob.received()).toEqual([]);
    expect(node.core.sessions.has(1)).toBe(true);
    seconds(1);
    expect(bob.received()).toEqual([{ leftHub: "h", user: "Ann", sID: 1 }]);
    bob.disconnect();
    expect(leftovers()).toEqual(NO_LEFTOVERS);
    expect(node.core.away.count).toBe(0);
  });

  const leavings: readonly [string, number][] = [
    ["normally", 1000],
    ["because the page goes away", 1001],
    ["without a code", 1005],
    ["with a code of its own", 3000],
    ["with another code of its own", 4999],
    ["with the code before that of a simulated drop", 4098],
    ["with the code after it", 4100],
  ];
  test.each(leavings)("[R75 C12] that the client closed %s ends the session at once", (_how, code) => {
    const { ann, bob, node } = ready();
    ann.drop(code);
    expect(node.core.away.count).toBe(0);
    expect(bob.received()).toEqual([{ leftHub: "h", user: "Ann", sID: 1 }]);
  });

  test("[R75] because of a violation ends the session at once", () => {
    for (const code of [1002, 1007, 1009]) {
      const { ann, node } = ready();
      ann.socket.data.owner?.closed(code, true);
      expect(node.core.sessions.has(1)).toBe(false);
    }
  });

  test("[R75 H1] because it was dead leaves its session away", () => {
    const { ann, node, seconds } = ready();
    seconds(35);
    expect(ann.socket.terminated).toBe(true);
    ann.drop();
    expect(node.core.away.count).toBe(1);
    seconds(60);
    expect(node.core.sessions.get(1)?.isAway).toBe(true);
  });

  test("[R75 L5] because it was too slow leaves its session away", () => {
    const { ann, node } = ready();
    node.core.sessions.get(1)?.disconnectForBacklog();
    ann.drop();
    expect(node.core.away.count).toBe(1);
    expect(node.core.counters.closes.backlog).toBe(1);
    ann.resume();
    ann.send({ $ref: 5, echo: 1 });
    expect(ann.values("$ref")).toEqual([5]);
  });

  test("[R75 L2] because of a flood ends the session at once", () => {
    const node = createAchex2Node({ framesPerSecond: 10 });
    const ann = new ResumingClient(node).named("Ann");
    for (let n = 0; n < 300; n++) ann.send({ echo: 1 });
    expect(ann.socket.closedWith?.code).toBe(4002);
    expect(ann.reconnect().frames()[0]?.$fault).toMatchObject({ code: "resume-unknown" });
    node.node.core.sessions.get(1)?.closed(4002, false);
    expect(node.node.core.sessions.has(1)).toBe(false);
  });

  test("[R75] of a session that has not logged in, or is not resumable, ends the session at once", () => {
    const node = createAchex2Node();
    new ResumingClient(node).drop();
    expect(node.leftovers().sessions).toBe(0);
    node.achex2("Bob").disconnect(1006);
    expect(node.leftovers().sessions).toBe(0);
  });
});

describe("[R75] a session that is away", () => {
  test("[R75] that the server closes ends at once, as at shutdown or when its account changes", () => {
    const { ann, bob, node } = ready();
    ann.drop();
    node.core.sessions.get(1)?.close("accountChanged", "account-changed");
    expect(bob.received()).toEqual([{ leftHub: "h", user: "Ann", sID: 1 }]);
    expect(ann.reconnect().frames()[0]?.$fault).toMatchObject({ code: "resume-unknown" });
  });

  test("[R75] has its frames handled that arrived before the drop", () => {
    const node = createAchex2Node({ framesPerSecond: 2 });
    const ann = new ResumingClient(node).named("Ann");
    const bob = node.achex2("Bob");
    for (let n = 1; n <= 8; n++) ann.send({ to: "Bob", n });
    ann.drop();
    node.seconds(5);
    expect(bob.receivedValues("n")).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("[R75] may join channels by frames that waited, and receives from them when it is back", () => {
    const node = createAchex2Node({ framesPerSecond: 1 });
    const ann = new ResumingClient(node).named("Ann");
    const bob = node.achex2("Bob");
    bob.send({ joinHub: "late" });
    ann.send({ echo: 1 }).send({ joinHub: "late" });
    ann.drop();
    node.seconds(3);
    bob.send({ toH: "late", n: 1 });
    ann.resume();
    bob.send({ toH: "late", n: 2 });
    expect(ann.values("n")).toEqual([1, 2]);
  });

  test("[R76] is announced after 2 s and not before, and hears that it has caught up", () => {
    const { ann, node, seconds } = ready();
    const diary: string[] = [];
    node.core.away.addListener({
      wentAway: ({ id }) => diary.push(`${id} away`),
      announced: ({ id }) => diary.push(`${id} announced`),
      cameBack: ({ id }) => diary.push(`${id} back`),
      caughtUp: ({ id }, wasAnnounced) => diary.push(`${id} caught up ${wasAnnounced}`),
      ended: ({ id }, wasAnnounced) => diary.push(`${id} ended ${wasAnnounced}`),
    });
    ann.drop();
    seconds(1);
    ann.resume();
    expect(diary.splice(0)).toEqual(["1 away", "1 back", "1 caught up false"]);
    ann.drop();
    seconds(2);
    ann.resume();
    expect(diary.splice(0)).toEqual(["1 away", "1 announced", "1 back", "1 caught up true"]);
    ann.drop();
    seconds(WINDOW);
    expect(diary).toEqual(["1 away", "1 announced", "1 ended true"]);
  });
});

describe("[R83] limits while a session resumes", () => {
  const address = "192.0.2.1";
  const full = () => createAchex2Node({ sessionsPerAddress: 2, unnamedPerAddress: 2 });

  test("[R83 L1] an away session keeps its place, and its resume needs no second one", () => {
    const node = full();
    const { addresses } = node.node;
    const [ann] = [
      new ResumingClient(node, { address }).named("Ann"),
      new ResumingClient(node, { address }).named("Bob"),
    ];
    ann?.drop();
    expect(addresses.exceededLimit(address)).toBe("sessions-per-address");
    expect(addresses.exceededLimit(address, true)).toBeUndefined();
    ann?.resume();
    expect(addresses.exceededLimit(address)).toBe("sessions-per-address");
    ann?.drop(1000);
    expect(addresses.exceededLimit(address)).toBeUndefined();
  });

  test("[R83 L1] a connection that is about to resume counts as not logged in", () => {
    const node = full();
    const waiting = [1, 2].map(() => node.open({ dialect: "achex.2", resumes: true, address }));
    expect(node.node.addresses.exceededLimit(address, true)).toBe("unnamed-per-address");
    expect(node.node.connections.waiting).toBe(2);
    for (const one of waiting) one.end(1006);
    expect(node.node.addresses.exceededLimit(address, true)).toBeUndefined();
    expect(node.node.connections.waiting).toBe(0);
  });

  test("[R83 L1] a resume that fails needs a place; without one the connection is closed after the fault", () => {
    const node = full();
    for (const name of ["Ann", "Bob"]) new ResumingClient(node, { address }).named(name);
    const third = node.open({ dialect: "achex.2", resumes: true, address });
    third.send(`{"$resume":{"token":"${"A".repeat(43)}","generation":1,"received":0}}`);
    expect(third.socket.flush().map((text) => text.slice(0, 33))).toEqual(['{"$fault":{"code":"resume-unknown']);
    expect(third.socket.closedWith?.code).toBe(4003);
    expect(node.leftovers().sessions).toBe(2);
  });

  test("[R83 L1] the place moves along when the client resumes from another address", () => {
    const node = full();
    const ann = new ResumingClient(node, { address }).named("Ann").drop();
    const elsewhere = "192.0.2.99";
    const connection = node.open({ dialect: "achex.2", resumes: true, address: elsewhere });
    connection.send(`{"$resume":{"token":"${ann.token}","generation":1,"received":1}}`);
    expect(node.node.core.sessions.get(1)?.addressUse.address).toBe(elsewhere);
    for (const name of ["Bob", "Eve"]) new ResumingClient(node, { address }).named(name);
    connection.end(1000);
    expect(node.node.addresses.exceededLimit(elsewhere)).toBeUndefined();
  });
});

test("[F2 R74] reports belong to a connection: frames of an earlier one are not reported on the next", () => {
  const node = createAchex2Node({ framesPerSecond: 2 });
  const ann = new ResumingClient(node, { reports: true }).named("Ann");
  for (let n = 0; n < 5; n++) ann.send({ echo: n });
  ann.drop();
  const missed = ann.sent.length;
  ann.resume();
  expect(ann.sent.length).toBe(missed);
  ann.send({ $ref: 9, echo: "new" });
  node.seconds(10);
  const reports = ann.values("$report");
  // Its first frame on this connection was $resume.
  expect(reports).toEqual([{ frame: 1, result: {} }]);
});
