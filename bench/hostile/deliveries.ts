// Messages that are one frame for their sender and hundreds of sends for the relay.
import { textFrame } from "./kit/frames.ts";
import { atRate } from "./kit/pace.ts";
import { groupAddress, openMany, openSession } from "./kit/sessions.ts";
import type { Attack, HostileCase } from "./kit/types.ts";

const REGISTER = '{"cmd":"register_broadcast","bid":"crowd"}';

interface Crowd {
  readonly senders: number;
  /** Messages per second, for each sender. */
  readonly rate: number;
  readonly members: number;
  readonly bytes: number;
  readonly reading: boolean;
}

const messageOf = (bytes: number): Buffer => {
  const head = '{"bc":"crowd","text":"';
  return textFrame(`${head}${"x".repeat(bytes - head.length - 2)}"}`);
};

const broadcast =
  ({ senders, rate, members, bytes, reading }: Crowd): Attack =>
  async ({ port }, seconds) => {
    const endpoint = (n: number) => ({ port, instance: "crowd", address: groupAddress(n) });
    const crowd = await openMany(members, async (n) => {
      const member = await openSession(endpoint(n), `member${n}`);
      member.text(REGISTER);
      if (!reading) member.stopReading();
      return member;
    });
    const sending = await openMany(senders, (n) => openSession(endpoint(members + n), `sender${n}`));
    const frame = messageOf(bytes);
    return async () => {
      const before = crowd.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      const sent = await atRate(rate * senders, seconds, (n) => {
        // A sender whose last frame is still unsent skips its turn, so that frames do not pile up in this process.
        const sender = sending[n % senders];
        if (sender?.isIdle) sender.send(frame);
      });
      const after = crowd.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      return {
        sent,
        receivedMB: Math.round((after - before) / 1e6),
        membersClosed: crowd.filter(({ isOpen }) => !isOpen).length,
        sendersClosed: sending.filter(({ isOpen }) => !isOpen).length,
      };
    };
  };

export const deliveries: HostileCase = {
  id: "deliveries",
  title: "Broadcasts to a crowd",
  variants: [
    {
      id: "crowd",
      title: "20 senders × 450/s to 900 members",
      attack: broadcast({ senders: 20, rate: 450, members: 900, bytes: 100, reading: true }),
    },
    {
      id: "stalled",
      title: "2 senders of 900 kB to 200 members that do not read",
      attack: broadcast({ senders: 2, rate: 9, members: 200, bytes: 900_000, reading: false }),
    },
  ],
};
