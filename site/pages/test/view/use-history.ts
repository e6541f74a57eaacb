import { useRef } from "preact/hooks";
import { unmasked } from "../model/password-mask.ts";
import type { App } from "../state/app.ts";
import type { Client } from "../state/client.ts";

/** Steps through the history of sent frames and back to the current draft. */
export function useHistory(app: App, client: Client, pick: (text: string, binary: boolean) => void) {
  const at = useRef(-1);
  const unsent = useRef("");
  const textOf = (index: number) => unmasked(app.history.value[index] ?? "", client.password.value);
  return {
    reset() {
      at.current = -1;
    },
    /** Whether plain arrow keys step through the history. In an edited draft they move the cursor. */
    walking: () =>
      !client.draft.value.includes("\n") && client.draft.value === (at.current === -1 ? "" : textOf(at.current)),
    step(by: number) {
      if (at.current === -1) unsent.current = client.draft.value;
      at.current = Math.max(-1, Math.min(app.history.value.length - 1, at.current + by));
      pick(at.current === -1 ? unsent.current : textOf(at.current), false);
    },
  };
}
