import { describe, expect, test } from "bun:test";
import { createMemoryCluster } from "../kit/memory-cluster.ts";
import { Random } from "../sim/random.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("R146 R169 a message with an id that comes to several nodes at the same moment is delivered once", () => {
  for (let seed = 1; seed <= 40; seed++) {
    test(`seed ${seed}`, async () => {
      const random = new Random(seed);
      const cluster = await createMemoryCluster(4);
      const { network, settle } = cluster;
      const bob = await cluster.client(1 + random.below(4), "Bob");
      const senders = [];
      for (let index = 1; index <= 4; index++) senders.push(await cluster.client(index, "Ann"));
      for (const sender of senders) {
        sender.send({ $ref: 7, to: "Bob", $id: "a", n: 1 });
        for (let frames = random.below(6); frames > 0; frames--) network.flushOne(random.below(100));
        if (random.below(2) === 0) await turn();
      }
      for (let steps = 0; steps < 400; steps++) {
        network.flushOne(random.below(100));
        if (random.below(3) === 0) await turn();
      }
      await settle();
      expect(bob.receivedValues("n")).toEqual([1]);
      const results = senders.map((sender) => sender.takeReplies(7)[0]?.result);
      const [first, ...others] = results.toSorted(
        (one, other) => JSON.stringify(one).length - JSON.stringify(other).length,
      );
      expect(first).toEqual({ taken: 1 });
      for (const other of others) expect(other).toEqual({ taken: 1, duplicate: true });
    });
  }
});
