// Many open calls end at once: when either side of a call disconnects, the relay notifies the other side.

import { textFrame } from "./kit/frames.ts";
import { metric } from "./kit/metrics.ts";
import type { RawClient } from "./kit/raw-client.ts";
import { groupAddress, openMany, openSession } from "./kit/sessions.ts";
import type { Attack, HostileCase } from "./kit/types.ts";

const CALLERS = 1_000;
const CALLS = 1_000;
const BATCH = 100;
/** Keeps each caller below the limit of 500 frames per second. */
const BATCH_MS = 250;
const ANSWER_LIMIT_MS = 20_000;

/** Sends a batch of calls. Resolves when the relay has handled all of them: the last one requests a reply. */
async function callBatch(caller: RawClient, from: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  caller.onText = (text) => {
    if (text.includes('"$ref":1,')) resolve();
  };
  const frames = Array.from({ length: BATCH }, (_, n) =>
    textFrame(`{${n === BATCH - 1 ? '"$ref":1,' : ""}"to":"callee","$call":{"id":${from + n}}}`),
  );
  caller.send(Buffer.concat(frames));
  await Promise.race([promise, caller.closed, Bun.sleep(ANSWER_LIMIT_MS)]);
}

async function callAll(caller: RawClient): Promise<void> {
  for (let from = 0; from < CALLS; from += BATCH) {
    const pause = Bun.sleep(BATCH_MS);
    await callBatch(caller, from);
    await pause;
  }
  // Replies to the attacker are only counted.
  caller.onText = () => {};
}

const disconnecting =
  (who: "callee" | "callers"): Attack =>
  async ({ port }, seconds) => {
    const endpoint = (n: number) => ({ port, instance: "calls", address: groupAddress(n), achex2: true });
    const callee = await openSession(endpoint(0), "callee");
    const callers = await openMany(CALLERS, (n) => openSession(endpoint(n + 500), `caller${n}`, { onText: () => {} }));
    await Promise.all(callers.map(callAll));
    return async () => {
      const openCalls = (await metric(port, "achex_open_calls")) ?? 0;
      const leaving = who === "callee" ? [callee] : callers;
      const staying = who === "callee" ? callers : [callee];
      const before = staying.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      for (const session of leaving) session.drop();
      await Bun.sleep(seconds * 1_000);
      const after = staying.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      return {
        openCalls,
        receivedMB: Math.round((after - before) / 1e6),
        othersClosed: staying.filter(({ isOpen }) => !isOpen).length,
      };
    };
  };

export const calls: HostileCase = {
  id: "calls",
  title: `${CALLERS.toLocaleString("en")} callers × ${CALLS.toLocaleString("en")} open calls to one callee`,
  variants: [
    { id: "callee", title: "the callee disconnects", attack: disconnecting("callee") },
    { id: "callers", title: "all callers disconnect", attack: disconnecting("callers") },
  ],
};
