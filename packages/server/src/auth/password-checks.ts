import type { JobQueue } from "./job-queue.ts";
import type { LoginThrottle } from "./login-throttle.ts";
import type { Passwords } from "./passwords.ts";

export interface PasswordCheck {
  readonly address: string;
  /** Key of the account or claim whose password is tried; unique among all kinds of them. */
  readonly subject: string;
  readonly password: string;
  /** undefined when there is no account or claim of that name. */
  readonly hash: string | undefined;
}

export type CheckResult = "right" | "wrong" | "throttled" | "busy";

/** Checks passwords, a few at a time, and throttles those who guess. */
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
      // Checked again: of attempts made at the same moment, all have passed the check above before the first one failed.
      if (!throttle.allows(address, subject)) return "throttled";
      const isRight = await this.passwords.verify(password, hash);
      if (isRight) throttle.succeeded(address, subject);
      else throttle.failed(address, subject);
      return isRight ? "right" : "wrong";
    });
  }

  /** Hashes a new password and counts it as a success for its owner; undefined when too many checks wait. */
  async hash({ address, subject, password }: Omit<PasswordCheck, "hash">): Promise<string | undefined> {
    const result = await this.queue.run(address, async () => ({ hash: await this.passwords.hash(password) }));
    if (result === "busy") return undefined;
    this.throttle.succeeded(address, subject);
    return result.hash;
  }
}
