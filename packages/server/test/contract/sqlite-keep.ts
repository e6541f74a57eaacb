import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../../src/clock.ts";
import { SqliteKeep, type SqliteKeepOptions } from "../../src/keep/sqlite-keep.ts";
import { defaultRoomOptions } from "../../src/state.ts";

/** The system's clock, with a tick and a time that the test gives. */
export function manualClock() {
  let tick = (): void => {};
  const clock = {
    now: 1,
    time: () => clock.now,
    every(_milliseconds: number, callback: () => void) {
      tick = callback;
      return () => {
        tick = () => {};
      };
    },
    afterTurn: systemClock.afterTurn,
    tick: () => tick(),
  };
  return clock satisfies Pick<Clock, "time" | "every" | "afterTurn">;
}

export function openIn(folder: string, options: Partial<SqliteKeepOptions> = {}) {
  const clock = manualClock();
  const damaged: string[] = [];
  const keep = new SqliteKeep({
    folder,
    sync: "normal",
    clock,
    maxChannels: 0,
    maxBytes: 0,
    maxQueuedBytes: 10_000_000,
    ruleOf: () => undefined,
    inUse: () => false,
    failed: () => {},
    damaged: (movedTo) => damaged.push(movedTo),
    ...options,
  });
  return { keep, clock, damaged };
}

export const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "achex-test-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};

export const room = { instance: "root", kind: "hub", name: "room" } as const;

/** Stores a room with so many keys; resolves after everything that was sent to the writer before. */
export function storeRoom(keep: SqliteKeep, count: number): Promise<unknown> {
  const keys = Array.from({ length: count }, (_, n) => ({ key: `${n}`, text: `"${"x".repeat(500)}"`, version: n + 1 }));
  return new Promise((settled) =>
    keep.rooms.store({ room, version: count, options: defaultRoomOptions, changed: 1, keys, isNew: false, settled }),
  );
}
