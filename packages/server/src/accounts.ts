export type AccountKind = "user" | "service";

/** Which instances of a service get a message sent to its name. */
export type Delivery = "all" | "one";

export interface Account {
  readonly kind: AccountKind;
  readonly name: string;
  /** argon2id in PHC form. */
  readonly passwordHash: string;
  /** For users always "all". */
  readonly delivery: Delivery;
}

/**
 * Seam: stored accounts. Each call sees what any process wrote before it, so that a change made on the command line holds
 * at the next login.
 */
export interface Accounts {
  find(kind: AccountKind, name: string): Account | undefined;
  list(kind: AccountKind): readonly Account[];
  /** Adds the account or replaces it. */
  put(account: Account): void;
  /** False when there was none. */
  remove(kind: AccountKind, name: string): boolean;
  /** Changes whenever accounts were changed, by this process or another. */
  version(): number;
  close(): void;
}
