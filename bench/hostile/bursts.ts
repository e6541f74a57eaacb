// One session sends many frames at once, without keeping to the rate limit. Measures how many are delivered and in which order.
import { textFrame } from "./kit/frames.ts";
import { until } from "./kit/pace.ts";
import { attackerAddress, openSession } from "./kit/sessions.ts";
import type { Attack, HostileCase } from "./kit/types.ts";

/** When nothing has arrived for this long, the burst counts as over. */
const PATIENCE_MS = 3_000;
const LIMIT_SECONDS = 60;

const burst =
  (frames: number, achex2: boolean): Attack =>
  async ({ port }) => {
    const endpoint = { port, instance: "board", address: attackerAddress(0), achex2 };
    let arrived = 0;
    let inOrder = true;
    let last = -1;
    let lastAt = 0;
    const receiver = await openSession(endpoint, "receiver", {
      onText: (text) => {
        const n = Number(/^\{"toH":"board","n":(\d+)/.exec(text)?.[1] ?? -1);
        if (n < 0) return;
        inOrder &&= n > last;
        last = n;
        arrived++;
        lastAt = performance.now();
      },
    });
    let faults = 0;
    const sender = await openSession(endpoint, "sender", {
      onText: (text) => {
        if (text.startsWith('{"$fault"')) faults += 1 + Number(/"more":(\d+)/.exec(text)?.[1] ?? 0);
      },
    });
    for (const session of [receiver, sender]) session.text('{"joinHub":"board"}');
    const all = Buffer.concat(Array.from({ length: frames }, (_, n) => textFrame(`{"toH":"board","n":${n}}`)));
    return async () => {
      const start = performance.now();
      lastAt = start;
      sender.send(all);
      await until(() => arrived === frames || performance.now() - lastAt > PATIENCE_MS, LIMIT_SECONDS);
      const seconds = Math.round((lastAt - start) / 100) / 10;
      const closed = sender.isOpen ? "no" : `with ${sender.closeCode}`;
      return { sent: frames, arrived, inOrder, seconds, faults, senderClosed: closed };
    };
  };

export const bursts: HostileCase = {
  id: "bursts",
  title: "Hub frames sent all at once",
  variants: [
    { id: "1200", title: "1,200 frames, cloud", attack: burst(1_200, false) },
    { id: "1200-achex2", title: "1,200 frames, achex.2", attack: burst(1_200, true) },
    { id: "5000", title: "5,000 frames, cloud", attack: burst(5_000, false) },
    { id: "5000-achex2", title: "5,000 frames, achex.2", attack: burst(5_000, true) },
  ],
};
