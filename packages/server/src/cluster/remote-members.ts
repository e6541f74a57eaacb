import type { MemberEvent, RosterMember } from "../node/roster.ts";
import type { Peer } from "./peer.ts";

/** Members of one channel at each other node, by session id. */
type Replica = Map<Peer, Map<number, RosterMember>>;

/**
 * The members that other nodes have in channels whose presence somebody follows here. Each node sends its own when this node begins to
 * follow, and every change afterwards.
 */
export class RemoteMembers {
  private readonly replicas = new Map<string, Replica>();
  /** Sessions that are about to enter a channel whose presence they want. */
  private readonly entering = new Map<string, number>();
  private readonly incoming = new Map<string, Map<number, RosterMember>>();

  /** `changed` is called after each change of a channel that is followed. */
  constructor(private readonly changed: (key: string, event: MemberEvent) => void) {}

  /** Channels that are followed. */
  get size(): number {
    return this.replicas.size;
  }

  /** A session that wants the presence is about to enter. */
  follow(key: string): void {
    if (!this.replicas.has(key)) this.replicas.set(key, new Map());
    this.entering.set(key, (this.entering.get(key) ?? 0) + 1);
  }

  /** It has entered, or will not. */
  entered(key: string): void {
    const left = (this.entering.get(key) ?? 1) - 1;
    if (left > 0) this.entering.set(key, left);
    else this.entering.delete(key);
  }

  /** Nobody here follows the channel any more. False while somebody is about to: the other nodes have been told, and send what changes. */
  unfollow(key: string): boolean {
    if (this.entering.has(key)) return false;
    this.replicas.delete(key);
    for (const id of this.incoming.keys()) if (id.endsWith(`\0${key}`)) this.incoming.delete(id);
    return true;
  }

  count(key: string): number {
    let count = 0;
    for (const members of this.replicas.get(key)?.values() ?? []) count += members.size;
    return count;
  }

  *members(key: string): Generator<RosterMember> {
    for (const members of this.replicas.get(key)?.values() ?? []) yield* members.values();
  }

  /** All members of a channel at a peer, in parts; only what differs from what was known is a change. */
  roster(peer: Peer, key: string, members: readonly RosterMember[], isLast: boolean): void {
    // Nobody has asked, or nobody follows any more.
    if (!this.replicas.has(key)) return;
    const id = `${peer.incarnation}\0${key}`;
    const incoming = this.incoming.getOrInsertComputed(id, () => new Map<number, RosterMember>());
    for (const member of members) incoming.set(member.sid, member);
    if (!isLast) return;
    this.incoming.delete(id);
    for (const { sid, name } of [...(this.replicas.get(key)?.get(peer)?.values() ?? [])])
      if (!incoming.has(sid)) this.apply(peer, key, { kind: "left", sid, name });
    for (const member of incoming.values()) this.apply(peer, key, { kind: "joined", member });
  }

  /** The member is at another node now; `to` is undefined for this one. Its followers do not notice. */
  move(key: string, sid: number, to: Peer | undefined): boolean {
    const replica = this.replicas.get(key);
    for (const [peer, members] of replica ?? []) {
      const member = peer === to ? undefined : members.get(sid);
      if (!member) continue;
      members.delete(sid);
      if (to) this.place(to, key, member);
      return true;
    }
    return false;
  }

  /** A member that followers know is at that node now. */
  place(peer: Peer, key: string, member: RosterMember): void {
    const members = this.replicas.get(key)?.getOrInsertComputed(peer, () => new Map<number, RosterMember>());
    if (members && !members.has(member.sid)) members.set(member.sid, member);
  }

  apply(peer: Peer, key: string, event: MemberEvent | undefined): void {
    const replica = this.replicas.get(key);
    if (!replica || !event) return;
    const members = replica.getOrInsertComputed(peer, () => new Map<number, RosterMember>());
    const sid = event.kind === "joined" ? event.member.sid : event.sid;
    const before = members.get(sid) ?? (event.kind === "joined" ? memberIn(replica, sid) : undefined);
    if (event.kind === "left") {
      if (!members.delete(sid) || memberIn(replica, sid)) return;
    } else if (event.kind === "joined") {
      members.set(sid, event.member);
      if (before) {
        this.differs(key, before, event.member);
        return;
      }
    } else {
      if (!before) return;
      members.set(sid, changedBy(before, event));
    }
    this.changed(key, event);
  }

  /** The peer has no members in the channel any more. */
  dropped(peer: Peer, key: string): void {
    const replica = this.replicas.get(key);
    for (const { sid, name } of [...(replica?.get(peer)?.values() ?? [])])
      this.apply(peer, key, { kind: "left", sid, name });
    replica?.delete(peer);
  }

  /** Also members of channels that it never said it held. */
  lost(peer: Peer): void {
    for (const [key, replica] of this.replicas) if (replica.has(peer)) this.dropped(peer, key);
    for (const id of this.incoming.keys()) if (id.startsWith(`${peer.incarnation}\0`)) this.incoming.delete(id);
  }

  /** A known member is named again, perhaps with other attributes. */
  private differs(key: string, before: RosterMember, { sid, name, attributes, seat, away }: RosterMember): void {
    if (before.away !== away) this.changed(key, { kind: away ? "away" : "back", sid, name });
    const isSame = before.name === name && JSON.stringify(before.attributes) === JSON.stringify(attributes);
    if (!isSame) this.changed(key, { kind: "changed", sid, name, attributes });
    if (before.seat !== seat) this.changed(key, { kind: "seat", sid, name, seat: seat ?? null });
  }
}

/** The member at any node: one that moves is at two for a moment. */
function memberIn(replica: Replica, sid: number): RosterMember | undefined {
  for (const members of replica.values()) {
    const member = members.get(sid);
    if (member) return member;
  }
  return undefined;
}

function changedBy({ away, ...before }: RosterMember, event: Exclude<MemberEvent, { kind: "joined" }>): RosterMember {
  if (event.kind === "away") return { ...before, away: true };
  if (event.kind === "back") return before;
  const rest = { ...before, ...(away && { away }) };
  if (event.kind === "seat") {
    const { seat: _seat, ...unseated } = rest;
    return event.seat === null ? unseated : { ...rest, seat: event.seat };
  }
  const { kind: _kind, ...change } = event;
  return { ...rest, ...change };
}
