import { expect, test } from "bun:test";
import { LogThrottle } from "../../src/log/log-throttle.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { recordedLog } from "../kit/recorded-log.ts";

function setUp() {
  const clock = new FakeClock();
  const log = recordedLog();
  return { clock, log, throttle: new LogThrottle(log, clock) };
}

test("an event is written once a minute, with how many were left out meanwhile", () => {
  const { clock, log, throttle } = setUp();
  for (let i = 0; i < 500; i++) throttle.error("no disk", "full", { attempt: i });
  expect(log.events).toEqual([{ level: "error", message: "no disk", fields: { attempt: 0 } }]);
  clock.advance(59_999);
  throttle.error("no disk", "full", {});
  clock.advance(1);
  throttle.error("no disk", "full", { attempt: "later" });
  expect(log.events.at(-1)?.fields).toEqual({ attempt: "later", repeated: 500 });
  clock.advance(60_000);
  throttle.error("no disk", "full", {});
  expect(log.events.at(-1)?.fields).toEqual({});
  expect(log.events).toHaveLength(3);
});

test("another cause or another message is written at once", () => {
  const { log, throttle } = setUp();
  throttle.error("no disk", "full", {});
  throttle.error("no disk", "gone", {});
  throttle.warn("slow disk", "full", {});
  expect(log.events.map(({ level, message }) => `${level} ${message}`)).toEqual([
    "error no disk",
    "error no disk",
    "warn slow disk",
  ]);
});

test("however many causes there are, no more than 100 lines a minute are written", () => {
  const { clock, log, throttle } = setUp();
  for (let i = 0; i < 10_000; i++) throttle.error("failed", `cause ${i}`, {});
  expect(log.events).toHaveLength(100);
  clock.advance(60_000);
  for (let i = 0; i < 10_000; i++) throttle.error("failed", `other cause ${i}`, {});
  expect(log.events).toHaveLength(200);
});
