// Claims 100,000 names without a password. A name claimed with a password must stay with its owner even while the owner is
// offline.
import { textFrame } from "./kit/frames.ts";
import { atRate } from "./kit/pace.ts";
import { attackerAddress, openMany, openSession } from "./kit/sessions.ts";
import type { Attack, HostileCase } from "./kit/types.ts";

const CLAIMS = 100_000;
const SESSIONS = 100;
/** Per second, over all sessions; keeps each session below its frame limit. */
const RATE = 40_000;
const INSTANCE = "claims";

const pushOut =
  (addresses: number): Attack =>
  async ({ port }) => {
    const owner = await openSession({ port, instance: INSTANCE, address: "203.0.113.20" }, "owner", {
      password: "right",
    });
    owner.drop();
    const sessions = await openMany(SESSIONS, (n) =>
      openSession({ port, instance: INSTANCE, address: attackerAddress(n % addresses) }, `first${n}`),
    );
    return async () => {
      await atRate(RATE, CLAIMS / RATE, (n) => sessions[n % SESSIONS]?.send(textFrame(`{"auth":"claimed${n}"}`)));
      await Promise.all(sessions.map((session) => session.flushed()));
      const logIn = (address: string, password: string): Promise<boolean> =>
        openSession({ port, instance: INSTANCE, address }, "owner", { password }).then(
          () => true,
          () => false,
        );
      const stolen = await logIn(attackerAddress(9), "of-the-thief");
      return { claims: CLAIMS, stolen, ownerLoggedIn: await logIn("203.0.113.20", "right") };
    };
  };

export const claims: HostileCase = {
  id: "claims",
  title: "100,000 names claimed without a password",
  variants: [
    { id: "one-address", title: "from one address", flags: ["--auth", "claim"], attack: pushOut(1) },
    { id: "ten-addresses", title: "from ten addresses", flags: ["--auth", "claim"], attack: pushOut(10) },
  ],
};
