import { expect, test } from "bun:test";
import { BusFailure, type Duration } from "../../src/bus.ts";
import { Joining } from "../../src/start/joining.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { recordedLog } from "../kit/recorded-log.ts";

function joiningAt() {
  const [clock, log] = [new FakeClock(), recordedLog()];
  const pass = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 500) {
      clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, log, pass, joining: new Joining(log, clock, "nats://host") };
}

const failure = (duration: Duration, text: string = duration) => new BusFailure(text, duration);

/** Says how the promise ended, in a list. */
function outcomesOf(promise: Promise<unknown>): string[] {
  const outcomes: string[] = [];
  promise.then(
    (value) => outcomes.push(`${value}`),
    (error: Error) => outcomes.push(error.message),
  );
  return outcomes;
}

const RUNNING = "the log of the cluster cannot be read; trying again";

test("what passes is waited for, with one line in the log for each reason", async () => {
  const { joining, log, pass } = joiningAt();
  const answers = [failure("passing", "one"), failure("passing", "one"), failure("passing", "two")];
  const outcomes = outcomesOf(
    joining.retry(async () => {
      const answer = answers.shift();
      if (answer) throw answer;
      return "connected";
    }),
  );
  await pass(1_000);
  expect(outcomes).toEqual([]);
  await pass(1_000);
  expect(outcomes).toEqual(["connected"]);
  expect(log.events).toEqual(
    ["one", "two"].map((cause) => ({
      ...{ level: "warn" as const, message: "waiting for the cluster" },
      fields: { cluster: "nats://host", cause },
    })),
  );
});

test("what lasts ends the start, also when it is found later", async () => {
  const { joining } = joiningAt();
  expect(
    await joining.retry(() => Promise.reject(failure("lasting", "no permission"))).catch((error: unknown) => error),
  ).toEqual(failure("lasting", "no permission"));
  const outcomes = outcomesOf(joining.until(new Promise(() => {})));
  joining.failed(failure("lasting", "no JetStream"), RUNNING);
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(outcomes).toEqual(["no JetStream"]);
});

test("what servers that find each other say is believed after three seconds in a row", async () => {
  const { joining, pass } = joiningAt();
  let attempts = 0;
  const outcomes = outcomesOf(
    joining.retry(async () => {
      throw failure(++attempts === 5 ? "passing" : "forming");
    }),
  );
  await pass(4_500);
  expect([attempts, outcomes]).toEqual([9, []]);
  await pass(2_000);
  expect(outcomes).toEqual(["forming"]);
});

test("a node that serves goes on, and says what is wrong", async () => {
  const { joining, log } = joiningAt();
  await joining.until(Promise.resolve());
  joining.failed(failure("lasting", "no permission"), RUNNING);
  joining.failed(failure("passing", "no leader"), RUNNING);
  expect(log.events.map(({ message, fields }) => [message, fields.error])).toEqual([
    ["the cluster refuses what this node needs", "no permission"],
    [RUNNING, "no leader"],
  ]);
});
