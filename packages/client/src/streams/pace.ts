import type { Wire } from "../host.ts";

/** Part of the server's limit a stream uses: its other messages need some, too. */
const SHARE = 0.9;

/**
 * Waits as long as the bytes need by the server's limit (bytesPerSecond). Faster, the server would refuse data in the middle
 * of the stream, which ends it.
 */
export function createPace(wire: Wire): (bytes: number) => Promise<void> {
  let free = 0;
  return async (bytes) => {
    const rate = wire.limit("bytesPerSecond") * SHARE;
    if (rate === 0) return;
    const now = wire.clock.now();
    // A second's worth may go at once.
    free = Math.max(free, now - 1_000) + (bytes / rate) * 1_000;
    if (free > now) await new Promise<void>((resolve) => wire.clock.after(free - now, resolve));
  };
}
