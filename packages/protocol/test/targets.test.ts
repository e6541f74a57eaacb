import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { defaultParseLimits } from "../src/limits.ts";
import { targetsOf } from "../src/targets.ts";

const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const kinds = ["name", "broadcast", "hub"] as const;
const name = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 });
/** Anything that may follow the digits of a session id. */
const rest = fc.string({ maxLength: 5 }).filter((text) => !/^\d/.test(text));
const runs = { numRuns: 2_000 };

const of = (kind: (typeof kinds)[number] | "session", value: unknown) => targetsOf(kind, value, defaultParseLimits);

describe("K9 a session", () => {
  test("[K9 M2] is named by a number, a text of one, or a text that begins with one", () => {
    fc.assert(
      fc.property(id, rest, (number, after) => {
        for (const value of [number, `${number}`, `${number}${after}`])
          expect(of("session", value)).toEqual([{ kind: "session", id: number }]);
      }),
      runs,
    );
  });

  test("[M2] is nobody outside of 1 to 2^31 - 1", () => {
    for (const value of [
      0,
      -1,
      1.5,
      2 ** 31,
      2 ** 53,
      Number.POSITIVE_INFINITY,
      "0",
      "-1",
      "2147483648",
      "",
      "x7",
      "@7",
    ])
      expect(of("session", value)).toBe("bad-target");
    expect(of("session", 2 ** 31 - 1)).toEqual([{ kind: "session", id: 2 ** 31 - 1 }]);
  });
});

describe("M3 a list", () => {
  test("[M3 M2] of 1 to 64 targets is those targets in their order", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.array(name, { minLength: 1, maxLength: 64, size: "max" }),
        (kind, names) => {
          expect(of(kind, names)).toEqual(names.map((one) => ({ kind, name: one })));
        },
      ),
      runs,
    );
  });

  test("[M3] is none when it is empty, too long, or when one of its targets is malformed", () => {
    expect(of("name", [])).toBe("bad-target");
    expect(of("name", Array(64).fill("Ann"))).toHaveLength(64);
    expect(of("name", Array(65).fill("Ann"))).toBe("too-many-targets");
    const malformed = fc.constantFrom<unknown>("", null, true, {}, ["Ann"], 1.5, "a\nb", "n".repeat(129));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 10 }), malformed, fc.nat({ max: 10 }), (names, bad, at) => {
        const list: unknown[] = [...names];
        list.splice(at % (names.length + 1), 0, bad);
        for (const kind of kinds) expect(of(kind, list)).toBe("bad-target");
      }),
      runs,
    );
  });
});

test("[M2 B1] any value is an address list or a reason", () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds, "session" as const), fc.jsonValue(), (kind, value) => {
      const targets = of(kind, value);
      if (typeof targets === "string") expect(["bad-target", "too-many-targets"]).toContain(targets);
      else for (const target of targets) expect(target.kind).toBe(kind);
    }),
    runs,
  );
});
