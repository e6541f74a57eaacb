export type AccountKind = "user" | "service";

/** Which instances of a service receive a message sent to its name. */
export type Delivery = "all" | "one";

export interface Account {
  readonly kind: AccountKind;
  readonly name: string;
  /** argon2id in PHC form. */
  readonly passwordHash: string;
  /** Always "all" for users. */
  readonly delivery: Delivery;
}

/** The accounts cannot be read or written now; the message says why, on one line, for the operator. */
export class AccountsUnavailable extends Error {
  override readonly name = "AccountsUnavailable";
}

/**
 * Seam: stored accounts. Every call but close() throws AccountsUnavailable when the storage fails. Each call sees what any process wrote before it, so that a change made on the command line applies
 * from the next login on.
 */
export interface Accounts {
  find(kind: AccountKind, name: string): Account | undefined;
  list(kind: AccountKind): readonly Account[];
  /** Adds the account or replaces it. */
  put(account: Account): void;
  /** False when there was no such account. */
  remove(kind: AccountKind, name: string): boolean;
  /** Changes whenever accounts change, by this process or another. */
  version(): number;
  close(): void;
}
