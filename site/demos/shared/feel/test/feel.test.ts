import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createFrameTimes } from "../frame-times.ts";
import { createParticles } from "../particles.ts";
import { createPlayback } from "../playback.ts";
import { createSampler } from "../sampler.ts";
import { createShake } from "../shake.ts";
import { createSmoothError } from "../smooth-error.ts";
import { createStepper } from "../stepper.ts";
import { easeOutBack, easeOutCubic, Tween } from "../tween.ts";

const between = (a: number, b: number, share: number) => a + (b - a) * share;

describe("steps", () => {
  test("the same time makes the same number of steps, whatever the rate of frames", () => {
    const frames = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(frames, (times) => {
        let steps = 0;
        const stepper = createStepper({ step: 10, update: () => steps++ });
        for (const time of times) stepper.advance(time);
        expect(steps).toBe(Math.floor(times.reduce((sum, time) => sum + time, 0) / 10));
      }),
    );
  });

  test("a page that wakes up skips what it missed, and says so", () => {
    let steps = 0;
    const skipped: number[] = [];
    const stepper = createStepper({ step: 10, limit: 250, update: () => steps++, skipped: (ms) => skipped.push(ms) });
    stepper.advance(10_000);
    expect(steps).toBe(25);
    expect(skipped).toEqual([9_750]);
  });

  test("a clock that is set back makes no step and no error", () => {
    const stepper = createStepper({ step: 10, update: () => expect.unreachable() });
    expect(stepper.advance(-500)).toBe(0);
  });
});

describe("playback", () => {
  const create = () => createPlayback({ between, interval: 50 });

  test("a steady motion is shown steadily, however irregularly it arrives", () => {
    const jitters = fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 40, maxLength: 80 });
    fc.assert(
      fc.property(jitters, (jitter) => {
        const playback = create();
        let arrived = 0;
        const shown: number[] = [];
        for (const [i, late] of jitter.entries()) {
          // 1 unit per ms, in order; the sender's clock is 7 s ahead.
          arrived = Math.max(arrived, i * 50 + 40 + late);
          playback.push(i * 50, i * 50 + 7_000, arrived);
          shown.push(playback.sample(arrived) ?? 0);
        }
        expect(shown).toEqual(shown.toSorted((a, b) => a - b));
      }),
    );
  });

  test("a move after a rest begins when it began, and not with the rest", () => {
    const playback = create();
    playback.push(0, 0, 0);
    playback.push(10, 5_000, 5_000);
    expect(playback.sample(5_040)).toBe(0);
    expect(playback.sample(5_200)).toBe(10);
  });

  test("what comes too late or twice is ignored", () => {
    const playback = create();
    playback.push(1, 100, 100);
    playback.push(2, 100, 110);
    playback.push(3, 50, 120);
    expect(playback.sample(10_000)).toBe(1);
  });

  test("jitter makes the delay grow slowly, up to its bound", () => {
    const playback = create();
    for (let i = 0; i < 60; i++) playback.push(i, i * 50, i * 50 + (i % 2) * 400);
    const before = playback.delay;
    playback.sample(3_400);
    playback.sample(3_420);
    expect(playback.delay - before).toBeCloseTo(1, 5);
    for (let now = 3_500; now < 60_000; now += 100) playback.sample(now);
    expect(playback.delay).toBeCloseTo(250, 5);
  });
});

test("a value is sent at its rate while it changes, and not while it does not", () => {
  let value = 0;
  const sent: number[] = [];
  const isSame = (a: number, b: number) => a === b;
  const sampler = createSampler({ interval: 50, read: () => value, isSame, send: (one) => sent.push(one) });
  for (let now = 0; now <= 200; now += 10) {
    value = now;
    sampler.poll(now);
  }
  for (let now = 250; now <= 500; now += 10) sampler.poll(now);
  expect(sent).toEqual([0, 50, 100, 150, 200]);
  sampler.repeat();
  sampler.poll(600);
  expect(sent.at(-1)).toBe(200);
  expect(sent).toHaveLength(6);
});

test("a tween ends where it should, from wherever it was interrupted", () => {
  const tween = new Tween(0);
  tween.to(10, 100, (t) => t);
  tween.advance(50);
  expect(tween.value).toBe(5);
  tween.to(0, 100, (t) => t);
  tween.advance(50);
  expect(tween.value).toBe(2.5);
  tween.advance(500);
  expect([tween.value, tween.isMoving]).toEqual([0, false]);
  for (const easing of [easeOutCubic, easeOutBack]) {
    expect(easing(0)).toBeCloseTo(0, 4);
    expect(easing(1)).toBe(1);
  }
});

test("a shake ebbs away, a weaker one does not interrupt it, and those who ask for calm see none", () => {
  const shake = createShake(() => false);
  shake.hit(10, 100);
  shake.advance(10);
  const size = () => Math.hypot(shake.x, shake.y);
  const before = size();
  shake.hit(1);
  expect(size()).toBe(before);
  shake.advance(100);
  expect(size()).toBe(0);
  const calm = createShake(() => true);
  calm.hit(10);
  expect(calm.x).toBe(0);
});

test("an error shrinks, large ones faster; one that is too large is not hidden", () => {
  const error = createSmoothError(20, 100);
  error.jump(10, 0);
  expect(error.x).toBe(-10);
  error.decay(1000 / 60);
  expect(error.x).toBeCloseTo(-9.5, 6);
  error.jump(40, 0);
  error.decay(1000 / 60);
  expect(error.x).toBeCloseTo(-49.5 * 0.85, 6);
  error.jump(200, 0);
  expect(error.x).toBe(0);
});

test("particles live as long as they should, and never more than there is room for", () => {
  const particles = createParticles(8, 2, () => 0.5);
  const at = { x: 0, y: 0, direction: 0, spread: 1, speed: [10, 20], life: 100, size: 1, color: "red" } as const;
  particles.burst(20, at);
  expect(particles.count).toBe(8);
  particles.advance(50);
  particles.each(({ x }, share) => {
    expect(x).toBeGreaterThan(0);
    expect(share).toBeCloseTo(0.375, 6);
  });
  particles.advance(100);
  expect(particles.count).toBe(0);
});

test("frame times: percentiles of the last ones", () => {
  const times = createFrameTimes(10);
  expect(times.percentile(0.95)).toBe(0);
  for (let i = 1; i <= 20; i++) times.add(i);
  expect([times.percentile(0), times.percentile(0.5), times.percentile(1)]).toEqual([11, 15, 20]);
});
