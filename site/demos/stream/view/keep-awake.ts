/** Keeps the screen on while the page is in full screen, as on a wall. Returns a function that ends it. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  const update = () => {
    const isWanted = document.fullscreenElement !== null && !document.hidden;
    // Not every browser has it, and it needs https; then the screen follows its own settings.
    if (isWanted && "wakeLock" in navigator)
      navigator.wakeLock.request("screen").then(
        (one) => {
          lock = one;
        },
        () => {},
      );
    else void lock?.release();
  };
  document.addEventListener("fullscreenchange", update);
  document.addEventListener("visibilitychange", update);
  return () => {
    document.removeEventListener("fullscreenchange", update);
    document.removeEventListener("visibilitychange", update);
    void lock?.release();
  };
}
