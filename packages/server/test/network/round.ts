import { pace } from "../kit/pace.ts";
import { TimeoutError, until, within } from "../kit/wait.ts";
import { Random } from "../sim/random.ts";
import { ClaimTraffic } from "./claim-traffic.ts";
import { disturbanceOf } from "./disturbances.ts";
import type { Hosts } from "./hosts.ts";
import { KeptTraffic } from "./kept-traffic.ts";
import { HOSTS } from "./network.ts";
import { PlainTraffic } from "./plain-traffic.ts";
import { RoomTraffic } from "./room-traffic.ts";
import { type RoundContext, type Traffic, Trouble } from "./trouble.ts";

/** How long clients talk before something happens. */
const BEFORE_MILLISECONDS = 1_000;
const SETTLE_MILLISECONDS = 60_000;
const FINISH_MILLISECONDS = 60_000;
/** Some pass before anybody is taken for dead. */
const HOLDS = [1_000, 3_000, 7_000] as const;
/** Long enough to see that dead nodes are gone (PROTOCOL.md R160). */
const HOLDS_OF_THE_DEAD = [2_000, 7_000, 10_500] as const;
const MOST_PROBLEMS = 20;

export interface RoundOptions {
  readonly round: number;
  readonly seed: number;
  /** Disturbances last at most this long, ms. */
  readonly longest: number;
}

export interface RoundResult {
  readonly round: number;
  readonly seed: number;
  readonly what: string;
  /** How long the disturbance lasted, ms. */
  readonly held: number;
  /** From its end until everything worked everywhere, ms. */
  readonly recovery: number;
  /** The longest time in which a client of a living node had no kept message acknowledged, ms. */
  readonly keptPause: number;
  /** How long followers took to learn that members of dead nodes are gone, ms. */
  readonly noticed: readonly number[];
  readonly counts: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  /** The kept hub of the round, and what it has. */
  readonly hub: string;
  readonly digest: string;
}

function contextOf(hosts: Hosts, id: string, random: Random, trouble: Trouble, problems: string[]) {
  const state = { isSending: true };
  const problem = (text: string): void => {
    if (problems.length < MOST_PROBLEMS && !problems.includes(text)) problems.push(text);
  };
  const url = (host: (typeof HOSTS)[number]) => hosts.host(host).url;
  const context: RoundContext = {
    ...{ id, random, trouble, problem, url },
    isSending: () => state.isSending,
    decided(address, sent, acknowledged, what) {
      const host = HOSTS.find((one) => url(one) === address);
      if (host && trouble.withoutQuorum.includes(host) && trouble.isDuring(sent) && trouble.isDuring(acknowledged))
        problem(`${what} was acknowledged by n${host}, which reached no quorum`);
    },
  };
  return { context, state };
}

/** Waits until all traffic flows again. */
async function settle(traffics: readonly Traffic[], since: number): Promise<void> {
  let last: string | undefined;
  const isSettled = (): boolean => {
    last = traffics.map((traffic) => traffic.unsettled(since)).find((text) => text !== undefined);
    return last === undefined;
  };
  await until("all to work again", isSettled, SETTLE_MILLISECONDS).catch((error: unknown) => {
    throw error instanceof TimeoutError ? new Error(`after ${SETTLE_MILLISECONDS} ms ${last}`) : error;
  });
}

/** Clients of all nodes talk, one thing goes wrong and is put right again, and everything that was acknowledged is looked for. */
export async function playRound(hosts: Hosts, { round, seed, longest }: RoundOptions): Promise<RoundResult> {
  const random = new Random(seed);
  const { apply, heal, what, affected, dead, withoutQuorum } = disturbanceOf(round, hosts, random);
  const hold = Math.min(longest, random.pick(dead.length > 0 ? HOLDS_OF_THE_DEAD : HOLDS));
  const trouble = new Trouble(what, affected, dead, withoutQuorum);
  const problems: string[] = [];
  const { context, state } = contextOf(hosts, `${round}-${seed}`, random, trouble, problems);
  const [kept, rooms] = [new KeptTraffic(context), new RoomTraffic(context)];
  const traffics: readonly Traffic[] = [kept, rooms, new PlainTraffic(context), new ClaimTraffic(context)];
  let recovery = 0;
  try {
    for (const traffic of traffics) await within("clients to begin", traffic.begin(), SETTLE_MILLISECONDS);
    await settle(traffics, performance.now());
    await pace(BEFORE_MILLISECONDS);
    await apply();
    trouble.began = performance.now();
    await pace(hold);
    rooms.checkGone();
    trouble.healed = performance.now();
    await heal();
    await settle(traffics, trouble.healed);
    recovery = Math.round(performance.now() - trouble.healed);
    state.isSending = false;
    await Promise.all(traffics.map((traffic) => within("a round to finish", traffic.finish(), FINISH_MILLISECONDS)));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    state.isSending = false;
  }
  for (const traffic of traffics) traffic.close();
  return {
    ...{ round, seed, what, held: hold, recovery, keptPause: kept.longestPause, noticed: rooms.noticed },
    ...{ counts: Object.assign({}, ...traffics.map(({ counts }) => counts)), problems },
    ...{ hub: kept.hub, digest: kept.digest },
  };
}
