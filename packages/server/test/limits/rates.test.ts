import { describe, expect, test } from "bun:test";
import { RateLimiter } from "../../src/session/rate-limiter.ts";
import { TestClient } from "../kit/client.ts";
import { RawSocket } from "../kit/raw-socket.ts";
import { startServer } from "../kit/server.ts";
import { text } from "../kit/wire.ts";

/** Frames of one byte that pass at one moment. */
function burst(meter: RateLimiter, now: number, tries = 5_000): number {
  let passed = 0;
  for (let n = 0; n < tries; n++) if (meter.admit(1, now) === "ok") passed++;
  return passed;
}

describe("L2: frames per second", () => {
  const rates = { framesPerSecond: 500, bytesPerSecond: 0 };

  test("twice the rate passes at once, then the rate", () => {
    const meter = new RateLimiter(rates, 0);
    expect(burst(meter, 0)).toBe(1_000);
    expect(burst(meter, 100)).toBe(50);
    expect(burst(meter, 1_100)).toBe(500);
  });

  test("silence saves up no more than one burst", () => {
    const meter = new RateLimiter(rates, 0);
    expect(burst(meter, 3_600_000)).toBe(1_000);
  });

  test("the rate itself passes for ever", () => {
    const meter = new RateLimiter(rates, 0);
    let dropped = 0;
    for (let n = 0; n < 60_000; n++) if (meter.admit(1, n * 2) !== "ok") dropped++;
    expect(dropped).toBe(0);
  });

  test("dropping for 10 s on end is a flood, a moment less is not", () => {
    const meter = new RateLimiter(rates, 0);
    burst(meter, 0);
    expect(meter.admit(1, 0)).toBe("frame-rate");
    for (let now = 100; now < 10_000; now += 100) burst(meter, now, 100);
    expect(meter.admit(1, 9_900)).toBe("frame-rate");
    burst(meter, 10_000, 100);
    expect(meter.admit(1, 10_000)).toBe("flood");
  });

  test("a pause of more than a second starts the 10 s again", () => {
    const meter = new RateLimiter(rates, 0);
    for (let now = 0; now <= 9_000; now += 100) burst(meter, now, 2_000);
    expect(meter.admit(1, 9_000)).toBe("frame-rate");
    burst(meter, 10_100);
    expect(meter.admit(1, 10_100)).toBe("frame-rate");
    expect(meter.admit(1, 19_000)).toBe("ok");
  });

  test("0 is no limit", () => {
    expect(burst(new RateLimiter({ framesPerSecond: 0, bytesPerSecond: 0 }, 0), 0, 100_000)).toBe(100_000);
  });
});

describe("L2: bytes per second", () => {
  const rates = { framesPerSecond: 0, bytesPerSecond: 1_000 };

  test("twice the rate passes at once, then the rate", () => {
    const meter = new RateLimiter(rates, 0);
    expect(meter.admit(1_500, 0)).toBe("ok");
    expect(meter.admit(501, 0)).toBe("byte-rate");
    expect(meter.admit(500, 0)).toBe("ok");
    expect(meter.admit(1_000, 1_000)).toBe("ok");
    expect(meter.admit(1, 1_000)).toBe("byte-rate");
  });

  test("a frame that was dropped costs nothing", () => {
    const meter = new RateLimiter(rates, 0);
    for (let n = 0; n < 100; n++) expect(meter.admit(2_001, 0)).toBe("byte-rate");
    expect(meter.admit(2_000, 0)).toBe("ok");
  });
});

describe("on a server", () => {
  test("L2: --max-frames-per-second can be changed", async () => {
    await using server = await startServer({ "max-frames-per-second": 3 });
    using socket = await RawSocket.login(server.ports.main, "client");
    socket.write(...new Array<Buffer>(50).fill(text("{}")));
    await socket.expectPong();
    expect((await server.metrics()).dropped("frame-rate")).toBeGreaterThanOrEqual(40);
  });

  test("L2: 0 switches both off", async () => {
    await using server = await startServer({ "max-frames-per-second": 0, "max-bytes-per-second": 0 });
    using socket = await RawSocket.login(server.ports.main, "client");
    socket.write(...new Array<Buffer>(5_000).fill(text(`{"x":"${"x".repeat(5_000)}"}`)));
    await socket.expectPong();
    expect((await server.metrics()).drops).toEqual({ "no-verb": 5_000 });
  });

  test("L2: one session's rate is nobody else's", async () => {
    await using server = await startServer({ "max-frames-per-second": 5 });
    using flooder = await RawSocket.login(server.ports.main, "flooder");
    using other = await TestClient.classic(server.ws(), "other");
    flooder.write(...new Array<Buffer>(200).fill(text("{}")));
    await flooder.expectPong();
    await other.quiet();
  });
});
