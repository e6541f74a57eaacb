import { expect, test } from "bun:test";
import { matchesGlob } from "../../src/config/glob.ts";

test.each([
  ["calc-*", "calc-1", true],
  ["calc-*", "calc-", true],
  ["calc-*", "calc", false],
  ["calc-*", "Calc-1", false],
  ["calc-*", "my calc-1", false],
  ["*bot", "robot", true],
  ["*bot", "robots", false],
  ["a*b*c", "a-b-b-c", true],
  ["a*b*c", "a-c-b", false],
  ["*", "anything", true],
  ["a.c", "abc", false],
  ["a.c", "a.c", true],
  ["[ab]", "a", false],
  ["**x", "x", true],
])("A4 --reserve %p and the name %p", (pattern, name, fits) => {
  expect(matchesGlob(pattern, name)).toBe(fits);
});

test("A4 a pattern of many stars is no way to stop the server", () => {
  // A matcher that tries every combination never comes back from this one.
  expect(matchesGlob(`${"*a".repeat(60)}b`, "a".repeat(128))).toBe(false);
});
