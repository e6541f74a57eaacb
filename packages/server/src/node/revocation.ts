import type { SlicedWork } from "../fairness/sliced-work.ts";
import { failureText } from "../log/log-text.ts";
import type { Core } from "./core.ts";

/** Units of a turn that checking one account costs. */
const UNITS_PER_ACCOUNT = 4;

/**
 * Closes the sessions whose account has been removed or given another password, some in each turn of the event loop. If the
 * accounts cannot be read, the next call tries again.
 */
export function createRevocation(core: Core, work: Pick<SlicedWork, "add">): () => void {
  let due = false;
  const attempt = (act: () => void) => {
    try {
      act();
    } catch (error) {
      due = true;
      // Thrown from a timer, it would end the process, even of a relay whose sessions need no accounts.
      core.logThrottle.error("accounts cannot be read", failureText(error), { error: failureText(error) });
    }
  };
  function* closeRevoked(): Generator<number, void> {
    due = false;
    for (const session of core.sessions.values()) {
      if (session.state.kind !== "named") continue;
      const { grant } = session.state;
      attempt(() => {
        if (!core.auth.isCurrent(grant)) session.close("accountChanged", "account-changed");
      });
      if (due) return;
      yield UNITS_PER_ACCOUNT;
    }
  }
  return () =>
    attempt(() => {
      due ||= core.auth.accountsChanged();
      if (due) work.add(closeRevoked());
    });
}
