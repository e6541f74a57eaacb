import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Account, AccountKind } from "../accounts.ts";
import type { LogPosition } from "../cluster/log-part.ts";

/** What was done to one account. */
export type AccountChange =
  | { readonly kind: "put"; readonly account: Account }
  | { readonly kind: "remove"; readonly of: AccountKind; readonly name: string };

type Table = "accounts" | "shared_accounts";

const COLUMNS = "kind, name, password_hash as passwordHash, delivery";
const SCHEMA = `
create table if not exists shared_accounts (
  kind text not null, name text not null, password_hash text not null, delivery text not null, primary key (kind, name)
) strict, without rowid;
create table if not exists shared_log (log text primary key, position integer not null, joined integer not null) strict, without rowid`;

/**
 * The accounts that all nodes of a cluster have, beside those of this node in the same file. The difference between the two is what
 * was changed at this node, also while it was not running, and has still to be told to the others. Nodes that share a folder share
 * all of this.
 */
export class SharedAccounts implements Disposable {
  private readonly database: Database;

  constructor(folder: string) {
    this.database = new Database(join(folder, "achex.db"), { strict: true });
    this.database.run("pragma busy_timeout = 5000");
    this.database.run("pragma journal_mode = wal");
    this.database.run(SCHEMA);
  }

  /** What has been applied of the log that this node reads; undefined before the first. */
  get position(): LogPosition | undefined {
    const query = this.database.query<LogPosition, []>("select log, position from shared_log");
    return query.get() ?? undefined;
  }

  /**
   * This node has applied all that was in the log. If it is new to it, accounts that both have become those of the log; what the log
   * does not have is told to the others.
   */
  caughtUp(log: string): void {
    this.inTransaction(() => {
      this.begin(log);
      const query = this.database.query<{ joined: number }, [string]>("select joined from shared_log where log = ?");
      if (query.get(log)?.joined === 1) return;
      for (const account of this.list()) this.put("accounts", account);
      this.database.query<unknown, [string]>("update shared_log set joined = 1 where log = ?").run(log);
    });
  }

  /** What was changed at this node and is not in the log yet. */
  localChanges(): readonly AccountChange[] {
    const { database } = this;
    const put = database
      .query<Account, []>(`select ${COLUMNS} from accounts except select ${COLUMNS} from shared_accounts`)
      .all();
    const removed = database
      .query<Pick<Account, "kind" | "name">, []>(
        "select kind, name from shared_accounts except select kind, name from accounts",
      )
      .all();
    return [
      ...put.map((account) => ({ kind: "put", account }) as const),
      ...removed.map(({ kind, name }) => ({ kind: "remove", of: kind, name }) as const),
    ];
  }

  /** Applies what was stored at a position of the log, unless that has been done. */
  apply(changes: readonly AccountChange[], at: LogPosition): void {
    this.inTransaction(() => {
      this.begin(at.log);
      if ((this.position?.position ?? 0) >= at.position) return;
      for (const change of changes) this.change(change);
      this.setPosition(at);
    });
  }

  list(): readonly Account[] {
    return this.database.query<Account, []>(`select ${COLUMNS} from shared_accounts order by kind, name`).all();
  }

  /** Takes over what all other nodes have. */
  replace(accounts: readonly Account[], at: LogPosition): void {
    this.inTransaction(() => {
      this.begin(at.log);
      const copied = new Set(accounts.map(({ kind, name }) => `${kind} ${name}`));
      for (const { kind, name } of this.list())
        if (!copied.has(`${kind} ${name}`)) this.change({ kind: "remove", of: kind, name });
      for (const account of accounts) this.change({ kind: "put", account });
      this.setPosition(at);
    });
  }

  /** A number that changes when another process changes the accounts. */
  get version(): number {
    return this.database.query<{ data_version: number }, []>("pragma data_version").get()?.data_version ?? 0;
  }

  [Symbol.dispose](): void {
    this.database.close();
  }

  private inTransaction(act: () => void): void {
    // Immediate: another process that shares the folder must not write between a look and a change.
    this.database.transaction(act).immediate();
  }

  /** Another log knows nothing of what this node told the one before. */
  private begin(log: string): void {
    const { position, database } = this;
    if (position?.log === log) return;
    database.run("delete from shared_accounts");
    database.run("delete from shared_log");
    database.query<unknown, [string]>("insert into shared_log values (?, 0, 0)").run(log);
  }

  /** An account that was changed here as well stays as it is here: the change follows in the log, and is later than this one. */
  private change(change: AccountChange): void {
    const [kind, name] = change.kind === "put" ? [change.account.kind, change.account.name] : [change.of, change.name];
    const isSame = Bun.deepEquals(this.find("accounts", kind, name), this.find("shared_accounts", kind, name));
    for (const table of isSame ? (["accounts", "shared_accounts"] as const) : (["shared_accounts"] as const)) {
      if (change.kind === "put") this.put(table, change.account);
      else
        this.database
          .query<unknown, [string, string]>(`delete from ${table} where kind = ? and name = ?`)
          .run(kind, name);
    }
  }

  private find(table: Table, kind: AccountKind, name: string): Account | null {
    return this.database
      .query<Account, [string, string]>(`select ${COLUMNS} from ${table} where kind = ? and name = ?`)
      .get(kind, name);
  }

  private put(table: Table, { kind, name, passwordHash, delivery }: Account): void {
    this.database
      .query<unknown, [string, string, string, string]>(`insert or replace into ${table} values (?, ?, ?, ?)`)
      .run(kind, name, passwordHash, delivery);
  }

  private setPosition({ log, position }: LogPosition): void {
    this.database
      .query<unknown, [number, string]>("update shared_log set position = ? where log = ?")
      .run(position, log);
  }
}
