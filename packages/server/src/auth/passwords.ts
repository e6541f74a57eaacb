/** Slow, salted hashes of passwords. */
export interface Passwords {
  /** A hash to store. Rejects the empty password. */
  hash(password: string): Promise<string>;
  /** Without a hash it returns false, after the same time as any other check. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

/** 19 MiB and two passes, OWASP's minimum for argon2id: about 30 ms of one core, small enough to run two at a time. */
const COST = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

let dummyHash: Promise<string> | undefined;

/** argon2id off the main thread. Verifying without a hash takes as long as with one, so timing does not reveal which names exist. */
export const argonPasswords: Passwords = {
  hash: (password) => Bun.password.hash(password, COST),
  async verify(password, hash) {
    // Awaited in every case. Otherwise only the first check of an unknown name would be delayed, which would reveal that it is unknown.
    dummyHash ??= Bun.password.hash(crypto.randomUUID(), COST);
    const dummy = await dummyHash;
    const isRight = await Bun.password.verify(password, hash ?? dummy);
    return isRight && hash !== undefined;
  },
};
