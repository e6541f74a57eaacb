import { describe, expect, test } from "bun:test";
import { createMemoryNode, defaultLimits, type MemoryConnection } from "../kit/node.ts";

const limits = { ...defaultLimits, framesPerSecond: 0, bytesPerSecond: 0, deliveredBytesPerSecond: 0 };

/** That many members of a hub, a sender who is also a member, and turns that last until the test ends them. */
function hall(size: number) {
  const memory = createMemoryNode({ limits });
  const member = (name: string, dialect: "cloud" | "achex.2" = "cloud"): MemoryConnection => {
    const connection = memory.connect({ dialect });
    connection.send(`{"setID":"${name}"}`);
    connection.send('{"joinHub":"h"}');
    hears(connection);
    return connection;
  };
  const members = Array.from({ length: size }, (_, n) => member(`m${n}`));
  const sender = member("sender", "achex.2");
  memory.clock.hasLongTurns = true;
  return { ...memory, members, sender, member };
}

/** Frames received since the last call. */
function hears({ socket }: MemoryConnection): string[] {
  socket.flush();
  return socket.received.splice(0).map(String);
}

/** Turns until nothing happens any more; a promise that is settled counts as a turn. */
async function allTurns(clock: { allTurns(): void }): Promise<void> {
  for (let n = 0; n < 10; n++) {
    clock.allTurns();
    await Promise.resolve();
  }
}

const large = "x".repeat(100_000);

describe("[M5 L2] a large message to many", () => {
  test("[L2] goes to a few members in each turn", () => {
    const { clock, members, sender } = hall(100);
    sender.send(`{"toH":"h","large":"${large}"}`);
    const reached = () => members.filter(({ socket }) => socket.waiting.length > 0).length;
    expect(reached()).toBeLessThan(25);
    for (let turns = 0; reached() < 100; turns++) {
      const before = reached();
      clock.turn();
      expect(reached() - before).toBeLessThanOrEqual(12);
      expect(turns).toBeLessThan(50);
    }
  });

  test("[M5 V5] its sender's later frames come after it, its result says how many it goes to", async () => {
    const { clock, members, sender } = hall(100);
    sender.send(`{"$ref":1,"toH":"h","large":"${large}"}`);
    sender.send('{"$ref":2,"toH":"h","n":2}');
    await allTurns(clock);
    for (const member of members) {
      const heard = hears(member).map((frame) => JSON.parse(frame));
      expect(heard.map(({ n }) => n)).toEqual([undefined, 2]);
    }
    expect(hears(sender)).toEqual(['{"$ref":1,"$result":{"taken":100}}', '{"$ref":2,"$result":{"taken":100}}']);
  });

  test("[M5] others are heard meanwhile", async () => {
    const { clock, members, sender, connect } = hall(100);
    const other = connect();
    other.send('{"setID":"other"}');
    sender.send(`{"toH":"h","large":"${large}"}`);
    other.send('{"to":"other","n":1}');
    expect(hears(other).at(-1)).toContain('"n":1');
    expect(members.filter(({ socket }) => socket.waiting.length > 0).length).toBeLessThan(25);
    await allTurns(clock);
  });

  test("[C12 M5] a sender that goes leaves the hub after its message has arrived", async () => {
    const { clock, members, sender, node } = hall(100);
    sender.send(`{"toH":"h","large":"${large}"}`);
    sender.end();
    await allTurns(clock);
    for (const member of members)
      expect(hears(member).map((frame) => frame.slice(0, 8))).toEqual(['{"toH":"', '{"leftHu']);
    expect(node.core.sessions.size).toBe(100);
  });

  test("[L2 M3] so do a list of names that many share, and bytes", async () => {
    const { clock, member, sender } = hall(0);
    const crowd = Array.from({ length: 600 }, (_, n) => member(n % 2 === 0 ? "a" : "b", "achex.2"));
    for (const one of crowd) hears(one);
    hears(sender);
    sender.send('{"$ref":1,"to":["a","b"]}');
    expect(crowd.filter(({ socket }) => socket.waiting.length > 0).length).toBeLessThan(300);
    await allTurns(clock);
    expect(hears(sender).at(-1)).toBe('{"$ref":1,"$result":{"taken":600}}');
    for (const one of crowd) expect(hears(one).length).toBe(1);
  });
});
