import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { MemoryKeep } from "../kit/memory-keep.ts";
import { append, keepContract, kept } from "./keep.ts";
import { openIn, storeRoom, temporaryFolder } from "./sqlite-keep.ts";

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
