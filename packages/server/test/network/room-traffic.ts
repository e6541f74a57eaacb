import { isJsonObject } from "@achex/protocol";
import { pace } from "../kit/pace.ts";
import { HOSTS } from "./network.ts";
import { Follower, Terms } from "./room-follower.ts";
import { faultOf, type Session } from "./session.ts";
import type { RoundContext, Traffic } from "./trouble.ts";

const PAUSE_MILLISECONDS = 30;
/** A dead node's members are gone within this (PROTOCOL.md R160). */
const GONE_MILLISECONDS = 10_000;

interface Written {
  last: number;
  acknowledged: number;
  /** Values whose fate is not known: they may take effect later (PROTOCOL.md R165). */
  readonly unknown: Set<number>;
  lastAcknowledged: number;
}

/** Writes to the state of a room by followers at all nodes, of which the host hands over: PROTOCOL.md R100 to R114, R160 and R167. */
export class RoomTraffic implements Traffic {
  private readonly followers: readonly Follower[];
  private readonly written: readonly Written[];
  private readonly terms: Terms;
  private readonly running: Promise<void>[] = [];
  private rejected = 0;
  private handOvers = 0;
  private fenced = 0;
  private stale = 0;
  /** How long followers took to learn that members of dead nodes are gone, ms. */
  readonly noticed: number[] = [];

  constructor(private readonly context: RoundContext) {
    this.terms = new Terms((text) => context.problem(text));
    const presence = (follower: Follower, event: "joined" | "left") => this.presence(follower, event);
    this.followers = HOSTS.map(
      (host) => new Follower({ host, room: `r-${context.id}`, context, terms: this.terms, presence }),
    );
    this.written = HOSTS.map(() => ({ last: 0, acknowledged: 0, unknown: new Set<number>(), lastAcknowledged: 0 }));
  }

  get counts(): Readonly<Record<string, number>> {
    const sum = (of: (written: Written) => number) => this.written.reduce((total, one) => total + of(one), 0);
    return {
      stateAcknowledged: sum(({ acknowledged }) => acknowledged),
      stateUnknown: sum(({ unknown }) => unknown.size),
      stateRejected: this.rejected,
      terms: this.terms.seen.size,
      handOvers: this.handOvers,
      fencedWrites: this.fenced,
      staleWritesRejected: this.stale,
    };
  }

  async begin(): Promise<void> {
    const names = this.followers.map(({ name }) => name);
    for (const follower of this.followers) await follower.begin(names.filter((name) => name !== follower.name));
    for (const [index, follower] of this.followers.entries()) this.running.push(this.run(index, follower));
  }

  private async run(index: number, follower: Follower): Promise<void> {
    for (let n = 1; this.context.isSending(); ) {
      const { session } = follower;
      if (session?.isOpen) {
        await this.write(index, session, n++);
        if (follower.hostSid === session.sid) await this.decide(follower, session);
      }
      await pace(PAUSE_MILLISECONDS);
    }
  }

  private async write(index: number, session: Session, n: number): Promise<void> {
    const written = this.written[index];
    if (!written) return;
    const sent = performance.now();
    const hub = `r-${this.context.id}`;
    const reply = await session.ask({ $set: { hub, values: { [`n${index + 1}`]: n }, increment: { sum: 1 } } });
    const fault = reply && faultOf(reply);
    if (reply && fault === undefined) {
      written.last = n;
      written.acknowledged++;
      written.lastAcknowledged = performance.now();
      this.context.decided(session.url, sent, written.lastAcknowledged, `write ${n} of n${index + 1}`);
    } else if (fault === undefined || fault === "no-quorum") {
      written.unknown.add(n);
      if (fault) this.rejected++;
    } else {
      this.rejected++;
      // A node that has been taken for dead has left the room, and follows it again as soon as it can.
      if (fault !== "not-member") this.context.problem(`a write to a room was rejected with ${fault}`);
    }
  }

  /** What only the host does: a write that is valid in its term only, and sometimes it hands over. */
  private async decide(follower: Follower, session: Session): Promise<void> {
    const { context } = this;
    const { term } = follower;
    const hub = `r-${context.id}`;
    const reply = await session.ask({ $set: { hub, values: { fence: term }, term } });
    const fault = reply && faultOf(reply);
    if (fault === "stale-term") this.stale++;
    else if (reply && fault === undefined) this.fenced++;
    if (!context.random.chance(0.1)) return;
    const [candidate] = [...follower.members.keys()].filter((sid) => sid !== session.sid);
    if (candidate === undefined) return;
    const handed = await session.ask({ $host: { hub, sid: candidate } });
    if (!handed || !isJsonObject(handed.$result)) return;
    this.handOvers++;
    this.terms.note(Number(handed.$result.term), candidate, `the host at n${follower.number}, which handed over`);
  }

  private presence(follower: Follower, event: "joined" | "left"): void {
    const { trouble } = this.context;
    const now = performance.now();
    if (event === "left" && trouble.isDuring(now) && !trouble.isDead(follower.number))
      this.noticed.push(Math.round(now - trouble.began));
  }

  /** Followers that the disturbance spares know by now that the others are gone. */
  checkGone(): void {
    const { context } = this;
    const { trouble } = context;
    if (performance.now() - trouble.began < GONE_MILLISECONDS) return;
    const dead = trouble.dead.map((host) => this.followers[host - 1]?.name);
    for (const follower of this.followers.filter(({ number }) => !trouble.isDead(number))) {
      for (const name of follower.members.values())
        if (dead.includes(name)) context.problem(`n${follower.number} still lists ${name} of a dead node after 10 s`);
      for (const [name, isOnline] of follower.online)
        if (isOnline && dead.includes(name)) context.problem(`n${follower.number} still says that ${name} is online`);
    }
  }

  unsettled(since: number): string | undefined {
    const sids = this.followers.map(({ session }) => session?.sid);
    const [first] = this.followers;
    for (const [index, follower] of this.followers.entries()) {
      const who = `the follower at n${follower.number}`;
      if (!follower.session?.isOpen) return `${who} is not connected`;
      if ((this.written[index]?.lastAcknowledged ?? 0) < since) return `no write of ${who} was acknowledged`;
      if (follower.members.size !== sids.length || sids.some((sid) => !follower.members.has(Number(sid))))
        return `${who} lists ${JSON.stringify([...follower.members])} instead of ${JSON.stringify(sids)}`;
      if ([...follower.online.values()].includes(false))
        return `${who} heard of ${JSON.stringify([...follower.online])}`;
      if (follower.hostSid === undefined || follower.term !== first?.term)
        return `${who} is in term ${follower.term} of ${follower.hostSid}, another in ${first?.term}`;
    }
    return undefined;
  }

  async finish(): Promise<void> {
    await Promise.all(this.running);
    const { context } = this;
    const states = await Promise.all(this.followers.map((follower) => this.stateAt(follower)));
    const [first = {}] = states;
    for (const [index, state] of states.entries())
      if (JSON.stringify(state) !== JSON.stringify(first))
        context.problem(`the state of n${index + 1} differs: ${JSON.stringify(state)}, n1: ${JSON.stringify(first)}`);
    for (const [index, { last, unknown }] of this.written.entries()) {
      const value = Number(first[`n${index + 1}`] ?? 0);
      if (value !== last && !unknown.has(value))
        context.problem(`n${index + 1} of the room is ${value}, acknowledged was ${last}`);
    }
    const { stateAcknowledged: least = 0, stateUnknown: unknown = 0 } = this.counts;
    const sum = Number(first.sum ?? 0);
    if (sum < least || sum > least + unknown)
      context.problem(`the sum is ${sum}, acknowledged were ${least} writes, of unknown fate ${unknown}`);
  }

  /** Its values by key, as a session that joins again is sent them. */
  private async stateAt(follower: Follower): Promise<Record<string, unknown>> {
    await follower.session?.result({ joinHub: `r-${this.context.id}`, $state: true });
    return Object.fromEntries([...follower.values].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }

  close(): void {
    for (const follower of this.followers) follower.close();
  }
}
