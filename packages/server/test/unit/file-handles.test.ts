import { describe, expect, test } from "bun:test";
import type { Log } from "../../src/log/log.ts";
import { LogThrottle } from "../../src/log/log-throttle.ts";
import { checkHandles, fileHandleLimit, sessionsThatFit, warnOfFewHandles } from "../../src/start/file-handles.ts";
import { FakeClock } from "../kit/fake-clock.ts";

/** A log that notes its warnings and errors. */
function notedLog() {
  const lines: { readonly message: string; readonly fields: Record<string, unknown> | undefined }[] = [];
  const note = (message: string, fields?: Record<string, unknown>) => void lines.push({ message, fields });
  const log: Log = { debug() {}, info() {}, warn: note, error: note };
  return { log, lines };
}

const limits = (files: string) => `Limit  Soft Limit  Hard Limit  Units\nMax open files  ${files}  4096  files\n`;

describe("file handles", () => {
  test("[L1] the limit is read where Linux tells it, and unknown elsewhere", () => {
    expect(fileHandleLimit(() => limits("1024"))).toBe(1_024);
    expect(fileHandleLimit(() => limits("unlimited"))).toBeUndefined();
    expect(
      fileHandleLimit(() => {
        throw new Error("no such file");
      }),
    ).toBeUndefined();
  });

  test("[L1] some are reserved for everything but sessions", () => {
    expect([64, 1_024, 100_000].map(sessionsThatFit)).toEqual([32, 972, 95_000]);
    expect(sessionsThatFit(10)).toBe(1);
  });

  test("[L1] a start warns when fewer sessions fit than --max-sessions allows, and only then", () => {
    const { log, lines } = notedLog();
    warnOfFewHandles(log, undefined, 100_000);
    warnOfFewHandles(log, 1_048_576, 100_000);
    expect(lines).toEqual([]);
    warnOfFewHandles(log, 1_024, 100_000);
    warnOfFewHandles(log, 1_024, 0);
    expect(lines.map(({ fields }) => fields)).toEqual([
      { fileHandles: 1_024, sessionsThatFit: 972, maxSessions: 100_000 },
      { fileHandles: 1_024, sessionsThatFit: 972, maxSessions: 0 },
    ]);
  });

  test("that none is left is logged once a minute", () => {
    const { log, lines } = notedLog();
    const clock = new FakeClock();
    const throttle = new LogThrottle(log, clock);
    const none = () => {
      throw Object.assign(new Error("too many open files"), { code: "EMFILE" });
    };
    for (let second = 0; second < 59; second++) {
      checkHandles(throttle, none);
      clock.advance(1_000);
    }
    expect(lines.length).toBe(1);
    expect(lines[0]?.message).toContain("no file handles are left");
    checkHandles(throttle, () => {});
    expect(lines.length).toBe(1);
  });
});
