import type { Accounts } from "../accounts.ts";
import type { Auth } from "../auth.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { Checks, type Passwords } from "./checks.ts";
import { ClaimMode } from "./claim.ts";
import { Line } from "./line.ts";
import { MembersMode } from "./members.ts";
import type { Mode } from "./mode.ts";
import { openMode } from "./open.ts";
import { argonPasswords } from "./passwords.ts";
import { Services } from "./services.ts";
import { StoredAccounts } from "./stored.ts";
import { Throttle } from "./throttle.ts";

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
