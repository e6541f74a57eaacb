const TICK_MS = 2;

/** Calls `send` at an even rate for so many seconds; what is late because this process was busy follows at once. */
export async function atRate(perSecond: number, seconds: number, send: (n: number) => void): Promise<number> {
  const start = performance.now();
  const total = Math.floor(perSecond * seconds);
  for (let sent = 0; sent < total; await Bun.sleep(TICK_MS)) {
    const due = Math.min(total, ((performance.now() - start) / 1_000) * perSecond);
    for (; sent < due; sent++) send(sent);
  }
  return total;
}

/** Polls until `isDone`, at most for so many seconds; false when it never was. */
export async function until(isDone: () => boolean | Promise<boolean>, seconds: number): Promise<boolean> {
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    if (await isDone()) return true;
    await Bun.sleep(20);
  }
  return false;
}
