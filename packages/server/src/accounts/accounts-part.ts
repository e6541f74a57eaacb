import type { Account } from "../accounts.ts";
import type { LogEntry, LogPart, LogPosition } from "../cluster/log-part.ts";
import type { SharedLog } from "../cluster/shared-log.ts";
import { failureText } from "../log/log-text.ts";
import type { AccountChange, SharedAccounts } from "./shared-accounts.ts";

const SHARD = 0;
const KIND = "account";
/** Accounts in one piece of a copy. */
const COPIED_AT_ONCE = 1_000;

export interface AccountsPartDeps {
  readonly log: Pick<SharedLog, "propose" | "isCaughtUp" | "logOf">;
  readonly store: SharedAccounts;
  /** The accounts can be neither read nor written now. */
  failed(error: string): void;
}

/** The accounts of a cluster as a part of its log: what an operator changes at one node is changed at all (PROTOCOL.md R166). */
export class AccountsPart implements LogPart {
  readonly name = "accounts";
  readonly kinds = [KIND];
  /** Of the batch that is being applied. */
  private changes: AccountChange[] = [];
  /** What could not be written. Later changes wait behind it. */
  private readonly unwritten: { readonly changes: readonly AccountChange[]; readonly at: LogPosition }[] = [];
  private hasCaughtUp = false;
  private version: number | undefined;
  /** By account: the change that has been proposed and has not been applied. */
  private readonly proposed = new Map<string, string>();

  constructor(private readonly deps: AccountsPartDeps) {}

  /** Due once a second: tells the others what was changed at this node. */
  tick(): void {
    try {
      this.write();
      const log = this.deps.log.logOf(SHARD);
      if (this.deps.log.isCaughtUp && log !== undefined) this.propose(log);
    } catch (error) {
      this.deps.failed(failureText(error));
    }
  }

  positions(): readonly (LogPosition | undefined)[] {
    return [this.deps.store.position];
  }

  apply({ shard, body }: LogEntry): void {
    const change = readChange(body);
    if (change && shard === SHARD) this.changes.push(change);
  }

  applied(shard: number, at: LogPosition): void {
    if (shard !== SHARD) return;
    const { changes } = this;
    if (changes.length === 0) return;
    this.changes = [];
    this.unwritten.push({ changes, at });
    try {
      this.write();
    } catch (error) {
      this.deps.failed(failureText(error));
    }
  }

  copy(): AsyncIterable<Uint8Array> {
    const { store } = this.deps;
    if (this.unwritten.length > 0) throw new Error("the accounts cannot be written");
    return piecesOf(store.position, store.list());
  }

  async restore(copy: AsyncIterable<Uint8Array>): Promise<void> {
    const pieces = await Array.fromAsync(copy);
    const [position, ...accounts] = pieces.map((piece): unknown => JSON.parse(new TextDecoder().decode(piece)));
    if (!isPosition(position)) return;
    this.deps.store.replace(accounts.flat().filter(isAccount), position);
  }

  private write(): void {
    for (let first = this.unwritten[0]; first; first = this.unwritten[0]) {
      this.deps.store.apply(first.changes, first.at);
      this.unwritten.shift();
    }
  }

  private propose(log: string): void {
    const { store, log: shared } = this.deps;
    if (!this.hasCaughtUp) {
      store.caughtUp(log);
      this.hasCaughtUp = true;
    }
    const { version } = store;
    if (version === this.version) return;
    const changes = store.localChanges();
    // Looked at again until all has been applied, because a proposal can fail.
    this.version = changes.length === 0 ? version : undefined;
    for (const change of changes) {
      const of =
        change.kind === "put" ? `${change.account.kind} ${change.account.name}` : `${change.of} ${change.name}`;
      const text = JSON.stringify(change);
      if (this.proposed.get(of) === text) continue;
      this.proposed.set(of, text);
      const settled = () => {
        if (this.proposed.get(of) === text) this.proposed.delete(of);
      };
      shared.propose({ shard: SHARD, kind: KIND, body: change, settled });
    }
  }
}

async function* piecesOf(position: LogPosition | undefined, accounts: readonly Account[]): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(JSON.stringify(position ?? null));
  for (let at = 0; at < accounts.length; at += COPIED_AT_ONCE)
    yield encoder.encode(JSON.stringify(accounts.slice(at, at + COPIED_AT_ONCE)));
}

/** What other nodes sent may be anything. */
const isObject = (sent: unknown): sent is Readonly<Record<string, unknown>> =>
  typeof sent === "object" && sent !== null;

function isPosition(sent: unknown): sent is LogPosition {
  if (!isObject(sent)) return false;
  const { log, position } = sent;
  return typeof log === "string" && typeof position === "number";
}

const isKind = (sent: unknown): sent is Account["kind"] => sent === "user" || sent === "service";

function isAccount(sent: unknown): sent is Account {
  if (!isObject(sent)) return false;
  const { kind, name, passwordHash, delivery } = sent;
  const isText = typeof name === "string" && typeof passwordHash === "string";
  return isKind(kind) && isText && (delivery === "all" || delivery === "one");
}

function readChange(sent: unknown): AccountChange | undefined {
  if (!isObject(sent)) return undefined;
  const { kind, account, of, name } = sent;
  if (kind === "put" && isAccount(account)) return { kind, account };
  return kind === "remove" && isKind(of) && typeof name === "string" ? { kind, of, name } : undefined;
}
