let lock: WakeLockSentinel | undefined;
let isWanted = false;

async function acquire(): Promise<void> {
  if (!isWanted || lock || document.hidden) return;
  try {
    lock = await navigator.wakeLock?.request("screen");
    lock?.addEventListener("release", () => {
      lock = undefined;
    });
    if (!isWanted) await lock?.release();
  } catch {
    // Refused, for example when the battery is low.
  }
}

// The browser releases it when the page is hidden.
document.addEventListener("visibilitychange", () => void acquire());

/** Keeps the screen on while something travels: a phone that sleeps ends its connections. */
export function keepAwake(wanted: boolean): void {
  if (wanted === isWanted) return;
  isWanted = wanted;
  if (wanted) void acquire();
  else void lock?.release().catch(() => {});
}
