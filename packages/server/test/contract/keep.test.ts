import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../../src/clock.ts";
import { SqliteKeep, type SqliteKeepOptions } from "../../src/keep/sqlite-keep.ts";
import { defaultRoomOptions } from "../../src/state.ts";
import { MemoryKeep } from "../kit/memory-keep.ts";
import { append, keepContract, kept } from "./keep.ts";

/** The system's clock, with a tick and a time that the test gives. */
function manualClock() {
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

function openIn(folder: string, options: Partial<SqliteKeepOptions> = {}) {
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

const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "achex-test-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};

describe("kept channels in SQLite", () => {
  keepContract((limits) => {
    const storage = temporaryFolder();
    const { keep, clock } = openIn(storage.folder, limits);
    return {
      keep,
      async retain(time) {
        clock.now = time;
        clock.tick();
        // Answered after the sweep, because the writer handles one after the other; twice, because forgetting is also a message.
        for (let answer = 0; answer < 2; answer++)
          await new Promise<void>((resolve) =>
            keep.rooms.remove({ instance: "root", kind: "hub", name: "none" }, resolve),
          );
      },
      async [Symbol.asyncDispose]() {
        await keep.close();
        storage[Symbol.dispose]();
      },
    };
  });

  test("R140 messages, positions and the epoch outlive a clean close", async () => {
    using storage = temporaryFolder();
    const before = openIn(storage.folder).keep;
    await append(before, kept("a"), "1");
    before.confirm(kept("a"), "phone", 1);
    const span = before.span(kept("a"));
    await before.close();
    const after = openIn(storage.folder).keep;
    expect(after.span(kept("a"))).toEqual(span);
    expect(after.confirmed(kept("a"), "phone")).toBe(1);
    expect(await append(after, kept("a"), "2")).toEqual({ kind: "kept", seq: 2 });
    await after.close();
  });

  test("R140 close() waits until everything is stored", async () => {
    using storage = temporaryFolder();
    const before = openIn(storage.folder).keep;
    for (let count = 0; count < 5_000; count++) void append(before, kept("a"), "x");
    await before.close();
    const after = openIn(storage.folder).keep;
    expect(after.span(kept("a")).head).toBe(5_000);
    await after.close();
  });

  test("R141 messages fail while the storage cannot be read, and the process goes on", async () => {
    using storage = temporaryFolder();
    const failed: string[] = [];
    const { keep } = openIn(storage.folder, { failed: (reason) => failed.push(reason) });
    await append(keep, kept("a"), "1");
    // Another connection renames the table from under the reader.
    const database = new Database(join(storage.folder, "keep.db"));
    database.run("alter table channels rename to hidden");
    expect(await append(keep, kept("new"), "2")).toEqual({ kind: "failed", reason: "storage" });
    expect(failed.length).toBeGreaterThan(0);
    database.run("alter table hidden rename to channels");
    database.close();
    expect(await append(keep, kept("new"), "3")).toEqual({ kind: "kept", seq: 1 });
    await keep.close();
  });

  test("R145 a channel is not forgotten while a confirmation waits to be written", async () => {
    using storage = temporaryFolder();
    const { keep, clock } = openIn(storage.folder);
    const inbox = { ...kept("a", { age: 10 }), kind: "name" as const };
    await append(keep, inbox, "1");
    clock.now = 100;
    for (let round = 0; round < 20; round++) {
      clock.tick();
      keep.confirm(inbox, "phone", 1);
      expect(await append(keep, kept("b"), `${round}`)).toEqual({ kind: "kept", seq: round + 1 });
    }
    expect(keep.confirmed(inbox, "phone")).toBe(1);
    await keep.close();
  });

  test("R147 a channel that is written faster than old messages are swept does not grow without a limit", async () => {
    using storage = temporaryFolder();
    const { keep } = openIn(storage.folder);
    const channel = kept("a", { messages: 100 });
    for (let batch = 0; batch < 5; batch++)
      await Promise.all(Array.from({ length: 1_000 }, () => append(keep, channel, "x")));
    const { first, head } = keep.span(channel);
    expect(head).toBe(5_000);
    expect(head - first + 1).toBeLessThanOrEqual(1_100);
    await keep.close();
  });

  test("R147 messages of channels that nobody has written since the start are deleted as well, and rules may have changed", async () => {
    using storage = temporaryFolder();
    const before = openIn(storage.folder).keep;
    for (let count = 0; count < 5; count++)
      for (const name of ["old", "many", "gone"]) await append(before, kept(name), `${count}`, 1);
    await before.close();
    const rules = [kept("old", { age: 10 }), kept("many", { messages: 2 })];
    const ruleOf = ({ name }: { name: string }) => rules.find((rule) => rule.name === name);
    const { keep, clock } = openIn(storage.folder, { ruleOf, inUse: () => true });
    clock.now = 100;
    clock.tick();
    await append(keep, kept("other"), "");
    expect(keep.span(kept("old"))).toMatchObject({ first: 6, head: 5 });
    expect(keep.span(kept("many"))).toMatchObject({ first: 4, head: 5 });
    expect(keep.span(kept("gone"))).toMatchObject({ first: 1, head: 5 });
    expect(await append(keep, kept("old"), "new", 100)).toEqual({ kind: "kept", seq: 6 });
    await keep.close();
  });

  test("R141 beyond the queue's bytes append() refuses, and accepts again later", async () => {
    using storage = temporaryFolder();
    const { keep } = openIn(storage.folder, { maxQueuedBytes: 1_000 });
    const request = { channel: kept("a"), frame: "x".repeat(300), at: 1, settled: () => {} };
    expect([keep.append(request), keep.append(request), keep.append(request)]).toEqual([true, true, false]);
    while (keep.span(kept("a")).head < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(await append(keep, kept("a"), "y")).toEqual({ kind: "kept", seq: 3 });
    await keep.close();
  });

  test("a database that is damaged is moved aside, and a new epoch begins", async () => {
    using storage = temporaryFolder();
    const before = openIn(storage.folder).keep;
    await append(before, kept("a"), "1".repeat(100_000));
    const { epoch } = before.span(kept("a"));
    await before.close();
    writeFileSync(join(storage.folder, "keep.db"), "these are somebody's notes, not a database\n".repeat(200));
    const { keep, damaged } = openIn(storage.folder);
    expect(damaged).toHaveLength(1);
    expect(readdirSync(storage.folder).some((name) => name.startsWith("keep.db.damaged-"))).toBe(true);
    expect(await append(keep, kept("a"), "2")).toEqual({ kind: "kept", seq: 1 });
    expect(keep.span(kept("a")).epoch).not.toBe(epoch);
    await keep.close();
  });

  test("a database that is truncated at any page either opens sound or is moved aside, also after a clean stop", async () => {
    let pages = 1;
    for (let page = 0; page < pages; page++) {
      using storage = temporaryFolder();
      const before = openIn(storage.folder).keep;
      for (let count = 0; count < 45; count++) await append(before, kept(`${count % 3}`), "x".repeat(1_000));
      await storeRoom(before, 20);
      await (page % 2 === 0 ? before.close() : before.kill());
      const file = join(storage.folder, "keep.db");
      pages = Math.ceil(statSync(file).size / 4_096);
      truncateSync(file, page * 4_096);
      const { keep, damaged } = openIn(storage.folder);
      const { head } = keep.span(kept("0"));
      // What is truncated is never read as if it were whole.
      if (damaged.length > 0) expect([head, keep.rooms.load(room)]).toEqual([0, undefined]);
      else expect([head, keep.rooms.load(room)?.keys.length]).toEqual([15, 20]);
      expect(await append(keep, kept("0"), "after")).toEqual({ kind: "kept", seq: head + 1 });
      expect(keep.read(kept("0"), { after: head, messages: 9, bytes: 9 }).map(({ frame }) => frame)).toEqual(["after"]);
      await keep.close();
    }
    expect(pages).toBeGreaterThan(15);
  }, 60_000);

  test("a database of which any page was overwritten after a clean stop opens: sound, moved aside, or with faults that a restart ends", async () => {
    using original = temporaryFolder();
    const before = openIn(original.folder).keep;
    for (let count = 0; count < 8; count++) await append(before, kept(`${count % 2}`), "x".repeat(1_000));
    await storeRoom(before, 5);
    await before.close();
    const sound = readFileSync(join(original.folder, "keep.db"));
    for (let from = 0; from < sound.length; from += 4_096) {
      using storage = temporaryFolder();
      writeFileSync(join(storage.folder, "keep.db"), Buffer.from(sound).fill("garbage ", from, from + 4_096));
      const first = openIn(storage.folder);
      const outcomes = [await append(first.keep, kept("0"), "a"), await append(first.keep, kept("new"), "b")];
      await first.keep.close();
      if (outcomes.every(({ kind }) => kind === "kept")) continue;
      expect(outcomes).toContainEqual({ kind: "failed", reason: "storage" });
      const second = openIn(storage.folder);
      expect(second.damaged).toHaveLength(1);
      expect(await append(second.keep, kept("0"), "c")).toEqual({ kind: "kept", seq: 1 });
      await second.keep.close();
    }
  }, 60_000);

  test("R140 a backup as docs/operating.md makes it begins a new epoch, and rooms go on above their versions", async () => {
    using storage = temporaryFolder();
    using restored = temporaryFolder();
    const guide = readFileSync(join(import.meta.dir, "../../../../docs/operating.md"), "utf8");
    const [, statement = ""] = /sqlite3 backup\/keep\.db "([^"]+)"/.exec(guide) ?? [];
    const { keep } = openIn(storage.folder, { sync: "full" });
    await append(keep, kept("a"), "1");
    await storeRoom(keep, 1);
    const { epoch } = keep.span(kept("a"));
    const copy = join(restored.folder, "keep.db");
    {
      using source = new Database(join(storage.folder, "keep.db"));
      source.run(`vacuum into '${copy}'`);
      using backup = new Database(copy);
      backup.run(statement);
    }
    await keep.close();
    const { keep: after, damaged } = openIn(restored.folder, { sync: "full" });
    expect(damaged).toEqual([]);
    expect(after.span(kept("a"))).toMatchObject({ first: 1, head: 1 });
    expect(after.span(kept("a")).epoch).not.toBe(epoch);
    expect(after.rooms.load(room)?.version).toBeGreaterThan(1_000);
    await after.close();
  });

  test("R103 R112 after a damaged database, versions and terms of rooms are higher than before", async () => {
    using storage = temporaryFolder();
    const before = openIn(storage.folder).keep;
    await storeRoom(before, 1);
    before.rooms.noteTerm(70_000);
    await before.close();
    truncateSync(join(storage.folder, "keep.db"), 4_096);
    const { keep, damaged } = openIn(storage.folder);
    expect(damaged).toHaveLength(1);
    expect(keep.rooms.marks.term).toBeGreaterThan(70_000);
    expect(keep.rooms.marks.version).toBeGreaterThan(1);
    await keep.close();
  });

  test("R140 R147 a clock that is set back: positions go on, and nothing is deleted before its time", async () => {
    using storage = temporaryFolder();
    const { keep, clock } = openIn(storage.folder, { inUse: () => true });
    const channel = kept("a", { age: 1_000 });
    for (const at of [50_000, 50_001, 10_000, 10_500]) await append(keep, channel, `${at}`, at);
    expect(keep.span(channel)).toMatchObject({ first: 1, head: 4 });
    for (const now of [10_600, 50_900]) {
      clock.now = now;
      clock.tick();
      await storeRoom(keep, 1);
      expect(keep.span(channel).first).toBe(1);
    }
    clock.now = 52_000;
    clock.tick();
    await storeRoom(keep, 1);
    expect(keep.span(channel)).toMatchObject({ first: 5, head: 4 });
    await keep.close();
  });
});

const room = { instance: "root", kind: "hub", name: "room" } as const;

/** Stores a room with so many keys; resolves after everything that was sent to the writer before. */
function storeRoom(keep: SqliteKeep, count: number): Promise<unknown> {
  const keys = Array.from({ length: count }, (_, n) => ({ key: `${n}`, text: `"${"x".repeat(500)}"`, version: n + 1 }));
  return new Promise((settled) =>
    keep.rooms.store({ room, version: count, options: defaultRoomOptions, changed: 1, keys, isNew: false, settled }),
  );
}

describe("kept channels in memory, as other tests use them", () => {
  keepContract((limits) => {
    const keep = new MemoryKeep(limits?.maxChannels, limits?.maxBytes);
    return {
      keep,
      async retain(time) {
        keep.retain(time);
      },
      async [Symbol.asyncDispose]() {
        await keep.close();
      },
    };
  });
});
