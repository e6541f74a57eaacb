import { describe, expect, test } from "bun:test";
import { FloodPenalties } from "../../src/session/flood-penalty.ts";

describe("[L2] an address that flooded", () => {
  test("[L2] waits 1 s, and twice as long each time, up to 5 minutes", () => {
    const penalties = new FloodPenalties();
    let now = 0;
    const waits: number[] = [];
    for (let n = 0; n < 12; n++) {
      penalties.add("a", now);
      waits.push(penalties.waitOf("a", now) / 1_000);
      now += penalties.waitOf("a", now);
      expect(penalties.waitOf("a", now)).toBe(0);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  test("[L2] is one flood when its sessions flood together, and nobody else's", () => {
    const penalties = new FloodPenalties();
    for (let n = 0; n < 10; n++) penalties.add("a", n);
    expect(penalties.waitOf("a", 10)).toBe(999);
    expect(penalties.waitOf("b", 10)).toBe(0);
  });

  test("[L2] starts from the beginning after ten minutes", () => {
    const penalties = new FloodPenalties();
    penalties.add("a", 0);
    penalties.add("a", 1_000);
    penalties.add("a", 700_000);
    expect(penalties.waitOf("a", 700_000)).toBe(1_000);
  });

  test("[L2] is forgotten when there are too many, the oldest first", () => {
    const penalties = new FloodPenalties();
    for (let n = 0; n <= 10_000; n++) penalties.add(`a${n}`, 0);
    expect(penalties.waitOf("a0", 0)).toBe(0);
    expect(penalties.waitOf("a1", 0)).toBe(1_000);
  });
});
