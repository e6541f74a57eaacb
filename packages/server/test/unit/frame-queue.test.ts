import { describe, expect, test } from "bun:test";
import { FrameQueue } from "../../src/session/frame-queue.ts";

const bytesOf = (text: string) => Buffer.byteLength(text);
const push = (queue: FrameQueue, text: string) => queue.push(text, bytesOf(text));

describe("L3 V5 frames behind a login", () => {
  test("[V5] come out in the order they came in", () => {
    const queue = new FrameQueue(10_000);
    for (const text of ["a", "b", "", "c"]) expect(push(queue, text)).toBe(true);
    expect(Array.from({ length: 5 }, () => queue.shift())).toEqual(["a", "b", "", "c", undefined]);
  });

  test("[L3] are refused beyond the limit, smaller ones still fit", () => {
    const queue = new FrameQueue(1_000);
    expect(push(queue, "x".repeat(600))).toBe(true);
    expect(push(queue, "x".repeat(600))).toBe(false);
    expect(push(queue, "x".repeat(200))).toBe(true);
  });

  test("[L3] find room again once some are out, be they ASCII or not", () => {
    const queue = new FrameQueue(1_000);
    for (let round = 0; round < 100; round++) {
      expect(push(queue, "é😀".repeat(100))).toBe(true);
      expect(push(queue, "é😀".repeat(100))).toBe(false);
      expect(queue.shift()).toBe("é😀".repeat(100));
    }
  });

  test("[L3] count more than their text, so that a flood of empty ones is bounded", () => {
    const queue = new FrameQueue(64 * 1024);
    let count = 0;
    while (push(queue, "")) count++;
    expect(count).toBeGreaterThan(100);
    expect(count).toBeLessThanOrEqual(1024);
  });

  test("[L3] are not limited by 0", () => {
    const queue = new FrameQueue(0);
    for (let count = 0; count < 10_000; count++) expect(push(queue, "x".repeat(1_000))).toBe(true);
  });
});
