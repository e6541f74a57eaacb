import { describe, expect, test } from "bun:test";
import { account } from "../kit/auth.ts";
import { binaryFrame } from "../kit/binary-frame.ts";
import { createRestartingNode, type RestartingNode } from "../kit/restarting-node.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

const SECOND = 1_000;

const client = (node: RestartingNode, name: string): ResumingClient => new ResumingClient(node).named(name);

/** Stops the node; its clients resume on the one that takes its place. */
async function restarted(node: RestartingNode, ...clients: readonly ResumingClient[]): Promise<RestartingNode> {
  const next = await node.restart();
  for (const one of clients) one.moveTo(next).resume();
  return next;
}

/** An instance of the service calc, in turn with the others. */
async function instance(node: RestartingNode, tag: string): Promise<ResumingClient> {
  node.accounts.put(account("service", "calc", "secret", "one"));
  const one = new ResumingClient(node).send({ serviceID: "calc", passwd: "secret", idtag: tag });
  await new Promise((resolve) => setImmediate(resolve));
  return one;
}

describe("R82 rooms over a restart", () => {
  test("R82 members stay, with attributes and the time they joined, and messages reach them", async () => {
    const node = createRestartingNode();
    const [ann, bob] = [client(node, "Ann"), client(node, "Bob")];
    ann.send({ joinHub: "h", $attributes: { seat: "3" } });
    node.clock.advance(5 * SECOND);
    bob.send({ joinHub: "h", $presence: true }).send({ register_broadcast: "b", cmd: "register_broadcast", bid: "b" });
    const [before] = bob.values("$roster");
    node.clock.advance(5 * SECOND);
    const next = await restarted(node, ann, bob);
    // Nobody is away any more when Bob is caught up last, so the roster is the same.
    expect(bob.values("$roster")).toEqual([before]);
    ann.send({ toH: "h", n: 1 }).send({ bc: "b", n: 2 });
    expect(bob.values("n")).toEqual([1, 2]);
    expect(next.node.core.presence.followers).toBe(1);
  });

  test("R82 C12 of sessions that could not be saved are left by them, and members are notified", async () => {
    const node = createRestartingNode();
    const ann = client(node, "Ann").send({ joinHub: "h", $presence: true });
    const old = node.connect({ dialect: "cloud" });
    old.send('{"auth":"old"}');
    old.send('{"joinHub":"h"}');
    ann.frames();
    await restarted(node, ann);
    const frames = ann.frames();
    expect(frames).toContainEqual({ leftHub: "h", user: "old", sID: 2 });
    expect(frames.at(-1)).toMatchObject({ $roster: { count: 1 } });
  });

  test("R82 R80 followers and watchers learn what is true now", async () => {
    const node = createRestartingNode();
    const ann = client(node, "Ann").send({ $watch: ["Bob", "old"] });
    const bob = client(node, "Bob");
    node.connect({ dialect: "cloud" }).send('{"auth":"old"}');
    expect(ann.values("$online")).toEqual(["Bob", "old"]);
    await restarted(node, ann, bob);
    expect(ann.values("$watched")).toEqual([{ online: ["Bob"] }]);
    bob.drop(1000);
    expect(ann.values("$offline")).toEqual(["Bob"]);
  });

  test("R82 R76 a member that does not return is announced as away, and leaves when its window ends", async () => {
    const node = createRestartingNode();
    const [ann, bob] = [client(node, "Ann"), client(node, "Bob")];
    bob.send({ joinHub: "h" });
    ann.send({ joinHub: "h", $presence: true });
    const next = await restarted(node, ann);
    ann.frames();
    next.seconds(3);
    expect(ann.values("$away")).toEqual([{ hub: "h", name: "Bob", sid: 2 }]);
    next.seconds(118);
    expect(ann.values("leftHub")).toEqual(["h"]);
    expect(next.node.core.sessions.size).toBe(1);
  });
});

describe("R82 R76 a member that was away before a restart", () => {
  test("R82 R76 is still announced as away, and as back when it returns", async () => {
    const node = createRestartingNode();
    const [ann, bob] = [client(node, "Ann"), client(node, "Bob")];
    bob.send({ joinHub: "h" });
    ann.send({ joinHub: "h", $presence: true });
    bob.drop();
    node.seconds(3);
    expect(ann.values("$away")).toHaveLength(1);
    const next = await restarted(node, ann);
    expect(ann.frames().at(-1)).toMatchObject({ $roster: { members: [{ name: "Ann" }, { name: "Bob", away: true }] } });
    next.seconds(3);
    expect(ann.values("$away")).toEqual([]);
    bob.moveTo(next).resume();
    expect(ann.values("$back")).toEqual([{ hub: "h", name: "Bob", sid: 2 }]);
  });
});

describe("R82 windows over a restart", () => {
  test("R82 R75 the time of the restart counts, for each session", async () => {
    const node = createRestartingNode();
    const [ann, bob] = [client(node, "Ann"), client(node, "Bob")];
    ann.drop();
    node.seconds(60);
    const next = node.restore(await node.save(), { age: 61 * SECOND });
    expect([...next.node.core.sessions.values()].map(({ id }) => id)).toEqual([2]);
    expect(ann.moveTo(next).reconnect().frames()).toMatchObject([{ $fault: { code: "resume-unknown" } }, {}]);
    next.seconds(58);
    expect(bob.moveTo(next).resume()).toMatchObject({ sid: 2 });
  });

  test("R82 R75 a shorter window applies to restored sessions", async () => {
    const node = createRestartingNode();
    client(node, "Ann");
    const next = node.restore(await node.save(), { age: 1 * SECOND, limits: { resumeSeconds: 10 } });
    next.seconds(8);
    expect(next.node.core.sessions.size).toBe(1);
    next.seconds(2);
    expect(next.node.core.sessions.size).toBe(0);
  });

  test("R82 K1 session ids go on above the restored ones, and addresses keep their sessions", async () => {
    const node = createRestartingNode({ sessionsPerAddress: 2 });
    for (const name of ["Ann", "Bob"]) new ResumingClient(node, { address: "192.0.2.7" }).named(name);
    const next = await node.restart();
    expect(next.node.addresses.exceededLimit("192.0.2.7")).toBe("sessions-per-address");
    expect(next.connect({ address: "192.0.2.8" }).session.id).toBe(3);
    next.seconds(121);
    expect(next.node.addresses.exceededLimit("192.0.2.7")).toBeUndefined();
  });
});

describe("R82 names over a restart", () => {
  test("R82 A8 of an account that was removed meanwhile end, and others are notified", async () => {
    const node = createRestartingNode({}, "accounts");
    const log = async (name: string) => {
      node.accounts.put(account("user", name, "right"));
      const one = new ResumingClient(node).send({ setID: name, passwd: "right" });
      await new Promise((resolve) => setImmediate(resolve));
      return one.send({ joinHub: "h" });
    };
    const [ann, bob] = [await log("Ann"), await log("Bob")];
    const saved = await node.save();
    node.accounts.remove("user", "Bob");
    const next = node.restore(saved);
    expect(bob.moveTo(next).reconnect().frames()[0]).toMatchObject({ $fault: { code: "resume-unknown" } });
    ann.moveTo(next).resume();
    expect(ann.values("leftHub")).toEqual(["h"]);
  });

  test("R82 R37 a session that has retired stays so", async () => {
    const node = createRestartingNode();
    const [ann, bob] = [client(node, "Ann").send({ $retire: true }), client(node, "Bob")];
    await restarted(node, ann, bob);
    bob.send({ $ref: 1, to: "Ann" }).send({ $ref: 2, toS: 1 });
    expect(bob.frames()).toMatchObject([{ $fault: { code: "no-such-name" } }, { $result: { taken: 1 } }]);
  });

  test("R82 K12 instances of a service keep their tags, and their turn", async () => {
    const node = createRestartingNode();
    const instances = [await instance(node, "calc-1"), await instance(node, "calc-2"), await instance(node, "calc-3")];
    const ann = client(node, "Ann").send({ to: "calc", n: 1 });
    const next = await restarted(node, ann, ...instances);
    for (const n of [2, 3, 4]) ann.send({ to: "calc", n });
    ann.send({ to: "calc-3", n: 5 });
    expect(instances.map((one) => one.values("n"))).toEqual([[1, 4], [2], [3, 5]]);
    // The name is still the service's.
    expect(next.node.core.channels.find("root", "name", "calc")?.owner).toEqual({ service: "calc", roundRobin: true });
  });

  test("R82 R78 a message held for an instance in turn goes to another one after it", async () => {
    const node = createRestartingNode();
    const first = await instance(node, "calc-1");
    const ann = client(node, "Ann");
    first.drop();
    ann.send({ to: "calc", n: 1 });
    const next = await restarted(node, ann);
    const second = await instance(next, "calc-2");
    expect(second.values("n")).toEqual([1]);
    expect(first.moveTo(next).resume()).toMatchObject({ replay: 0 });
  });
});

describe("R82 calls over a restart", () => {
  test("R82 R31 stay open, and are answered after it", async () => {
    const node = createRestartingNode();
    const [ann, bob] = [client(node, "Ann"), client(node, "Bob")];
    ann.send({ to: "Bob", $call: { id: 7 }, question: 1 });
    bob.frames();
    const next = await restarted(node, ann, bob);
    bob.send({ toS: 1, $answer: { id: 7 }, answer: 2 });
    expect(ann.values("answer")).toEqual([2]);
    expect(next.node.core.openCalls.count).toBe(0);
  });

  test("R82 R33 end when the callee does not return", async () => {
    const node = createRestartingNode();
    const [ann] = [client(node, "Ann"), client(node, "Bob")];
    ann.send({ to: "Bob", $call: { id: 7 } });
    const next = await restarted(node, ann);
    ann.frames();
    next.seconds(121);
    expect(ann.frames()).toMatchObject([{ $answer: { id: 7 } }]);
  });

  test("R82 R51 streams keep their credit", async () => {
    const node = createRestartingNode();
    const [ann, bob] = [client(node, "Ann"), client(node, "Bob")];
    ann.send({ to: "Bob", $call: { id: 7, stream: true } });
    bob.send({ toS: 1, $answer: { id: 7, credit: 10 } });
    const part = (ref: number, size: number) =>
      binaryFrame(`{"$ref":${ref},"toS":2,"$call":{"id":7,"data":true}}`, new Uint8Array(size));
    ann.send(part(1, 4));
    await restarted(node, ann, bob);
    ann.frames();
    ann.send(part(2, 7)).send(part(3, 6));
    expect(ann.frames()).toMatchObject([{ $fault: { code: "no-credit" } }, { $result: { taken: 1 } }]);
  });
});
