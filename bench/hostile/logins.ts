// Claims new names with passwords, each of which the relay has to hash. Meanwhile the owner of a claimed name logs in.
import type { RawClient } from "./kit/raw-client.ts";
import { attackerAddress, LoginRefused, logIn, openMany, openSession } from "./kit/sessions.ts";
import type { Attack, HostileCase } from "./kit/types.ts";

const ADDRESSES = 4;
/** For each address, the relay allows 250 waiting logins and 100 sessions that are not logged in. */
const SESSIONS_PER_ADDRESS = 300;
const OWNER_EVERY_MS = 250;
const OWNER_ADDRESS = "203.0.113.20";
const INSTANCE = "claims";

/** Claims names until the connection ends; resolves with the number of rejected claims. */
async function claimRepeatedly(session: RawClient, prefix: string, tally: { accepted: number; refused: number }) {
  for (let n = 0; session.isOpen; n++) {
    try {
      await logIn(session, `${prefix}-${n}`, "any");
      tally.accepted++;
    } catch (error) {
      if (!(error instanceof LoginRefused)) return;
      tally.refused++;
      await Bun.sleep(20);
    }
  }
}

const fillQueue: Attack = async ({ port }, seconds) => {
  const owner = { port, instance: INSTANCE, address: OWNER_ADDRESS };
  // Stays connected, so that the claim does not expire.
  await openSession(owner, "owner", { password: "right", onText: () => {} });
  const sessions = await openMany(ADDRESSES * SESSIONS_PER_ADDRESS, async (n) => {
    const address = attackerAddress(n % ADDRESSES);
    // Logs in without a password first, because the number of sessions per address that are not logged in is limited.
    return openSession({ port, instance: INSTANCE, address }, `first${n}`, { onText: () => {} });
  });
  return async () => {
    const tally = { accepted: 0, refused: 0 };
    sessions.forEach((session, n) => void claimRepeatedly(session, `fresh${n}`, tally));
    const times: number[] = [];
    let refused = 0;
    const tries: Promise<void>[] = [];
    const end = performance.now() + seconds * 1_000;
    for (; performance.now() < end; await Bun.sleep(OWNER_EVERY_MS)) {
      const start = performance.now();
      const attempt = openSession(owner, "owner", { password: "right" }).then(
        () => void times.push(performance.now() - start),
        () => void refused++,
      );
      tries.push(attempt);
    }
    await Promise.all(tries);
    const slowest = Math.round(Math.max(0, ...times));
    return { ownerLoggedIn: times.length, ownerRefused: refused, ownerSlowestMs: slowest, claimed: tally.accepted };
  };
};

export const logins: HostileCase = {
  id: "logins",
  title: "The queue of password checks is filled",
  variants: [
    {
      id: "claims",
      title: `${ADDRESSES} addresses claim fresh names, an owner logs in`,
      flags: ["--auth", "claim"],
      attack: fillQueue,
    },
  ],
};
