import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { append, kept } from "./keep.ts";
import { openIn, room, storeRoom, temporaryFolder } from "./sqlite-keep.ts";

describe("damaged and restored files of kept channels", () => {
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
});
