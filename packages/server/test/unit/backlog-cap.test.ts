import { describe, expect, test } from "bun:test";
import { BacklogCap, type Lagging } from "../../src/fairness/backlog-cap.ts";
import { FakeClock } from "../kit/fake-clock.ts";

function capOf(maxBytes: number) {
  const clock = new FakeClock();
  const cap = new BacklogCap({ clock, maxBytes });
  const disconnected: number[] = [];
  /** A session for which so many bytes wait; the number can be changed. */
  const session = (bytes: number) => {
    const self: Lagging & { bytes: number } = {
      bytes,
      socket: { getBufferedAmount: () => self.bytes },
      disconnectForBacklog: () => void disconnected.push(self.bytes),
    };
    cap.add(self);
    return self;
  };
  return { clock, cap, disconnected, session };
}

describe("[L5] what waits in all sessions together", () => {
  test("[L5] is given up beyond the limit, the largest first, and no more than needed", () => {
    const { clock, cap, disconnected, session } = capOf(1_000);
    for (const bytes of [100, 500, 300, 400]) session(bytes);
    clock.advance(20);
    expect(disconnected).toEqual([500]);
    expect(cap.bytes).toBe(800);
    clock.advance(1_000);
    expect(disconnected).toEqual([500]);
  });

  test("[L5] is measured again and again, and no more once nobody lags", () => {
    const { clock, cap, disconnected, session } = capOf(1_000);
    const [one, two] = [session(100), session(100)];
    one.bytes = 900;
    clock.advance(20);
    expect([cap.bytes, disconnected]).toEqual([1_000, []]);
    two.bytes = 200;
    clock.advance(20);
    expect([cap.bytes, disconnected]).toEqual([200, [900]]);
    cap.remove(two);
    clock.advance(20);
    two.bytes = 5_000;
    clock.advance(1_000);
    expect(cap.bytes).toBe(0);
  });

  test("[L5] a tick looks at a bounded number of sessions, each in its turn", () => {
    const { clock, session } = capOf(0);
    let looks = 0;
    for (let n = 0; n < 5_000; n++) {
      const one = session(1);
      one.socket.getBufferedAmount = () => {
        looks++;
        return 1;
      };
    }
    clock.advance(20);
    expect(looks).toBe(2_000);
    clock.advance(40);
    expect(looks).toBe(6_000);
  });

  test("[L5] has no limit with 0", () => {
    const { clock, disconnected, session } = capOf(0);
    session(1e12);
    clock.advance(1_000);
    expect(disconnected).toEqual([]);
  });
});
