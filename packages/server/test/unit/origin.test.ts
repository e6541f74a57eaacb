import { describe, expect, test } from "bun:test";
import { originMayConnect, originRefusal } from "../../src/http/origin.ts";

describe("L1: what --origins keeps away", () => {
  const allowed = ["https://one.example"];
  test.each<[string | null, boolean]>([
    [null, true],
    ["https://one.example", true],
    ["file://", true],
    ["capacitor://localhost", true],
    ["chrome-extension://abc", true],
    ["null", false],
    ["http://one.example", false],
    ["https://one.example:8443", false],
    ["HTTPS://evil.example", false],
    ["https://one.example.evil.example", false],
    ["https:", false],
  ])("Origin %p may connect: %p", (origin, expected) => {
    expect(originMayConnect(origin, allowed)).toBe(expected);
    expect(originMayConnect(origin, [])).toBe(true);
    expect(originMayConnect(origin, origin === null ? allowed : [origin])).toBe(true);
  });

  test.each([
    ["https://evil.example:8443", "allow it with --origins https://evil.example:8443."],
    ["http://[::1]:80", "allow it with --origins http://[::1]:80."],
    ["null", "allow all of these with --origins null."],
    ["https://evil.example/<script>", "allow it with --origins."],
    [`https://${"e".repeat(300)}`, "allow it with --origins."],
    ["HTTPS://one.example", "allow it with --origins HTTPS://one.example."],
  ])("the 403 for %s names what to add, and repeats nothing else", (origin, end) => {
    expect(originRefusal(origin)).toEndWith(end);
  });
});
