import type { ServerTime, Tick } from "./api.ts";
import { isDelay } from "./clock.ts";
import { ownFault } from "./fault.ts";
import type { Session } from "./session.ts";

/** How often it looks whether the server's time is known, ms. */
const UNKNOWN = 100;

/** Calls the listener at each multiple of the interval in the server's time. Returns an unsubscribe function. */
export function startTicks(
  { clock, lifecycle }: Session,
  time: ServerTime,
  interval: number,
  listener: (tick: Tick) => void,
): () => void {
  if (!isDelay(interval) || typeof listener !== "function")
    throw ownFault("invalid", "every() takes milliseconds and a function.");
  let last: number | undefined;
  let cancel = () => {};
  const wait = () => {
    const left = time.error < Number.POSITIVE_INFINITY ? interval - (time.now() % interval) : UNKNOWN;
    // At least 1 ms: timers fire early by a fraction of one, and would fire again and again.
    cancel = clock.after(Math.max(1, Math.ceil(left)), run);
  };
  const run = () => {
    // Before the listener, which may throw or unsubscribe.
    wait();
    const tick = Math.floor(time.now() / interval);
    // Each measurement corrects the clock a little, so a time may come twice.
    if (time.error === Number.POSITIVE_INFINITY || (last !== undefined && tick <= last)) return;
    const skipped = last === undefined ? 0 : tick - last - 1;
    last = tick;
    listener({ tick, time: tick * interval, skipped });
  };
  wait();
  const stop = () => {
    cancel();
    remove();
  };
  const remove = lifecycle.add("restore", { closed: (_, final) => final && stop() });
  return stop;
}
