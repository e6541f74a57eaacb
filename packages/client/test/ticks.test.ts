import { expect, test } from "bun:test";
import type { Tick } from "../src/index.ts";
import { connectingClient, readyClient } from "./kit/scripted-client.ts";

/** A client with the clock of the server 30 ms ahead of a multiple of 1,000, and a listener every 100 ms. */
function ticking() {
  const scripted = connectingClient();
  const { relay, ann, clock } = scripted;
  const ticks: Tick[] = [];
  const off = ann.clock.every(100, (tick) => ticks.push(tick));
  const login = (sid: number) => {
    relay.socket.hello(sid);
    relay.socket.reply(relay.socket.take("setID"), { name: "Ann" });
  };
  /** Whichever form the request has. */
  const tellTime = (time: number) => relay.socket.tellTime(time);
  return { ...scripted, ticks, off, login, tellTime, clock };
}

test("ticks are multiples of the server's time, from the moment it is known", () => {
  const { ticks, clock, login, tellTime } = ticking();
  clock.advance(5_000);
  expect(ticks).toEqual([]);
  login(1);
  tellTime(7_000_030);
  clock.advance(100);
  ticks.length = 0;
  clock.advance(300);
  expect(ticks.map(({ tick, time, skipped }) => [tick % 10, time, skipped])).toEqual([
    [2, 7_000_200, 0],
    [3, 7_000_300, 0],
    [4, 7_000_400, 0],
  ]);
  expect(ticks[0]?.tick).toBe(70_002);
});

test("after a pause there is one call, which says how many are left out", () => {
  const { ticks, clock, login, tellTime } = ticking();
  login(1);
  tellTime(7_000_000);
  clock.advance(200);
  ticks.length = 0;
  clock.lapse(1_000);
  clock.advance(100);
  expect(ticks.map(({ skipped }) => skipped)).toEqual([9, 0]);
});

test("no tick comes twice when the estimate of the clock is corrected, and none while it is unknown", () => {
  const { relay, ticks, clock, login, tellTime } = ticking();
  login(1);
  tellTime(7_000_000);
  clock.advance(350);
  const last = ticks.at(-1)?.tick ?? 0;
  relay.socket.drop();
  for (let waited = 0; relay.sockets.length === 1 && waited < 20_000; waited += 10) clock.advance(10);
  login(2);
  const before = ticks.length;
  clock.advance(1_000);
  expect(ticks.length).toBe(before);
  tellTime(7_000_010);
  clock.advance(200);
  expect(ticks.length).toBe(before);
  expect(last).toBe(70_003);
});

test("it ends with the unsubscribe function, and when the client is closed", () => {
  const { ann, clock, relay } = readyClient();
  relay.socket.tellTime();
  let calls = 0;
  const off = ann.clock.every(100, () => calls++);
  ann.clock.every(100, () => calls++);
  clock.advance(200);
  off();
  calls = 0;
  clock.advance(200);
  expect(calls).toBe(2);
  ann.close();
  calls = 0;
  clock.advance(1_000);
  expect([calls, clock.pending]).toEqual([0, 0]);
});

test("a listener that throws or unsubscribes itself is called no more often than it should be", () => {
  const { ann, clock, relay } = readyClient();
  relay.socket.tellTime();
  let calls = 0;
  const off = ann.clock.every(100, () => {
    calls++;
    off();
  });
  clock.advance(500);
  expect(calls).toBe(1);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "100", undefined])(
  "every(%p) is rejected",
  (interval) => {
    const { ann } = readyClient();
    expect(() => ann.clock.every(interval as never, () => {})).toThrow("every()");
    expect(() => ann.clock.every(100, interval as never)).toThrow("every()");
  },
);
