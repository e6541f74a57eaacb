export interface WakeEvents {
  /** The page is seen again, or the network is back. */
  wake(): void;
  /** The network has gone. */
  offline(): void;
}

interface Target {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

const isTarget = (value: unknown): value is Target =>
  typeof value === "object" && value !== null && "addEventListener" in value && "removeEventListener" in value;

/** Listens for what browsers know about the network and the page; elsewhere it does nothing. Returns its end. */
export function watchWake(events: WakeEvents): () => void {
  const ends: (() => void)[] = [];
  const listen = (target: unknown, type: string, listener: () => void) => {
    if (!isTarget(target)) return;
    target.addEventListener(type, listener);
    ends.push(() => target.removeEventListener(type, listener));
  };
  const page: unknown = Reflect.get(globalThis, "document");
  listen(globalThis, "online", events.wake);
  listen(globalThis, "offline", events.offline);
  listen(page, "visibilitychange", () => {
    if (isTarget(page) && "visibilityState" in page && page.visibilityState === "visible") events.wake();
  });
  return () => {
    for (const end of ends) end();
  };
}

/** false only where the runtime is sure that there is no network. */
export const hasNetwork = (): boolean => {
  const navigator: unknown = Reflect.get(globalThis, "navigator");
  return !(typeof navigator === "object" && navigator !== null && "onLine" in navigator && navigator.onLine === false);
};
