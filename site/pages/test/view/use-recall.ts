import { useRef } from "preact/hooks";
import { unmasked } from "../model/secrets.ts";
import type { App } from "../state/app.ts";
import type { Client } from "../state/client.ts";

/** Walks through what was sent, and back to what was being written. */
export function useRecall(app: App, client: Client, pick: (text: string, binary: boolean) => void) {
  const at = useRef(-1);
  const unsent = useRef("");
  const textOf = (index: number) => unmasked(app.history.value[index] ?? "", client.password.value);
  return {
    reset() {
      at.current = -1;
    },
    /** Whether plain arrows recall: not while there is something of one's own to move about in. */
    walking: () =>
      !client.draft.value.includes("\n") && client.draft.value === (at.current === -1 ? "" : textOf(at.current)),
    step(by: number) {
      if (at.current === -1) unsent.current = client.draft.value;
      at.current = Math.max(-1, Math.min(app.history.value.length - 1, at.current + by));
      pick(at.current === -1 ? unsent.current : textOf(at.current), false);
    },
  };
}
