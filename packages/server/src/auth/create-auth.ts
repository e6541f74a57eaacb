import type { Accounts } from "../accounts.ts";
import type { Auth } from "../auth.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { MembersMode } from "./accounts-mode.ts";
import type { Mode } from "./auth-mode.ts";
import { ClaimMode } from "./claim-mode.ts";
import { Line } from "./job-queue.ts";
import { Throttle } from "./login-throttle.ts";
import { openMode } from "./open-mode.ts";
import { Checks, type Passwords } from "./password-checks.ts";
import { argonPasswords } from "./passwords.ts";
import { Services } from "./services.ts";
import { StoredAccounts } from "./stored-accounts.ts";

/** Two checks at a time leave the event loop room; a thousand that wait are some 15 s of work, longer than clients wait. */
const LINE = { atOnce: 2, waiting: 1_000, waitingPerAddress: 250 };

/** The auth mode the configuration names, with services and reserved names in front of it. */
export function createAuth(
  config: Pick<Config, "auth" | "claimTtl" | "reserve">,
  accounts: Accounts,
  clock: Pick<Clock, "now">,
  passwords: Passwords = argonPasswords,
): Auth {
  const checks = new Checks(passwords, new Line(LINE), new Throttle(clock));
  const stored = new StoredAccounts(accounts, checks);
  const modes: Record<Config["auth"], () => Mode> = {
    open: () => openMode,
    claim: () => new ClaimMode(checks, clock, config.claimTtl),
    accounts: () => new MembersMode(stored),
  };
  return new Services({ accounts, stored, mode: modes[config.auth](), reserve: config.reserve });
}
