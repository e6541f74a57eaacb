import { describe, expect, test } from "bun:test";
import { FrameQueue } from "../../src/session/frame-queue.ts";
import { createMemoryNode, defaultLimits, type MemoryConnection } from "../kit/node.ts";

const limits = { ...defaultLimits, framesPerSecond: 0, bytesPerSecond: 0, deliveredBytesPerSecond: 0 };

function hub(size: number) {
  const memory = createMemoryNode({ limits, shardMembers: 2 });
  const member = (name: string): MemoryConnection => {
    const connection = memory.connect({ dialect: "achex.2" });
    connection.send(`{"setID":"${name}"}`);
    connection.send('{"joinHub":"h"}');
    connection.socket.flush();
    return connection;
  };
  const members = Array.from({ length: size }, (_, n) => member(`m${n}`));
  const sender = member("sender");
  memory.clock.hasLongTurns = true;
  const received = ({ socket }: MemoryConnection) => socket.flush().map((text) => text.slice(0, 15));
  return { ...memory, members, sender, received };
}

describe("[R82] a node that stops", () => {
  test("[R82] makes all deliveries that have begun, in order", () => {
    const { node, members, sender, received } = hub(60);
    sender.send('{"toH":"h","n":1}');
    sender.send(`{"toH":"h","n":2,"x":"${"x".repeat(100_000)}"}`);
    node.core.scheduler.freeze();
    node.core.deliver.settle();
    for (const member of members) expect(received(member)).toEqual(['{"toH":"h","n":', '{"toH":"h","n":']);
  });

  test("[R82] releases acknowledgements that wait", () => {
    const { node, clock, sender, received } = hub(1);
    const message = (n: number) => `{"$ref":${n},"toH":"h"}`;
    for (let n = 0; n < 8; n++) sender.send(message(n));
    clock.turn();
    received(sender);
    sender.send(message(8));
    expect(received(sender)).toEqual([]);
    node.core.deliver.settle();
    expect(received(sender)).toEqual(['{"$ref":8,"$res']);
  });

  test("[R82] handles no frame that waits", async () => {
    const { node, clock, members, sender, received } = hub(60);
    sender.send(`{"toH":"h","n":1,"x":"${"x".repeat(100_000)}"}`);
    sender.send('{"toH":"h","n":2}');
    node.core.scheduler.freeze();
    node.core.deliver.settle();
    await Promise.resolve();
    clock.allTurns();
    for (const member of members) expect(received(member)).toEqual(['{"toH":"h","n":']);
  });
});

describe("[R82] the frames that wait in a session", () => {
  test("[R82] are all there after some have been handled", () => {
    const queue = new FrameQueue(0);
    for (let n = 0; n < 3_000; n++) queue.add(String(n), 4);
    for (let n = 0; n < 1_500; n++) queue.shift();
    expect(queue.toArray()).toEqual(Array.from({ length: 1_500 }, (_, n) => String(n + 1_500)));
  });

  test("[R82] may be more than the queue has room for, when they are restored", () => {
    const queue = new FrameQueue(100);
    for (let n = 0; n < 10; n++) queue.add("x".repeat(90), 90);
    expect([queue.length, queue.push("x", 1)]).toEqual([10, false]);
  });
});
