interface EventSource {
  addEventListener?(type: string, listener: () => void, options: { signal: AbortSignal }): void;
}

/** What pages have; workers have no document, and other runtimes even less. */
interface Browser extends EventSource {
  readonly document?: EventSource & { readonly visibilityState: string };
  readonly navigator?: { readonly userAgent?: string; readonly onLine?: boolean };
}

const browser: Browser = globalThis;

/**
 * Listens to what a browser knows: `wake` when the page becomes visible or the network is back, `offline` when it is gone. In
 * other runtimes it does nothing. Returns an unsubscribe function.
 */
export function watchNetwork(wake: () => void, offline: () => void): () => void {
  const end = new AbortController();
  const page = browser.document;
  browser.addEventListener?.("online", wake, end);
  browser.addEventListener?.("offline", offline, end);
  page?.addEventListener?.("visibilitychange", () => page.visibilityState === "visible" && wake(), end);
  return () => end.abort();
}

/** false only where the runtime is sure that there is no network. */
export const hasNetwork = (): boolean => browser.navigator?.onLine !== false;
