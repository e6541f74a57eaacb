// Fresh names claimed with passwords, each of which has to be hashed; meanwhile an owner logs in with the correct one.
import type { RawClient } from "./kit/raw-client.ts";
import { attackerAddress, LoginRefused, logIn, openMany, openSession } from "./kit/sessions.ts";
import type { Attack, HostileCase } from "./kit/types.ts";

const ADDRESSES = 4;
/** The relay lets 250 logins of one address wait, and 100 of its sessions be without a name. */
const SESSIONS_PER_ADDRESS = 300;
const OWNER_EVERY_MS = 250;
const OWNER_ADDRESS = "203.0.113.20";
const INSTANCE = "claims";

/** Claims names without end; resolves with how many were refused once the connection is gone. */
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
  // Stays, so that the name does.
  await openSession(owner, "owner", { password: "right", onText: () => {} });
  const sessions = await openMany(ADDRESSES * SESSIONS_PER_ADDRESS, async (n) => {
    const address = attackerAddress(n % ADDRESSES);
    // Named without a password first: only so many of one address may be without a name.
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
