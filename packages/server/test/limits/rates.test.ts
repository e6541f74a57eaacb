import { describe, expect, test } from "bun:test";
import { DELIVERY_OVERHEAD, RateLimiter } from "../../src/session/rate-limiter.ts";
import { TestClient } from "../kit/client.ts";
import { RawSocket } from "../kit/raw-socket.ts";
import { startServer } from "../kit/server.ts";
import { text } from "../kit/wire.ts";

const unlimited = { framesPerSecond: 0, bytesPerSecond: 0, deliveredBytesPerSecond: 0 };

/** Frames of one byte that pass at one moment. */
function burst(limiter: RateLimiter, now: number, tries = 5_000): number {
  let passed = 0;
  for (let n = 0; n < tries; n++) if (limiter.admit(1, now)) passed++;
  return passed;
}

describe("[L2] frames per second", () => {
  const rates = { ...unlimited, framesPerSecond: 500 };

  test("[L2] twice the rate passes at once, then the rate", () => {
    const limiter = new RateLimiter(rates, 0);
    expect(burst(limiter, 0)).toBe(1_000);
    expect(burst(limiter, 100)).toBe(50);
    expect(burst(limiter, 1_100)).toBe(500);
  });

  test("[L2] an idle session saves up no more than one burst", () => {
    expect(burst(new RateLimiter(rates, 0), 3_600_000)).toBe(1_000);
  });

  test("[L2] frames at the rate pass for ever", () => {
    const limiter = new RateLimiter(rates, 0);
    let late = 0;
    for (let n = 0; n < 60_000; n++) if (!limiter.admit(1, n * 2)) late++;
    expect(late).toBe(0);
  });

  test("[L2] 20 times the rate within a second is a flood, whenever the second starts", () => {
    const limiter = new RateLimiter(rates, 0);
    for (let n = 0; n < 10_000; n++) expect(limiter.countArrival(500)).toBe(true);
    expect(limiter.countArrival(999)).toBe(false);
    for (let n = 0; n < 10_000; n++) expect(limiter.countArrival(1_500)).toBe(true);
    expect(limiter.countArrival(1_600)).toBe(false);
  });

  test("[L2] 0 is no limit", () => {
    const limiter = new RateLimiter(unlimited, 0);
    expect(burst(limiter, 0, 100_000)).toBe(100_000);
    limiter.chargeBytes(1e9);
    limiter.chargeDeliveries(1e6, 1e9);
    expect(limiter.admit(1, 0)).toBe(true);
    for (let n = 0; n < 100_000; n++) expect(limiter.countArrival(0)).toBe(true);
  });
});

describe("[L2] bytes per second", () => {
  const rates = { ...unlimited, bytesPerSecond: 1_000 };

  test("[L2] twice the rate passes at once, then the rate", () => {
    const limiter = new RateLimiter(rates, 0);
    expect(limiter.admit(1_500, 0)).toBe(true);
    expect(limiter.admit(501, 0)).toBe(false);
    expect(limiter.admit(500, 0)).toBe(true);
    expect(limiter.admit(1_000, 1_000)).toBe(true);
    expect(limiter.admit(1, 1_000)).toBe(false);
  });

  test("[L2] a frame larger than the burst passes when the bucket is full, and later frames wait for it", () => {
    const limiter = new RateLimiter(rates, 0);
    expect(limiter.admit(5_000, 0)).toBe(true);
    expect(limiter.admit(1, 2_900)).toBe(false);
    expect(limiter.admit(1, 3_100)).toBe(true);
  });
});

describe("[L2] bytes delivered per second", () => {
  const rates = { ...unlimited, deliveredBytesPerSecond: 100 * (DELIVERY_OVERHEAD + 100) };

  test("[L2] each delivery counts, with 1 KiB on top of its bytes", () => {
    const limiter = new RateLimiter(rates, 0);
    for (let n = 0; n < 3; n++) {
      expect(limiter.admit(1, 0)).toBe(true);
      limiter.chargeDeliveries(100, 100 * 100);
    }
    expect(limiter.owesDeliveries).toBe(true);
    expect(limiter.admit(1, 0)).toBe(false);
    expect(limiter.admit(1, 1_000)).toBe(true);
  });

  test("[L2] one huge message blocks its sender for 10 s, not for minutes", () => {
    const limiter = new RateLimiter(rates, 0);
    limiter.chargeDeliveries(1_000, 1e9);
    expect(limiter.admit(1, 9_900)).toBe(false);
    expect(limiter.admit(1, 10_100)).toBe(true);
  });
});

describe("[L3] a queue that stays full", () => {
  test("[L3] for 10 s is a flood, slightly less is not", () => {
    const limiter = new RateLimiter(unlimited, 0);
    for (let now = 0; now < 10_000; now += 100) expect(limiter.overflow(now)).toBe(false);
    expect(limiter.overflow(10_000)).toBe(true);
  });

  test("[L3] a pause of more than a second starts the 10 s again", () => {
    const limiter = new RateLimiter(unlimited, 0);
    for (let now = 0; now <= 9_000; now += 100) limiter.overflow(now);
    expect(limiter.overflow(10_100)).toBe(false);
    expect(limiter.overflow(11_000)).toBe(false);
  });
});

describe("on a server", () => {
  test("[L2 L3] --max-frames-per-second and --max-queue can be changed: frames without room are dropped", async () => {
    await using server = await startServer({ "max-frames-per-second": 3, "max-queue": 650 });
    using socket = await RawSocket.login(server.ports.main, "client");
    socket.write(...new Array<Buffer>(50).fill(text("{}")));
    await socket.expectPong();
    expect((await server.metrics()).dropped("queue-full")).toBeGreaterThanOrEqual(30);
  });

  test("[L2] 0 switches the rates off", async () => {
    await using server = await startServer({ "max-frames-per-second": 0, "max-bytes-per-second": 0 });
    using socket = await RawSocket.login(server.ports.main, "client");
    socket.write(...new Array<Buffer>(5_000).fill(text(`{"x":"${"x".repeat(5_000)}"}`)), text('{"echo":1}'));
    await socket.expectText('{"echo":1}');
    expect((await server.metrics()).drops).toEqual({ "no-verb": 5_000 });
  });

  test("[L2] the rate of one session does not affect others", async () => {
    await using server = await startServer({ "max-frames-per-second": 25 });
    using flooder = await RawSocket.login(server.ports.main, "flooder");
    using other = await TestClient.classic(server.ws(), "other");
    flooder.write(...new Array<Buffer>(200).fill(text("{}")));
    await flooder.expectPong();
    await other.expectNothing();
  });
});
