interface Target {
  addEventListener?(type: string, listener: () => void, options: { signal: AbortSignal }): void;
}

/** What pages have; workers have no document, and others have still less of it. */
interface Browser extends Target {
  readonly document?: Target & { readonly visibilityState: string };
  readonly navigator?: { readonly userAgent?: string; readonly onLine?: boolean };
}

const browser: Browser = globalThis;

/**
 * Listens for what browsers know: `wake` when the page is seen again or the network is back, `offline` when it has gone.
 * Elsewhere it does nothing. Returns its end.
 */
export function watchWake(wake: () => void, offline: () => void): () => void {
  const end = new AbortController();
  const page = browser.document;
  browser.addEventListener?.("online", wake, end);
  browser.addEventListener?.("offline", offline, end);
  page?.addEventListener?.("visibilitychange", () => page.visibilityState === "visible" && wake(), end);
  return () => end.abort();
}

/** false only where the runtime is sure that there is no network. */
export const hasNetwork = (): boolean => browser.navigator?.onLine !== false;
