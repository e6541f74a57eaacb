interface Target {
  addEventListener(type: string, listener: () => void, options: { signal: AbortSignal }): void;
}

const isTarget = (value: unknown): value is Target => typeof Object(value).addEventListener === "function";

/** What browsers have under that name, and others have not. */
const ask = (object: string, key: string): unknown => Object(Reflect.get(globalThis, object))[key];

/**
 * Listens for what browsers know: `wake` when the page is seen again or the network is back, `offline` when it has gone.
 * Elsewhere it does nothing. Returns its end.
 */
export function watchWake(wake: () => void, offline: () => void): () => void {
  const end = new AbortController();
  const listen = (name: string, type: string, listener: () => void) => {
    const target: unknown = Reflect.get(globalThis, name);
    if (isTarget(target)) target.addEventListener(type, listener, end);
  };
  listen("window", "online", wake);
  listen("window", "offline", offline);
  listen("document", "visibilitychange", () => {
    if (ask("document", "visibilityState") === "visible") wake();
  });
  return () => end.abort();
}

/** false only where the runtime is sure that there is no network. */
export const hasNetwork = (): boolean => ask("navigator", "onLine") !== false;
