// Many sessions in the same hubs disconnect at once. The relay notifies all remaining members of each departure.
import { spawnSync } from "node:child_process";
import { until } from "./kit/pace.ts";
import type { RawClient } from "./kit/raw-client.ts";
import { groupAddress, openMany, openSession } from "./kit/sessions.ts";
import type { Attack, HostileCase, Target } from "./kit/types.ts";

const HUBS = 100;
const CROWD = "crowd";
const PASSWORD = "of-the-crowd";
const EXIT_LIMIT_SECONDS = 60;
const LEAVE_LIMIT_SECONDS = 60;

const joinAll = async (session: RawClient, extra: string): Promise<void> => {
  for (let hub = 0; hub < HUBS; hub++) session.text(`{"joinHub":"hub${hub}"${extra}}`);
  await session.flushed();
};

interface Crowd {
  readonly sessions: number;
  readonly presence?: boolean;
  readonly password?: string;
}

const joinCrowd = ({ port }: Target, { sessions, presence, password }: Crowd): Promise<RawClient[]> =>
  openMany(sessions, async (n) => {
    const endpoint = { port, instance: CROWD, address: groupAddress(n), achex2: presence === true };
    const session = await openSession(endpoint, password ? CROWD : `member${n}`, { password: password ?? "" });
    await joinAll(session, presence ? ',"$presence":true' : "");
    return session;
  });

/** The process ends right after this, which closes all its connections at once. */
const dropped =
  (crowd: Crowd): Attack =>
  async (target) => {
    await joinCrowd(target, crowd);
    return async () => ({ sessions: crowd.sessions });
  };

const goneFrom = (sessions: readonly RawClient[]): number => sessions.filter(({ isOpen }) => !isOpen).length;

const revoked =
  (crowd: Crowd): Attack =>
  async (target) => {
    const sessions = await joinCrowd(target, { ...crowd, password: PASSWORD });
    return async () => {
      const [command = "", ...args] = target.achex;
      spawnSync(command, [...args, "user", "remove", CROWD, "--data", target.data]);
      const start = performance.now();
      await until(() => goneFrom(sessions) === sessions.length, LEAVE_LIMIT_SECONDS);
      const seconds = (performance.now() - start) / 1_000;
      return {
        sessions: crowd.sessions,
        closed: goneFrom(sessions),
        secondsUntilClosed: Math.round(seconds * 10) / 10,
      };
    };
  };

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const stopped =
  (crowd: Crowd): Attack =>
  async (target) => {
    const sessions = await joinCrowd(target, crowd);
    return async () => {
      const start = performance.now();
      process.kill(target.pid, "SIGTERM");
      const ended = await until(() => !isRunning(target.pid), EXIT_LIMIT_SECONDS);
      const seconds = (performance.now() - start) / 1_000;
      const told = sessions.filter(({ closeCode }) => closeCode === 1001).length;
      return { sessions: crowd.sessions, ended, secondsUntilEnd: Math.round(seconds * 10) / 10, closedWith1001: told };
    };
  };

export const departures: HostileCase = {
  id: "departures",
  title: `Sessions in the same ${HUBS} hubs leave together`,
  variants: [
    { id: "dropped", title: "1,000 connections drop", attack: dropped({ sessions: 1_000 }) },
    { id: "dropped-400", title: "400 connections drop", attack: dropped({ sessions: 400 }) },
    {
      id: "presence",
      title: "180 connections that follow presence drop",
      attack: dropped({ sessions: 180, presence: true }),
    },
    {
      id: "revocation",
      title: "200 sessions of one account that is removed",
      flags: ["--auth", "accounts"],
      users: { [CROWD]: PASSWORD },
      attack: revoked({ sessions: 200 }),
    },
    { id: "sigterm", title: "SIGTERM with 1,000 sessions", attack: stopped({ sessions: 1_000 }) },
  ],
};
