import type { Accounts } from "../accounts.ts";
import type { Auth } from "../auth.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { openAuth } from "./open.ts";

/** The auth mode the configuration names, with services and reserved names in front of it. */
export function createAuth(
  _config: Pick<Config, "auth" | "claimTtl" | "reserve">,
  _accounts: Accounts,
  _clock: Clock,
): Auth {
  return openAuth;
}
