import type { Passwords } from "./password-checks.ts";

/** 19 MiB and two passes, the least OWASP advises for argon2id: some 30 ms of one core, small enough for two at a time. */
const COST = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

let decoy: Promise<string> | undefined;

/** argon2id off the main thread. Verifying without a hash takes as long as with one: names cannot be told by the time it takes. */
export const argonPasswords: Passwords = {
  hash: (password) => Bun.password.hash(password, COST),
  async verify(password, hash) {
    // Awaited in every case, for else the first unknown name alone would wait for it.
    decoy ??= Bun.password.hash(crypto.randomUUID(), COST);
    const other = await decoy;
    const right = await Bun.password.verify(password, hash ?? other);
    return right && hash !== undefined;
  },
};
