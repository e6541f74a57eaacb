import type { Account, AccountKind, Accounts } from "../../src/accounts.ts";

/** Accounts in memory. */
export class MemoryAccounts implements Accounts {
  private readonly accounts = new Map<string, Account>();
  private changes = 0;

  find(kind: AccountKind, name: string): Account | undefined {
    return this.accounts.get(`${kind}\0${name}`);
  }

  list(kind: AccountKind): readonly Account[] {
    return [...this.accounts.values()]
      .filter((account) => account.kind === kind)
      .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  }

  put(account: Account): void {
    this.accounts.set(`${account.kind}\0${account.name}`, account);
    this.changes++;
  }

  remove(kind: AccountKind, name: string): boolean {
    const removed = this.accounts.delete(`${kind}\0${name}`);
    if (removed) this.changes++;
    return removed;
  }

  version(): number {
    return this.changes;
  }

  close(): void {}
}
