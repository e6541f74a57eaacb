interface Target {
  addEventListener?(type: string, listener: () => void, options: { signal: AbortSignal }): void;
  readonly visibilityState?: string;
  readonly onLine?: boolean;
}

/** What browsers have under that name, and others have not, or less of it. */
const browsers = (name: "window" | "document" | "navigator"): Target | undefined => Reflect.get(globalThis, name);

/**
 * Listens for what browsers know: `wake` when the page is seen again or the network is back, `offline` when it has gone.
 * Elsewhere it does nothing. Returns its end.
 */
export function watchWake(wake: () => void, offline: () => void): () => void {
  const end = new AbortController();
  const page = browsers("window");
  page?.addEventListener?.("online", wake, end);
  page?.addEventListener?.("offline", offline, end);
  const seen = browsers("document");
  seen?.addEventListener?.("visibilitychange", () => seen.visibilityState === "visible" && wake(), end);
  return () => end.abort();
}

/** false only where the runtime is sure that there is no network. */
export const hasNetwork = (): boolean => browsers("navigator")?.onLine !== false;
