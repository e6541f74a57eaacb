import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccountChange, SharedAccounts } from "../../src/accounts/shared-accounts.ts";
import { sqliteAccounts } from "../../src/accounts/sqlite.ts";
import type { Account } from "../../src/accounts.ts";
import type { LogPosition } from "../../src/cluster/log-part.ts";

const ann: Account = { kind: "user", name: "ann", passwordHash: "hash 1", delivery: "all" };
const calc: Account = { kind: "service", name: "calc", passwordHash: "hash 2", delivery: "one" };
const at = (position: number): LogPosition => ({ log: "log", position });

/** A node with a folder of its own. */
class AccountsNode implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "achex-accounts-"));
  readonly accounts = sqliteAccounts(this.folder);
  readonly shared = new SharedAccounts(this.folder);

  all(): readonly Account[] {
    return [...this.accounts.list("service"), ...this.accounts.list("user")];
  }

  [Symbol.dispose](): void {
    this.accounts.close();
    this.shared[Symbol.dispose]();
    rmSync(this.folder, { recursive: true });
  }
}

/** Applies what nodes have changed, in this order, at all nodes. */
class TestLog {
  private readonly entries: AccountChange[] = [];

  append(changes: readonly AccountChange[]): this {
    this.entries.push(...changes);
    return this;
  }

  applyAt(...nodes: readonly AccountsNode[]): void {
    for (const { shared } of nodes)
      for (const [index, entry] of this.entries.entries()) shared.apply([entry], at(index + 1));
  }
}

test("A3 what is added, changed and removed at one node is so at the others", () => {
  using a = new AccountsNode();
  using b = new AccountsNode();
  const log = new TestLog();
  a.accounts.put(ann);
  a.accounts.put(calc);
  log.append(a.shared.localChanges()).applyAt(a, b);
  expect(b.all()).toEqual([calc, ann]);
  expect(a.shared.localChanges()).toEqual([]);
  expect(b.shared.localChanges()).toEqual([]);
  b.accounts.put({ ...ann, passwordHash: "hash 3" });
  b.accounts.remove("service", "calc");
  log.append(b.shared.localChanges()).applyAt(a, b);
  expect(a.all()).toEqual([{ ...ann, passwordHash: "hash 3" }]);
  expect(b.all()).toEqual(a.all());
});

test("A3 a node that joins brings its accounts along, except for those that the others have already", () => {
  using a = new AccountsNode();
  using b = new AccountsNode();
  const log = new TestLog();
  a.accounts.put(ann);
  log.append(a.shared.localChanges()).applyAt(a, b);
  b.accounts.put(calc);
  b.accounts.put({ ...ann, passwordHash: "hash of b" });
  b.shared.caughtUp("log");
  log.append(b.shared.localChanges()).applyAt(a, b);
  expect(a.all()).toEqual([calc, ann]);
  expect(b.all()).toEqual(a.all());
});

test("A3 a log that was made again is told everything", () => {
  using a = new AccountsNode();
  a.shared.apply([{ kind: "put", account: ann }], at(7));
  a.shared.caughtUp("log");
  expect(a.shared.localChanges()).toEqual([]);
  a.shared.caughtUp("another log");
  expect(a.shared.localChanges()).toEqual([{ kind: "put", account: ann }]);
  a.shared.apply([{ kind: "put", account: ann }], { log: "another log", position: 1 });
  expect(a.shared.localChanges()).toEqual([]);
});

test("A3 a change at two nodes in the same moment ends as the later one in the log at both", () => {
  using a = new AccountsNode();
  using b = new AccountsNode();
  const log = new TestLog();
  a.accounts.put({ ...ann, passwordHash: "hash of a" });
  b.accounts.put({ ...ann, passwordHash: "hash of b" });
  log.append(b.shared.localChanges()).applyAt(a, b);
  // The change at a is not lost: it still has to be told.
  expect(a.shared.localChanges()).toEqual([{ kind: "put", account: { ...ann, passwordHash: "hash of a" } }]);
  log.append(a.shared.localChanges()).applyAt(a, b);
  expect([a.all(), b.all()]).toEqual([
    [{ ...ann, passwordHash: "hash of a" }],
    [{ ...ann, passwordHash: "hash of a" }],
  ]);
});

test("A3 an entry that was applied is not applied again, also by another node that shares the folder", () => {
  using a = new AccountsNode();
  a.shared.apply([{ kind: "put", account: ann }], at(1));
  a.accounts.remove("user", "ann");
  using neighbour = new SharedAccounts(a.folder);
  neighbour.apply([{ kind: "put", account: ann }], at(1));
  expect(a.all()).toEqual([]);
  expect(neighbour.localChanges()).toEqual([{ kind: "remove", of: "user", name: "ann" }]);
  expect(a.shared.position).toEqual(at(1));
});

test("A3 a node that was away for long takes over what the others have, and keeps what was changed at it", () => {
  using a = new AccountsNode();
  a.shared.apply([{ kind: "put", account: ann }], at(1));
  a.shared.apply([{ kind: "put", account: calc }], at(2));
  const bob: Account = { ...ann, name: "bob" };
  a.accounts.put(bob);
  a.shared.replace([{ ...ann, passwordHash: "new" }], at(9));
  expect(a.all()).toEqual([{ ...ann, passwordHash: "new" }, bob]);
  expect(a.shared.localChanges()).toEqual([{ kind: "put", account: bob }]);
  expect(a.shared.position).toEqual(at(9));
});

test("A3 the next login sees what the log has changed", () => {
  using a = new AccountsNode();
  const before = a.accounts.version();
  a.shared.apply([{ kind: "put", account: ann }], at(1));
  expect(a.accounts.version()).not.toBe(before);
});
