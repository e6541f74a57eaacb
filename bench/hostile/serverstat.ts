// Requests the list of an instance's sessions in a loop: a short frame with a long reply.
import { textFrame } from "./kit/frames.ts";
import { atRate } from "./kit/pace.ts";
import { groupAddress, openMany, openSession } from "./kit/sessions.ts";
import type { Attack, HostileCase } from "./kit/types.ts";

const POPULATION = 1_000;
const ASKERS = 8;
const RATE = 490;
/** As long as allowed, because the reply lists names and hubs. */
const NAME_LENGTH = 120;

const ask: Attack = async ({ port }, seconds) => {
  const endpoint = (n: number) => ({ port, instance: "stat", address: groupAddress(n) });
  await openMany(POPULATION, async (n) => {
    const session = await openSession(endpoint(n), `user${n}`.padEnd(NAME_LENGTH, "x"));
    session.text(`{"joinHub":"${"hall".padEnd(NAME_LENGTH, "x")}"}`);
  });
  const askers = await openMany(ASKERS, (n) => openSession(endpoint(POPULATION + n), `asker${n}`));
  const frame = textFrame('{"serverstat":true}');
  return async () => {
    const sent = await atRate(ASKERS * RATE, seconds, (n) => {
      const asker = askers[n % ASKERS];
      if (asker?.isIdle) asker.send(frame);
    });
    const received = askers.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
    return { sent, receivedMB: Math.round(received / 1e6), closed: askers.filter(({ isOpen }) => !isOpen).length };
  };
};

export const serverstat: HostileCase = {
  id: "serverstat",
  title: "serverstat",
  variants: [
    {
      id: "cloud",
      title: `${ASKERS} cloud sessions ask ${RATE} times a second each, among ${POPULATION.toLocaleString("en")}`,
      attack: ask,
    },
  ],
};
