import { describe, expect, test } from "bun:test";
import { faults } from "@achex/protocol";
import { faultReplyFor } from "../../src/dialects/achex2/reply.ts";

describe("faults of rooms", () => {
  test("have the names of the reasons that the legacy dialects count", () => {
    const reasons = ["room-full", "room-closed", "room-password", "room-throttled"] as const;
    for (const reason of reasons) expect(faultReplyFor(reason)).toEqual({ fault: reason });
  });

  test("can be repeated as they are only where nothing but time has to change", () => {
    const later = ["room-full", "room-throttled"] as const;
    const never = [
      "room-closed",
      "room-password",
      "not-host",
      "not-candidate",
      "stale-term",
      "state-conflict",
      "state-full",
      "bad-state",
      "not-owner",
      "not-a-number",
    ] as const;
    expect(later.map((code) => faults[code].retry)).toEqual(later.map(() => true));
    expect(never.map((code) => faults[code].retry)).toEqual(never.map(() => false));
  });
});
