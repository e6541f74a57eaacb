import { availableParallelism } from "node:os";
import type { Accounts } from "../accounts.ts";
import type { SavableAuth } from "../auth.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { AccountsMode, type AuthMode, openMode } from "./auth-modes.ts";
import { ClaimMode } from "./claim-mode.ts";
import { JobQueue } from "./job-queue.ts";
import { LoginThrottle } from "./login-throttle.ts";
import { PasswordChecker } from "./password-checks.ts";
import { argonPasswords, type Passwords } from "./passwords.ts";
import { ServiceAuth } from "./service-auth.ts";
import { type ClaimsLog, SharedClaimMode } from "./shared-claim-mode.ts";
import { StoredAccounts } from "./stored-accounts.ts";

/** Password checks that run at the same time: half of the machine's cores, so that the event loop keeps one. */
export const CHECKS_AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));
/** A thousand checks are some 30 s of work for one core, longer than clients wait. */
const QUEUE_LIMITS = { concurrency: CHECKS_AT_ONCE, waiting: 1_000, waitingPerAddress: 250 };

/** The auth mode of the configuration, behind services and reserved names. In a cluster, claims are shared through `claims`. */
export function createAuth(
  config: Pick<Config, "auth" | "claimTtl" | "reserve" | "lookalikes">,
  accounts: Accounts,
  clock: Pick<Clock, "now">,
  passwords: Passwords = argonPasswords,
  claims?: ClaimsLog,
): SavableAuth {
  const checks = new PasswordChecker(passwords, new JobQueue(QUEUE_LIMITS), new LoginThrottle(clock));
  const stored = new StoredAccounts(accounts, checks);
  const modes: Record<Config["auth"], () => AuthMode> = {
    open: () => openMode,
    claim: () => (claims ? new SharedClaimMode(checks, clock, claims) : new ClaimMode(checks, clock, config.claimTtl)),
    accounts: () => new AccountsMode(stored),
  };
  return new ServiceAuth({
    accounts,
    stored,
    mode: modes[config.auth](),
    reserve: config.reserve,
    // With accounts, the operator has chosen every name, so look-alike names need not be rejected.
    refuseLookalikes: config.lookalikes === "refuse" && config.auth !== "accounts",
  });
}
