import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { achex2Limits } from "@achex/protocol";
import { createConfig, options } from "../../src/config/config.ts";
import { helloLimits, type Limits, limitDefinitions } from "../../src/config/limits.ts";

const protocol = readFileSync(join(import.meta.dir, "../../../../PROTOCOL.md"), "utf8");
const chapter = protocol.slice(protocol.indexOf("\n## Limits\n"), protocol.indexOf("\n## Closing\n"));

const limitsOf = (settings: Readonly<Record<string, unknown>> = {}): Limits =>
  createConfig([{ origin: (key) => key, settings }]).limits;

const limitIn = (limits: Limits, name: string): unknown => Object.entries(limits).find(([key]) => key === name)?.[1];

describe.each([...limitDefinitions])("limit %s", (name, { option, hello }) => {
  test("L1..L8, H1: its default is the one that PROTOCOL.md promises", () => {
    expect(limitIn(limitsOf(), name)).toBe(option.fallback);
    // As it is written there: 1 MiB, 100,000, 25 s.
    const written = option.placeholder === "N" ? option.fallback.toLocaleString("en") : option.defaultText;
    expect(chapter).toMatch(new RegExp(`\\b${written}\\b`));
  });

  test("can be changed, and switched off with 0", () => {
    for (const given of [7, "7", 0]) expect(limitIn(limitsOf({ [option.name]: given }), name)).toBe(Number(given));
  });

  test("R5: is in the hello under its key, if it has one", () => {
    const told = helloLimits(limitsOf({ [option.name]: 7 }));
    expect(hello === undefined ? 7 : told[hello]).toBe(7);
  });
});

test("R5: the hello has these limits and those that are the same everywhere, each under its own key", () => {
  const keys = [...limitDefinitions.values()].flatMap(({ hello = [] }) => hello);
  expect(Object.keys(helloLimits(limitsOf()))).toEqual([...keys, ...Object.keys(achex2Limits)]);
});

test("every option that limits something is declared as a limit", () => {
  const limits = options.map(({ name }) => name).filter((name) => /^max-|-after$|-window$/.test(name));
  expect(limits).toEqual(Array.from(limitDefinitions.values(), ({ option }) => option.name));
});
