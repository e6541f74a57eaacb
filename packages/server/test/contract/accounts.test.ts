import { describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteAccounts } from "../../src/accounts/sqlite.ts";
import { AccountsUnavailable } from "../../src/accounts.ts";
import { MemoryAccounts } from "../kit/memory-accounts.ts";
import { accountsContract } from "./accounts.ts";

const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "achex-test-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};

describe("accounts in SQLite", () => {
  accountsContract(() => {
    const storage = temporaryFolder();
    const accounts = sqliteAccounts(storage.folder);
    const elsewhere = sqliteAccounts(storage.folder);
    return {
      accounts,
      elsewhere,
      [Symbol.dispose]() {
        accounts.close();
        elsewhere.close();
        storage[Symbol.dispose]();
      },
    };
  });

  test("accounts outlive the process", () => {
    using storage = temporaryFolder();
    const before = sqliteAccounts(storage.folder);
    before.put({ kind: "user", name: "ann", passwordHash: "hash", delivery: "all" });
    before.close();
    const after = sqliteAccounts(storage.folder);
    expect(after.find("user", "ann")?.passwordHash).toBe("hash");
    after.close();
  });

  test("the hashes are for the server's own user to read, and the rights an operator gave are left as they are", () => {
    using storage = temporaryFolder();
    const file = join(storage.folder, "achex.db");
    const rights = () => statSync(file).mode & 0o777;
    sqliteAccounts(storage.folder).close();
    expect(rights()).toBe(0o600);
    chmodSync(file, 0o660);
    sqliteAccounts(storage.folder).close();
    expect(rights()).toBe(0o660);
  });

  test("a database that breaks while it is open throws AccountsUnavailable from every call, and close() works", () => {
    using storage = temporaryFolder();
    const accounts = sqliteAccounts(storage.folder);
    // Written by another connection, so that this one has nothing of it in its cache.
    const elsewhere = sqliteAccounts(storage.folder);
    elsewhere.put({ kind: "user", name: "ann", passwordHash: "hash", delivery: "all" });
    elsewhere.close();
    writeFileSync(join(storage.folder, "achex.db"), "this is not a database but some text ".repeat(1_000));
    writeFileSync(join(storage.folder, "achex.db-wal"), "");
    expect(() => accounts.find("user", "ann")).toThrow(AccountsUnavailable);
    expect(() => accounts.list("user")).toThrow(AccountsUnavailable);
    expect(() => accounts.remove("user", "ann")).toThrow(AccountsUnavailable);
    expect(() => accounts.put({ kind: "user", name: "b", passwordHash: "h", delivery: "all" })).toThrow(
      AccountsUnavailable,
    );
    accounts.close();
  });

  test("a file that is not a database is rejected and not changed", async () => {
    using storage = temporaryFolder();
    const file = join(storage.folder, "achex.db");
    writeFileSync(file, "these are somebody's notes, and as long as a database header\n".repeat(20));
    const { size } = statSync(file);
    expect(() => sqliteAccounts(storage.folder)).toThrow();
    expect(statSync(file).size).toBe(size);
  });
});

describe("accounts in memory, as other tests use them", () => {
  accountsContract(() => {
    const accounts = new MemoryAccounts();
    return { accounts, elsewhere: accounts, [Symbol.dispose]() {} };
  });
});
