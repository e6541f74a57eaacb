import { describe, expect, test } from "bun:test";
import { achex2Closes, closeOf, closes, dutyOf, faultOf, faults } from "@achex/protocol";
import { errorsPage } from "./errors.ts";

describe("docs/errors.md", () => {
  test("[R7 R9] has an anchor for every fault, where its link leads", () => {
    const page = errorsPage();
    const anchors = [...page.matchAll(/^\| `(\S+)` \|/gm)].map(([, anchor]) => anchor);
    expect(new Set(anchors).size).toBe(anchors.length);
    for (const code of Object.keys(faults)) expect(anchors).toContain(code);
    expect(faultOf("no-such-call").link).toBe("/errors#no-such-call");
  });
});

describe("[R7] the table of faults", () => {
  test("says in whole sentences what happened and what to do", () => {
    for (const [code, { message, remedy }] of Object.entries(faults)) {
      for (const text of [message, remedy]) expect(text).toMatch(/^[A-Z].*[^.]\.$/);
      expect(`${code}: ${message}`).not.toContain('"');
      expect(message).not.toBe(remedy);
    }
  });
});

describe("[R9] the table of closes", () => {
  test("gives achex.2 codes whose range is their duty", () => {
    const codes = achex2Closes().map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { code, duty } of achex2Closes()) {
      expect(code).toBeWithin(4000, 5000);
      expect(code < 4500).toBe(duty !== "stop");
      expect(dutyOf(code)).toBe(duty);
    }
  });

  test("has reasons that fit a closing frame, and no code of achex.2 for the legacy dialects", () => {
    for (const { reason } of achex2Closes()) expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    for (const { legacy } of Object.values(closes)) {
      expect(Buffer.byteLength(legacy.reason)).toBeLessThanOrEqual(123);
      expect(legacy.code).toBeLessThan(2000);
    }
    expect(closeOf("flood", "classic").code).toBe(1008);
    expect(closeOf("flood", "cloud").code).toBe(1008);
    expect(closeOf("flood", "achex.2").code).toBe(4002);
    expect(closeOf("restarting", "achex.2")).toMatchObject({ code: 4004, duty: "resume" });
  });

  test("leaves no doubt about codes that are not ours", () => {
    for (const code of [1000, 1001, 1005, 1006, 1011, 1012, 1013, 1015, 4000, 4499]) expect(dutyOf(code)).toBe("retry");
    for (const code of [1002, 1003, 1007, 1008, 1009, 4500, 4999]) expect(dutyOf(code)).toBe("stop");
  });
});
