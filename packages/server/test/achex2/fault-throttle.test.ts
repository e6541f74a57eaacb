import { describe, expect, test } from "bun:test";
import { type Achex2Client, createAchex2Node, NO_LEFTOVERS } from "../kit/achex2-client.ts";

const wrong = { $foo: 1 };

/** Codes of the faults heard, with the number of those left out. */
const heard = (person: Achex2Client) =>
  person.received().map((frame) => {
    const { code, more } = Object(frame).$fault;
    return more === undefined ? code : `${code} and ${more} more`;
  });

describe("[R8] faults nobody asked for", () => {
  test("[R8] the first is told at once, with message, remedy and link", () => {
    const ann = createAchex2Node().achex2("Ann").send(wrong);
    const [frame] = ann.received();
    expect(frame).toEqual({
      $fault: {
        code: "unknown-key",
        message: expect.any(String),
        remedy: expect.any(String),
        link: "/errors#unknown-key",
        retry: false,
      },
    });
  });

  test("[R8] of the others one a second, the first of them and how many came after it", () => {
    const { achex2, seconds } = createAchex2Node();
    const ann = achex2("Ann").send(wrong);
    expect(heard(ann)).toEqual(["unknown-key"]);
    ann.send({ to: "nobody" });
    for (let i = 0; i < 57; i++) ann.send(wrong);
    expect(heard(ann)).toEqual([]);
    seconds(1);
    expect(heard(ann)).toEqual(["no-such-name and 57 more"]);
    seconds(5);
    expect(heard(ann)).toEqual([]);
  });

  test("[R8] one that was left out alone has no number", () => {
    const { achex2, seconds } = createAchex2Node();
    const ann = achex2("Ann").send(wrong).send({ to: "nobody" });
    seconds(2);
    expect(heard(ann)).toEqual(["unknown-key", "no-such-name"]);
  });

  test("[R8] never two within a second, none later than two seconds after its frame", () => {
    const { achex2, clock, node } = createAchex2Node();
    const ann = achex2("Ann");
    let random = 7;
    let refused = 0;
    let told = 0;
    let waiting = 0;
    let last = Number.NEGATIVE_INFINITY;
    for (let step = 1; step <= 2_000; step++) {
      random = (random * 16_807) % 2_147_483_647;
      clock.advance(50);
      if (step % 20 === 0) node.tick();
      if (random % 5 === 0) {
        ann.send(wrong);
        refused++;
        waiting ||= clock.now();
      }
      for (const frame of ann.received()) {
        expect(clock.now() - last).toBeGreaterThanOrEqual(1_000);
        last = clock.now();
        told += 1 + (Object(frame).$fault.more ?? 0);
        waiting = 0;
      }
      expect(waiting === 0 || clock.now() - waiting <= 2_000).toBe(true);
    }
    for (let i = 0; i < 3; i++) {
      clock.advance(1_000);
      node.tick();
    }
    for (const frame of ann.received()) told += 1 + (Object(frame).$fault.more ?? 0);
    expect(told).toBe(refused);
    expect(refused).toBeGreaterThan(300);
  });

  test("[R8] faults of one session do not delay those of others, and nothing is kept of ended or quiet sessions", () => {
    const memory = createAchex2Node();
    const [ann, bob] = [memory.achex2("Ann"), memory.achex2("Bob")];
    for (let i = 0; i < 10; i++) ann.send(wrong);
    bob.send(wrong);
    expect(heard(bob)).toEqual(["unknown-key"]);
    bob.disconnect();
    memory.seconds(4);
    expect(heard(ann)).toEqual(["unknown-key", "unknown-key and 8 more"]);
    expect(memory.leftovers()).toMatchObject({ throttledFaults: 0 });
    ann.send(wrong).send(wrong).disconnect();
    memory.seconds(2);
    expect(memory.leftovers()).toEqual(NO_LEFTOVERS);
  });

  test("[R6 R8] frames with a reference do not count among them", () => {
    const { achex2, seconds } = createAchex2Node();
    const ann = achex2("Ann").send(wrong);
    for (let i = 0; i < 5; i++) expect(ann.fault(wrong)).toBe("unknown-key");
    seconds(3);
    expect(heard(ann)).toEqual(["unknown-key"]);
  });
});
