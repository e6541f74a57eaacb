interface EventSource {
  addEventListener?(type: string, listener: () => void, options: { signal: AbortSignal }): void;
}

/** Globals of pages; workers have no document, and other runtimes lack more of them. */
interface Browser extends EventSource {
  readonly document?: EventSource & { readonly visibilityState: string };
  readonly navigator?: { readonly userAgent?: string; readonly onLine?: boolean };
}

const browser: Browser = globalThis;

/**
 * Listens to browser events: calls `wake` when the page becomes visible or the network returns, and `offline` when the network
 * is lost. Does nothing in other runtimes. Returns an unsubscribe function.
 */
export function watchNetwork(wake: () => void, offline: () => void): () => void {
  const end = new AbortController();
  const page = browser.document;
  browser.addEventListener?.("online", wake, end);
  browser.addEventListener?.("offline", offline, end);
  page?.addEventListener?.("visibilitychange", () => page.visibilityState === "visible" && wake(), end);
  return () => end.abort();
}

/** false only if the runtime is sure that there is no network. */
export const hasNetwork = (): boolean => browser.navigator?.onLine !== false;
