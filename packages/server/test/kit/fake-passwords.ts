import type { Passwords } from "../../src/auth/passwords.ts";

/** Hashes anyone can read, made at once or, while held, when the test lets them. */
export class FakePasswords implements Passwords {
  private gate: Promise<void> = Promise.resolve();
  /** Checks and hashes that have begun. */
  begun = 0;

  static hashOf(password: string): string {
    return `hash of ${password}`;
  }

  /** Holds all checks and hashes until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return () => {
      this.gate = Promise.resolve();
      resolve();
    };
  }

  async hash(password: string): Promise<string> {
    this.begun++;
    await this.gate;
    return FakePasswords.hashOf(password);
  }

  async verify(password: string, hash: string | undefined): Promise<boolean> {
    this.begun++;
    await this.gate;
    return hash === FakePasswords.hashOf(password);
  }
}
