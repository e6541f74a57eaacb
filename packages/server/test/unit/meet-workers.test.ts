import { expect, test } from "bun:test";
import { meetWorkers } from "../../src/start/meet-workers.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { recordedLog } from "../kit/recorded-log.ts";

/** The worker `eu-2` of three, and which others it knows. */
function meeting() {
  const [clock, log] = [new FakeClock(), recordedLog()];
  const known = new Map<string, boolean>();
  const cluster = {
    links: {
      peer(name: string) {
        const isReady = known.get(name);
        return isReady === undefined ? undefined : { isReady };
      },
    },
    asked: 0,
    async askAll() {
      cluster.asked++;
    },
  };
  let hasMet = false;
  void meetWorkers({ node: "eu-2", workers: 3 }, cluster, clock, log).then(() => {
    hasMet = true;
  });
  const pass = async (milliseconds: number): Promise<boolean> => {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      clock.advance(10);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return hasMet;
  };
  return { known, pass, cluster, log };
}

test("a worker accepts clients when it has the streams and the answers of all others", async () => {
  const { known, pass, cluster, log } = meeting();
  known.set("eu-1", true);
  known.set("eu-3", false);
  expect(await pass(500)).toBe(false);
  expect(cluster.asked).toBe(0);
  known.set("eu-3", true);
  expect(await pass(20)).toBe(true);
  expect(cluster.asked).toBe(1);
  expect(log.events).toEqual([]);
});

test("a worker that is missing does not keep the others from serving, and is named", async () => {
  const { known, pass, log } = meeting();
  known.set("eu-1", true);
  expect(await pass(1_900)).toBe(false);
  expect(await pass(200)).toBe(true);
  expect(log.events.map(({ level, fields }) => [level, fields])).toEqual([["warn", { missing: ["eu-3"] }]]);
});
