import type { Core } from "./core.ts";

/** Looks whether accounts were changed and ends the sessions this concerns; what a failing disk prevents is made up for next time. */
export function createRevocation(core: Core): () => void {
  let due = false;
  return () => {
    try {
      due ||= core.auth.accountsChanged();
      if (due) revoke(core);
      due = false;
    } catch (error) {
      // Thrown on from a timer it would end the process, and with it the sessions of a relay that needs no accounts.
      core.log.error("accounts cannot be read", { error });
    }
  };
}

/** Ends sessions whose account was removed or given another password while they were open. */
function revoke({ sessions, auth }: Core): void {
  for (const session of sessions.values()) {
    if (session.state.kind === "named" && !auth.isCurrent(session.state.grant))
      session.close("accountChanged", "account-changed");
  }
}
