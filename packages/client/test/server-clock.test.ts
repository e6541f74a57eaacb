import { describe, expect, test } from "bun:test";
import { connectingClient } from "./kit/scripted-client.ts";

/** How far the relay's clock is ahead. */
const AHEAD = 7_000;

type Scripted = ReturnType<typeof connectingClient>;

/** Logs in; the requests for the time that follow are left to the test. */
function loggedIn(): Scripted {
  const client = connectingClient();
  client.relay.socket.hello();
  client.relay.socket.reply(client.relay.socket.take("setID"), { name: "Ann" });
  return client;
}

/** One measurement: so many ms there, so many back. */
function measure({ relay, clock }: Scripted, there: number, back: number): void {
  clock.advance(there);
  const time = clock.now() + AHEAD;
  clock.advance(back);
  relay.socket.answerTime(time);
}

describe("R16: clock.now() is the server's time", () => {
  test("the best of five measurements after the login counts, and its error bounds what it is wrong by", () => {
    const client = loggedIn();
    const { ann, clock } = client;
    expect(ann.clock.error).toBe(Number.POSITIVE_INFINITY);
    for (const [there, back] of [
      [100, 20],
      [20, 90],
      [8, 6],
      [20, 100],
      [60, 20],
    ] as const) {
      measure(client, there, back);
      expect(Math.abs(ann.clock.now() - clock.now() - AHEAD)).toBeLessThanOrEqual(ann.clock.error);
    }
    expect([ann.clock.offset, ann.clockOffset]).toEqual([AHEAD + 1, AHEAD + 1]);
    expect(ann.clock.error).toBeGreaterThanOrEqual(8);
    expect(ann.clock.error).toBeLessThan(8.1);
    expect(client.relay.socket.has("$time")).toBe(false);
  });

  test("with jitter of 20 to 100 ms each way it swings far less than a single measurement does", () => {
    const swing = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
    const estimates: number[] = [];
    const single: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const client = loggedIn();
      let state = seed;
      const jitter = () => {
        state = (state * 48_271) % 2_147_483_647;
        return 20 + (state % 81);
      };
      for (let n = 0; n < 5; n++) {
        const [there, back] = [jitter(), jitter()];
        single.push((there - back) / 2);
        measure(client, there, back);
      }
      estimates.push(client.ann.clock.offset - AHEAD);
    }
    expect(swing(estimates)).toBeLessThan(swing(single) * 0.75);
  });

  test("under constant load it is measured again after 30 s at the latest", () => {
    const client = loggedIn();
    const { relay, clock } = client;
    for (let n = 0; n < 5; n++) measure(client, 5, 5);
    let asked = 0;
    for (let second = 0; second < 120; second++) {
      clock.advance(1_000);
      relay.socket.deliver({ to: "Ann", sID: 2, FROM: "Bob" });
      if (!relay.socket.has("$time")) continue;
      asked++;
      measure(client, 5, 5);
    }
    expect(asked).toBeGreaterThanOrEqual(3);
  });

  test("an old measurement counts less and less: the error grows, and a worse but newer one takes over", () => {
    const client = loggedIn();
    const { ann, clock, relay } = client;
    for (let n = 0; n < 5; n++) measure(client, 1, 1);
    const fresh = ann.clock.error;
    clock.lapse(600_000);
    expect(ann.clock.error).toBeGreaterThan(fresh + 50);
    void ann.latency();
    relay.socket.deliver({ to: "Ann", sID: 2, FROM: "Bob" });
  });

  test("another connection measures again: it may be another server", () => {
    const client = loggedIn();
    for (let n = 0; n < 5; n++) measure(client, 1, 1);
    client.relay.socket.drop();
    client.clock.advance(500);
    client.relay.socket.hello(2);
    client.relay.socket.reply(client.relay.socket.take("setID"), { name: "Ann" });
    expect(client.ann.clock.error).toBe(Number.POSITIVE_INFINITY);
  });
});
