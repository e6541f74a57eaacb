import { describe, expect, test } from "bun:test";
import { account } from "../kit/auth.ts";
import { binaryFrame } from "../kit/binary-frame.ts";
import { createRestartingNode, type RestartingNode } from "../kit/restarting-node.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

const SECOND = 1_000;

const client = (node: RestartingNode, name: string): ResumingClient => new ResumingClient(node).named(name);

/** The state of the other node's clients over a restart: their connections end, and they connect to the new node. */
async function restarted(node: RestartingNode, ...clients: readonly ResumingClient[]): Promise<RestartingNode> {
  const next = await node.restart();
  for (const one of clients) one.moveTo(next);
  return next;
}

describe("R82 R71 frames over a restart", () => {
  test("R82 R73 that were sent and did not arrive are replayed, and counts continue", async () => {
    const node = createRestartingNode();
    const [ann, bob] = [client(node, "Ann"), client(node, "Bob")];
    bob.send({ to: "Ann", n: 1 });
    expect(ann.values("n")).toEqual([1]);
    bob.send({ to: "Ann", n: 2 }).send(binaryFrame('{"to":"Ann"}', new Uint8Array([1, 2, 255])));
    await restarted(node, ann, bob);
    expect(ann.resume()).toMatchObject({ sid: 1, name: "Ann", received: 1, replay: 2 });
    expect(ann.frames()).toHaveLength(2);
    expect(bob.resume()).toMatchObject({ received: 4, replay: 0 });
    bob.send({ $ref: 9, to: "Ann", n: 3 });
    expect(ann.values("n")).toEqual([3]);
    expect(bob.values("$result")).toEqual([{ taken: 1 }]);
  });

  test("R82 sent to those who are away are held over it", async () => {
    const node = createRestartingNode();
    const [ann, bob] = [client(node, "Ann"), client(node, "Bob")];
    ann.drop();
    bob.send({ to: "Ann", n: 1 });
    const next = await restarted(node, ann, bob);
    bob.resume();
    bob.send({ $ref: 1, to: "Ann", n: 2 });
    expect(bob.values("$result")).toEqual([{ taken: 1, held: 1 }]);
    ann.resume();
    expect(ann.values("n")).toEqual([1, 2]);
    expect(next.node.core.held.total).toBeGreaterThan(0);
  });

  test("R82 that wait in a queue are handled after it, in order, and none twice", async () => {
    const node = createRestartingNode({ framesPerSecond: 2 });
    const ann = client(node, "Ann");
    for (let n = 1; n <= 8; n++) ann.send({ $ref: n, echo: "x" });
    const before = ann.frames().length;
    expect(before).toBeLessThan(8);
    const next = await node.restart({ limits: { framesPerSecond: 0 } });
    ann.moveTo(next);
    expect(ann.resume()).toMatchObject({ received: 9, replay: 8 - before });
    expect(ann.values("$ref")).toEqual(Array.from({ length: 8 - before }, (_, index) => index + before + 1));
  });

  test("R82 that arrive while the relay stops are not counted, and sent again", async () => {
    const node = createRestartingNode();
    const ann = client(node, "Ann");
    const saved = await node.save();
    ann.send({ $ref: 1, echo: "x" });
    expect(ann.frames()).toEqual([]);
    ann.moveTo(node.restore(saved));
    expect(ann.resume()).toMatchObject({ received: 1 });
    expect(ann.values("$ref")).toEqual([1]);
  });

  test("R82 whose delivery takes several turns are delivered once to everybody", async () => {
    const node = createRestartingNode();
    const members = Array.from({ length: 60 }, (_, n) => client(node, `m${n}`).send({ joinHub: "h" }));
    const sender = client(node, "sender").send({ joinHub: "h" });
    node.clock.hasLongTurns = true;
    sender.send({ $ref: 1, toH: "h", n: 1, x: "x".repeat(100_000) }).send({ $ref: 2, toH: "h", n: 2 });
    await restarted(node, sender, ...members);
    expect(sender.resume()).toMatchObject({ received: 4 });
    for (const member of members) {
      member.resume();
      expect(member.values("n")).toEqual([1, 2]);
    }
    expect(sender.values("$ref")).toEqual([1, 2]);
  });

  test("R82 whose delivery takes longer than two seconds are completed at once, and not handled again", async () => {
    const node = createRestartingNode();
    const members = Array.from({ length: 450 }, (_, n) => client(node, `m${n}`).send({ joinHub: "h" }));
    const sender = client(node, "sender").send({ joinHub: "h" });
    node.clock.hasLongTurns = true;
    sender.send({ $ref: 1, toH: "h", n: 1, x: "x".repeat(1_000_000) });
    const start = node.clock.now();
    await restarted(node, sender, ...members);
    expect(node.clock.now() - start).toBeWithin(2 * SECOND, 3 * SECOND);
    sender.resume();
    for (const member of [members[0], members[449]]) {
      member?.resume();
      expect(member?.values("n")).toEqual([1]);
    }
    expect(sender.values("$ref")).toEqual([1]);
  });

  test("R82 R11 results that wait for another frame are in the log", async () => {
    const node = createRestartingNode();
    const ann = client(node, "Ann").send({ joinHub: "h" });
    node.clock.hasLongTurns = true;
    for (let n = 1; n <= 9; n++) {
      ann.send({ $ref: n, toH: "h" });
      if (n === 8) node.clock.turn();
    }
    await restarted(node, ann);
    ann.resume();
    expect(ann.values("$ref")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("R82 K11 a request for a pong is answered by a fault", async () => {
    const node = createRestartingNode();
    const ann = client(node, "Ann").send({ $ref: 1, ping: true });
    await restarted(node, ann);
    ann.resume();
    expect(ann.frames()).toMatchObject([{ $ref: 1, $fault: { code: "no-pong" } }]);
  });

  test("R82 R81 that exceed a lower limit are forgotten, and the resume says how many", async () => {
    const node = createRestartingNode();
    const [ann, bob] = [client(node, "Ann"), client(node, "Bob")];
    ann.drop();
    for (let n = 0; n < 10; n++) bob.send({ to: "Ann", n });
    const next = await node.restart({ limits: { resumeFrames: 4 } });
    const [fault] = ann.moveTo(next).reconnect().frames();
    expect(fault).toMatchObject({ $fault: { code: "resume-gap", missing: 6 } });
  });

  test("R82 R81 sent to many are held once by the new node as well", async () => {
    const node = createRestartingNode();
    const members = Array.from({ length: 4 }, (_, n) => client(node, `m${n}`).send({ joinHub: "h" }));
    for (const member of members) member.frames();
    for (const member of members) member.acknowledge();
    for (const member of members.slice(1)) member.drop();
    members[0]?.send({ toH: "h", x: "x".repeat(10_000) });
    const before = node.node.core.held.total;
    const next = await node.restart();
    expect(next.node.core.held.total).toBe(before);
    expect(before).toBeLessThan(20_000);
  });
});

describe("R82 a login over a restart", () => {
  test("R82 that is checked for longer than two seconds is checked again", async () => {
    const node = createRestartingNode({}, "accounts");
    node.accounts.put(account("user", "Ann", "right"));
    const ann = new ResumingClient(node);
    const release = node.passwords.hold();
    ann.send({ $ref: 1, setID: "Ann", passwd: "right" }).send({ $ref: 2, joinHub: "h" });
    const start = node.clock.now();
    const saved = await node.save();
    expect(node.clock.now() - start).toBeWithin(2 * SECOND, 3 * SECOND);
    release();
    await Promise.resolve();
    expect(ann.frames()).toEqual([]);
    const next = node.restore(saved);
    expect(ann.moveTo(next).resume()).toMatchObject({ received: 2, replay: 0 });
    // Everything that waits for a settled promise runs before that.
    await new Promise((resolve) => setImmediate(resolve));
    expect(ann.values("$result")).toEqual([{ name: "Ann" }, { count: 1 }]);
  });

  test("R82 that ends within two seconds is not checked again", async () => {
    const node = createRestartingNode({}, "accounts");
    node.accounts.put(account("user", "Ann", "right"));
    const ann = new ResumingClient(node);
    const release = node.passwords.hold();
    ann.send({ $ref: 1, setID: "Ann", passwd: "right" });
    const saving = node.save();
    release();
    const next = node.restore(await saving);
    expect(ann.moveTo(next).resume()).toMatchObject({ name: "Ann", replay: 1 });
    expect(next.passwords.begun).toBe(0);
    expect(ann.values("$result")).toEqual([{ name: "Ann" }]);
  });
});
