import type { JobQueue } from "./job-queue.ts";
import type { LoginThrottle } from "./login-throttle.ts";

/** Slow, salted hashes of passwords. */
export interface Passwords {
  /** A hash to be kept; rejects the empty password. */
  hash(password: string): Promise<string>;
  /** False, after as long as any other check takes, when there is no hash. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

export interface PasswordCheck {
  readonly address: string;
  /** What is being guessed at, by a key that no other subject has. */
  readonly subject: string;
  readonly password: string;
  /** undefined when the name is nobody's. */
  readonly hash: string | undefined;
}

export type CheckResult = "right" | "wrong" | "throttled" | "busy";

/** Password checks, so many at a time, with those who guess held back. */
export class PasswordChecker {
  constructor(
    private readonly passwords: Passwords,
    private readonly queue: JobQueue,
    private readonly throttle: LoginThrottle,
  ) {}

  async check({ address, subject, password, hash }: PasswordCheck): Promise<CheckResult> {
    const { throttle } = this;
    if (!throttle.allows(address, subject)) return "throttled";
    return this.queue.run(address, async () => {
      // Asked again: attempts made all at once would otherwise all have been allowed before the first of them failed.
      if (!throttle.allows(address, subject)) return "throttled";
      const right = await this.passwords.verify(password, hash);
      if (right) throttle.succeeded(address, subject);
      else throttle.failed(address, subject);
      return right ? "right" : "wrong";
    });
  }

  /** The hash of a password that is new here, whose owner has proven by it to own the subject; undefined when too many wait. */
  async hash({ address, subject, password }: Omit<PasswordCheck, "hash">): Promise<string | undefined> {
    const made = await this.queue.run(address, async () => ({ hash: await this.passwords.hash(password) }));
    if (made === "busy") return undefined;
    this.throttle.succeeded(address, subject);
    return made.hash;
  }
}
