import { Database } from "bun:sqlite";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { type Account, type Accounts, AccountsUnavailable } from "../accounts.ts";
import { failureText } from "../log/log-text.ts";

const SCHEMA = `create table if not exists accounts (
  kind text not null check (kind in ('user', 'service')),
  name text not null,
  password_hash text not null,
  delivery text not null check (delivery in ('all', 'one')),
  primary key (kind, name)
) strict, without rowid`;

const COLUMNS = "kind, name, password_hash as passwordHash, delivery";

function attempt<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw new AccountsUnavailable(failureText(error), { cause: error });
  }
}

/** Accounts in one SQLite file, shared by the running server and the command line. */
export function sqliteAccounts(folder: string): Accounts {
  const path = join(folder, "achex.db");
  // Password hashes must not be readable by other users. SQLite gives its side files the permissions of this one.
  closeSync(openSync(path, "a", 0o600));
  const database = new Database(path, { strict: true });
  // Must come first: when server and command line start at the same time, each has to wait for the other's lock.
  database.run("pragma busy_timeout = 5000");
  database.run("pragma journal_mode = wal");
  database.run(SCHEMA);
  const find = database.query<Account, [string, string]>(`select ${COLUMNS} from accounts where kind = ? and name = ?`);
  const list = database.query<Account, [string]>(`select ${COLUMNS} from accounts where kind = ? order by name`);
  const put = database.query<unknown, [string, string, string, string]>(
    "insert or replace into accounts values (?, ?, ?, ?)",
  );
  const remove = database.query<unknown, [string, string]>("delete from accounts where kind = ? and name = ?");
  // data_version counts only the writes of other connections, so our own are counted separately.
  const otherWrites = database.query<{ data_version: number }, []>("pragma data_version");
  let ownWrites = 0;
  return {
    find: (kind, name) => attempt(() => find.get(kind, name) ?? undefined),
    list: (kind) => attempt(() => list.all(kind)),
    put({ kind, name, passwordHash, delivery }) {
      attempt(() => put.run(kind, name, passwordHash, delivery));
      ownWrites++;
    },
    remove(kind, name) {
      ownWrites++;
      return attempt(() => remove.run(kind, name).changes > 0);
    },
    version: () => attempt(() => (otherWrites.get()?.data_version ?? 0) + ownWrites),
    close: () => database.close(),
  };
}
