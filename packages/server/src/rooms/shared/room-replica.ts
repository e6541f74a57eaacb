import type { DropReason } from "@achex/protocol";
import { processOf } from "../../cluster/shared-log.ts";
import type { RoomKey, RoomState, SavedRoomState, State, StateChange, StateSink } from "../../state.ts";
import { obstacleTo } from "../admission.ts";
import type { Eventual, HandOverReply, OptionsReply, TermReply } from "../node-rooms.ts";
import { RoomRoles } from "../room-roles.ts";
import type { MemberFact, RoomRequest } from "./room-entries.ts";

type Request<Verb> = Extract<RoomRequest, { do: Verb }>;

export type JoinOutcome =
  | { readonly kind: "joined"; readonly isCreator: boolean }
  | { readonly kind: "refused"; readonly reason: DropReason };

/** A replica as plain data, for a node that is new. */
export interface SavedReplica {
  readonly room: RoomKey;
  readonly state: SavedRoomState;
  readonly seats: readonly (readonly [seat: number, session: number])[];
  /** In the order in which they began to follow. */
  readonly followers: readonly (Pick<MemberFact, "session" | "name" | "isAway"> & { readonly wants: boolean })[];
  readonly members: readonly (readonly [session: number, incarnation: string])[];
  readonly awaited: readonly string[];
  readonly isHostOverdue: boolean;
}

/**
 * One room as every node of a cluster has it: its state, host, term, options and seats, its followers in their order, and its members. It
 * is changed only by entries of the log, in their order, so it is the same everywhere.
 */
export class RoomReplica implements StateSink {
  readonly state: RoomState;
  readonly roles: RoomRoles;
  /** Its state or its options have changed since this was reset. */
  isChanged = false;
  /** Tells the followers of this node. */
  view: StateSink | undefined;
  /** The process that has each member. */
  private readonly members = new Map<number, string>();
  /** Names of followers. */
  private readonly names = new Map<number, string>();
  /** Processes that have members of which the log does not know yet. */
  private readonly awaited: Set<string>;

  constructor(
    readonly key: RoomKey,
    open: State["open"],
    holders: readonly string[],
    saved?: SavedReplica,
  ) {
    this.awaited = new Set(saved?.awaited ?? holders);
    this.state = open(key, this, saved?.state);
    this.roles = new RoomRoles(this.state, () => {});
    if (saved) this.restore(saved);
  }

  /** Nobody is in it. */
  get isOver(): boolean {
    return this.members.size + this.awaited.size === 0;
  }

  /** It was without members, and these processes are said to have some. */
  wake(holders: readonly string[]): void {
    for (const process of holders) this.awaited.add(process);
  }

  /** The last member has left, and nobody could ever open it again (PROTOCOL.md R148). */
  fallAsleep(): SavedReplica {
    this.view = undefined;
    void this.state.setOptions({ ...this.state.options, closed: false });
    return this.save();
  }

  get incarnations(): ReadonlySet<string> {
    return new Set(this.members.values());
  }

  has(session: number): boolean {
    return this.members.has(session);
  }

  hasMembersOf(incarnation: string): boolean {
    return this.awaited.has(processOf(incarnation)) || this.members.values().some((one) => one === incarnation);
  }

  get isAwaiting(): boolean {
    return this.awaited.size > 0;
  }

  /** Processes that are said to have members, and have not named them. */
  get awaitedProcesses(): readonly string[] {
    return [...this.awaited];
  }

  /** Name of a follower. */
  nameOf(session: number): string | undefined {
    return this.names.get(session);
  }

  /** `isNew`: this join has created the room. */
  join(request: Request<"join">, incarnation: string, isNew: boolean): JoinOutcome {
    const { fact, isMember, passwordDigest, seat, options } = request;
    const { session } = fact;
    const isCreator = isNew && request.isFirst;
    if (!isNew && !isMember && !this.members.has(session)) {
      const reason = obstacleTo(this.state.options, this.members.size, passwordDigest);
      if (reason) return { kind: "refused", reason };
    }
    this.members.set(session, incarnation);
    if (isCreator && options) void this.state.setOptions({ ...this.state.options, ...options });
    const { seats } = this.roles;
    if (seat === false) seats.free(session);
    else if (seat !== undefined) seats.take(session, seat, this.state.options.seats);
    if (request.state === false) this.unfollow(session);
    else this.follow(fact, request);
    return { kind: "joined", isCreator };
  }

  write({ session, write }: Request<"write">, incarnation: string): ReturnType<RoomState["write"]> {
    this.members.set(session, incarnation);
    return this.state.write(write, session);
  }

  setOptions({ session, options }: Request<"options">): Eventual<OptionsReply> {
    if (this.state.host !== session) return { kind: "not-host" };
    // The time it may be away begins again.
    this.roles.isHostOverdue = false;
    return this.state.setOptions({ ...this.state.options, ...options });
  }

  handOver({ session, to }: Request<"hand-over">): HandOverReply {
    if (this.state.host !== session) return { kind: "not-host" };
    return this.roles.handOver(to) ? { kind: "handed-over", term: this.state.term } : { kind: "not-candidate" };
  }

  checkTerm(term: number): TermReply {
    const { term: present } = this.state;
    return present === term && present > 0 ? { kind: "in-term" } : { kind: "stale-term", term: present };
  }

  /** Twice, or too late, it changes nothing. */
  graceOver({ host, term }: Request<"grace-over">): void {
    if (this.state.host !== host || this.state.term !== term || this.roles.candidates.has(host)) return;
    this.roles.isHostOverdue = true;
    this.roles.replaceOverdueHost();
  }

  /** A process names its members. One that it has taken over from another process keeps its place. */
  learn({ present, left }: Request<"members">, incarnation: string): void {
    this.awaited.delete(processOf(incarnation));
    for (const fact of present) {
      const { session, isAway, name } = fact;
      this.members.set(session, incarnation);
      this.correct(fact);
      if (!this.roles.candidates.includes(session)) continue;
      if (isAway) this.roles.wentAway(session);
      else this.roles.cameBack(session);
      this.rename(session, name);
    }
    this.leave(left.filter((session) => this.members.get(session) === incarnation));
  }

  absent(process: string): void {
    this.awaited.delete(process);
  }

  nodeGone(incarnation: string): void {
    this.awaited.delete(processOf(incarnation));
    this.leave([...this.members].flatMap(([session, one]) => (one === incarnation ? session : [])));
  }

  changed(change: StateChange): void {
    this.isChanged = true;
    this.view?.changed(change);
  }

  hostChanged(host: number | undefined, term: number): void {
    this.view?.hostChanged(host, term);
  }

  optionsChanged(): void {
    this.isChanged = true;
    this.view?.optionsChanged();
  }

  save(): SavedReplica {
    const { key, state, roles, members, awaited } = this;
    const followers = roles.candidates.save().map(({ session, wants, isAway }) => ({
      ...{ session, wants, isAway },
      name: this.names.get(session) ?? "",
    }));
    return {
      room: key,
      state: { ...state.save(), options: state.options },
      seats: roles.seats.save(),
      followers,
      members: [...members],
      awaited: [...awaited],
      isHostOverdue: roles.isHostOverdue,
    };
  }

  private restore({ seats, followers, members, isHostOverdue }: SavedReplica): void {
    for (const [seat, session] of seats) this.roles.seats.put(seat, session);
    for (const { session, wants, isAway, name } of followers) {
      this.roles.candidates.add(session, { wants, isAway });
      this.names.set(session, name);
    }
    for (const [session, incarnation] of members) this.members.set(session, incarnation);
    this.roles.isHostOverdue = isHostOverdue;
  }

  /** What is true at its node replaces what it proposed too late, or before it was taken for dead. */
  private correct(fact: MemberFact): void {
    const { session, wants, seat } = fact;
    const { roles, state } = this;
    if (wants !== null) {
      // A client that follows on may know a term of an earlier room of that name.
      if (state.term === 0) state.setHost(undefined);
      this.follow(fact, { state: true, host: wants });
    } else if (roles.candidates.includes(session)) this.unfollow(session);
    if ((roles.seats.of(session) ?? null) === seat) return;
    roles.seats.free(session);
    if (seat !== null) roles.seats.take(session, seat, state.options.seats);
  }

  private follow({ session, name, isAway }: MemberFact, joining: Pick<Request<"join">, "state" | "host">): void {
    // Before it becomes host under that name.
    if (joining.state === true || this.names.has(session)) this.names.set(session, name);
    const { state, host } = joining;
    this.roles.follow(session, { ...(state !== undefined && { state }), ...(host !== undefined && { host }) }, isAway);
  }

  private unfollow(session: number): void {
    this.names.delete(session);
    this.roles.unfollow(session);
  }

  private rename(session: number, name: string): void {
    if (this.names.get(session) === name) return;
    this.names.set(session, name);
    if (this.state.host === session) this.view?.optionsChanged();
  }

  private leave(sessions: readonly number[]): void {
    if (sessions.length === 0) return;
    for (const session of sessions) {
      this.members.delete(session);
      this.names.delete(session);
    }
    this.roles.leave(...sessions);
  }
}
