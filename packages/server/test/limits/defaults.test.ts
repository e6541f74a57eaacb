import { describe, expect, test } from "bun:test";
import { createConfig, options } from "../../src/config/config.ts";

const MIB = 1024 ** 2;

/** What PROTOCOL.md promises while nobody says otherwise. */
const promised = {
  "max-frame": MIB,
  "max-frames-per-second": 500,
  "max-bytes-per-second": 8 * MIB,
  "max-delivered-bytes-per-second": 24 * MIB,
  "max-backlog": 4 * MIB,
  "max-queue": MIB,
  "max-total-queue": 256 * MIB,
  "max-sessions": 100_000,
  "max-sessions-per-address": 1_000,
  "max-unnamed-per-address": 100,
  "max-name": 128,
  "max-channels": 100,
  "max-depth": 64,
  "max-targets": 64,
  "ping-after": 25,
  "dead-after": 20,
};

const keyOf = (name: string) => name.replace(/-./g, (dash) => dash.slice(1).toUpperCase());

/** The value of a limit by its option's name, under these settings. */
function limit(name: string, settings: Readonly<Record<string, unknown>> = {}): unknown {
  const config = createConfig([{ origin: (key) => key, settings }]);
  return Object.entries(config).find(([key]) => key === keyOf(name))?.[1];
}

describe("limits by default", () => {
  test.each(Object.entries(promised))("L1..L6, H1: --%s is %d", (name, value) => {
    expect(limit(name)).toBe(value);
  });

  test.each(Object.keys(promised))("--%s can be changed, and switched off with 0", (name) => {
    expect(limit(name, { [name]: 7 })).toBe(7);
    expect(limit(name, { [name]: "7" })).toBe(7);
    expect(limit(name, { [name]: 0 })).toBe(0);
  });

  test("no limit is missing here", () => {
    const limits = options.map(({ name }) => name).filter((name) => /^max-|-after$/.test(name));
    expect(limits.toSorted()).toEqual(Object.keys(promised).toSorted());
  });
});
