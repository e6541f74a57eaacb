const TICK_MS = 2;

/**
 * Calls `send` at an even rate for a number of seconds. Calls that are late because this process was busy are made immediately.
 */
export async function atRate(perSecond: number, seconds: number, send: (n: number) => void): Promise<number> {
  const start = performance.now();
  const total = Math.floor(perSecond * seconds);
  for (let sent = 0; sent < total; await Bun.sleep(TICK_MS)) {
    const due = Math.min(total, ((performance.now() - start) / 1_000) * perSecond);
    for (; sent < due; sent++) send(sent);
  }
  return total;
}

/** Polls until `isDone` returns true. Returns false if it has not within that many seconds. */
export async function until(isDone: () => boolean | Promise<boolean>, seconds: number): Promise<boolean> {
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    if (await isDone()) return true;
    await Bun.sleep(20);
  }
  return false;
}
