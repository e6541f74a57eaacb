import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SessionIdStore, SessionIds, sessionIdFile } from "../../src/session/session-ids.ts";

const LAST = 2 ** 31 - 1;

function memoryStore(start = 0) {
  const store = { saved: start, saves: 0, load: () => store.saved, save: (_end: number) => {} };
  store.save = (end) => {
    store.saved = end;
    store.saves++;
  };
  return store;
}

const open = (store: SessionIdStore) =>
  new SessionIds(store, {
    saveFailed(error) {
      throw error;
    },
    startedOver() {},
  });

const free = () => false;
const take = (ids: SessionIds, count: number) => Array.from({ length: count }, () => ids.next(free));

describe("K1 K1a session ids", () => {
  test("[K1] count up from 1", () => {
    expect(take(open(memoryStore()), 3)).toEqual([1, 2, 3]);
  });

  test("[K1a] go on after a clean stop where they were", () => {
    const store = memoryStore();
    const first = open(store);
    take(first, 5);
    first.settle();
    expect(open(store).next(free)).toBe(6);
  });

  test("[K1a] are never given again after a crash", () => {
    const store = memoryStore();
    const given = new Set<number | undefined>();
    for (let crash = 0; crash < 5; crash++) {
      const ids = open(store);
      for (const id of take(ids, 7)) {
        expect(given.has(id)).toBe(false);
        given.add(id);
      }
    }
    expect(Math.max(...[...given].map(Number))).toBeLessThan(60_000);
  });

  test("[K1a] are reserved in blocks: a connect rarely costs a write, and each is reserved before it is given", () => {
    const store = memoryStore();
    const ids = open(store);
    for (let count = 0; count < 25_000; count++) expect(ids.next(free)).toBeLessThanOrEqual(store.saved);
    expect(store.saves).toBe(3);
  });

  test("[K1 K1a] stay below 2^31 and then begin again at 1, which is reported, also over a restart", () => {
    const store = memoryStore(LAST - 2);
    let startedOver = 0;
    const ids = new SessionIds(store, { saveFailed() {}, startedOver: () => startedOver++ });
    expect(take(ids, 2)).toEqual([LAST - 1, LAST]);
    expect(startedOver).toBe(0);
    expect(take(ids, 2)).toEqual([1, 2]);
    expect([startedOver, store.saved]).toEqual([1, 10_000]);
    ids.settle();
    expect(open(store).next(free)).toBe(3);
  });

  test("[K1a] that are in use are left out, and no connection looks at more than 100,000", () => {
    const ids = open(memoryStore(LAST));
    const used = new Set([1, 2, 4]);
    expect([ids.next((id) => used.has(id)), ids.next((id) => used.has(id))]).toEqual([3, 5]);
    let looked = 0;
    const isUsed = (id: number) => {
      looked++;
      return id < 250_000;
    };
    expect([ids.next(isUsed), ids.next(isUsed)]).toEqual([undefined, undefined]);
    expect(looked).toBe(200_000);
    expect(ids.next(isUsed)).toBe(250_000);
  });

  test("[K1a] a stored number above the last id counts as the last", () => {
    expect(open(memoryStore(9_999_999_999)).next(free)).toBe(1);
  });

  test("[K1a] are given while they cannot be stored, which is said; stored again as soon as that works, and at the end", () => {
    const disk = { full: true, saved: 0 };
    const errors: unknown[] = [];
    const store = {
      load: () => disk.saved,
      save(end: number) {
        if (disk.full) throw new Error("full");
        disk.saved = end;
      },
    };
    const ids = new SessionIds(store, { saveFailed: (error) => errors.push(error), startedOver() {} });
    expect(take(ids, 1_500)).toEqual(Array.from({ length: 1_500 }, (_, n) => n + 1));
    expect(errors).toHaveLength(2);
    disk.full = false;
    take(ids, 501);
    expect(disk.saved).toBe(12_000);
    disk.full = true;
    ids.settle();
    expect(errors).toHaveLength(3);
  });

  test("[K1 K1a] begin again after a crash in the last block, too", () => {
    const store = memoryStore(LAST - 2);
    open(store).next(free);
    expect(take(open(store), 2)).toEqual([1, 2]);
  });
});

describe("K1a the file of the data folder", () => {
  class Folder implements Disposable {
    readonly path = mkdtempSync(join(tmpdir(), "achex-ids-"));
    readonly file = join(this.path, "last-session-id");

    [Symbol.dispose](): void {
      rmSync(this.path, { recursive: true });
    }
  }

  test("[K1a] holds the last id, and a folder without one begins at 0", () => {
    using folder = new Folder();
    expect(sessionIdFile(folder.path).load()).toBe(0);
    sessionIdFile(folder.path).save(10_000);
    expect(readFileSync(folder.file, "utf8")).toBe("10000\n");
    expect(sessionIdFile(folder.path).load()).toBe(10_000);
  });

  test("[K1a] is written whole and renamed: a crash leaves the old number", () => {
    using folder = new Folder();
    const store = sessionIdFile(folder.path);
    store.save(10);
    store.save(20);
    expect(readdirSync(folder.path)).toEqual(["last-session-id"]);
    writeFileSync(`${folder.file}.new`, "3");
    expect(store.load()).toBe(20);
    store.save(30);
    expect(store.load()).toBe(30);
  });

  test("[K1a] that holds no number stops the start, so that ids do not begin at 1 again", () => {
    using folder = new Folder();
    for (const text of ["", "x", "-1", "1.5", "1e3", "99999999999"]) {
      writeFileSync(folder.file, text);
      expect(() => sessionIdFile(folder.path).load()).toThrow("must contain one whole number");
    }
  });

  test("[K1a] that cannot be read stops the start, too", () => {
    using folder = new Folder();
    expect(() => sessionIdFile(join(folder.path, "last-session-id", "below")).load()).not.toThrow();
    writeFileSync(folder.file, "1\n");
    expect(() => sessionIdFile(folder.file).load()).toThrow();
  });

  test("[K1a] keeps ids from falling back over a restart", () => {
    using folder = new Folder();
    const first = open(sessionIdFile(folder.path));
    take(first, 3);
    const afterCrash = open(sessionIdFile(folder.path));
    expect(afterCrash.next(free)).toBeGreaterThan(3);
    afterCrash.settle();
    const last = Number(readFileSync(folder.file, "utf8"));
    expect(open(sessionIdFile(folder.path)).next(free)).toBe(last + 1);
  });
});
