import { processOf } from "../../cluster/shared-log.ts";
import type { RoomKey, State, StateMarks, WriteOutcome } from "../../state.ts";
import type { Eventual, HandOverReply, OptionsReply, TermReply } from "../node-rooms.ts";
import type { RoomEntry, RoomRequest } from "./room-entries.ts";
import { type JoinOutcome, RoomReplica, type SavedReplica } from "./room-replica.ts";

/**
 * Versions and terms that one entry can use up. They begin at a multiple of the entry's position, so they never go back: not even
 * where every node has started again, and no entry about the earlier room is left in the log.
 */
const NUMBERS_PER_ENTRY = 1_024;

/** Where an entry is in the log, and who proposed it. */
export interface EntryPlace {
  readonly position: number;
  readonly incarnation: string;
}

/** What an entry results in, for the one that asked. */
export type RoomOutcome =
  | { readonly do: "join"; readonly reply: JoinOutcome }
  | { readonly do: "write"; readonly reply: Eventual<WriteOutcome> }
  | { readonly do: "options"; readonly reply: Eventual<OptionsReply> }
  | { readonly do: "hand-over"; readonly reply: HandOverReply }
  | { readonly do: "term"; readonly reply: TermReply }
  | { readonly do: "told" };

export interface ReplicasOwner {
  /** A room exists from now on. */
  began(room: RoomReplica, holders: readonly string[]): void;
}

export interface Begun {
  readonly room: RoomReplica;
  /** Nothing was known of it. */
  readonly isNew: boolean;
}

/** The replicas of one shard as plain data. */
export interface SavedReplicas {
  readonly marks: StateMarks;
  readonly rooms: readonly SavedReplica[];
}

export const roomText = ({ instance, kind, name }: RoomKey): string => `${kind}\0${instance}\0${name}`;

const TOLD: RoomOutcome = { do: "told" };

/** The replicas of all rooms of one shard of the log. The same entries in the same order lead to the same rooms on every node. */
export class RoomReplicas {
  protected readonly rooms = new Map<string, RoomReplica>();
  private readonly awaitingRooms = new Set<RoomReplica>();

  /** `state` holds the states of these rooms alone. */
  constructor(
    readonly state: State,
    protected readonly owner: ReplicasOwner,
  ) {}

  get count(): number {
    return this.rooms.size;
  }

  find(key: RoomKey): RoomReplica | undefined {
    return this.rooms.get(roomText(key));
  }

  all(): Iterable<RoomReplica> {
    return this.rooms.values();
  }

  awaiting(): Iterable<RoomReplica> {
    return this.awaitingRooms;
  }

  apply({ room: key, request }: RoomEntry, { position, incarnation }: EntryPlace): RoomOutcome {
    this.reach(position);
    const present = this.find(key);
    const begun = present ? { room: present, isNew: false } : this.begin(key, request, incarnation);
    if (!begun) return withoutRoom(request);
    const { room, isNew } = begun;
    const outcome = change(room, request, incarnation, isNew);
    this.changed(room);
    return outcome;
  }

  nodeGone(incarnation: string, position: number): void {
    this.reach(position);
    for (const room of [...this.rooms.values()]) {
      if (!room.hasMembersOf(incarnation)) continue;
      room.nodeGone(incarnation);
      this.changed(room);
    }
  }

  save(): SavedReplicas {
    return { marks: this.state.marks, rooms: Array.from(this.rooms.values(), (room) => room.save()) };
  }

  /** Replaces all rooms. */
  restore({ marks, rooms }: SavedReplicas): void {
    for (const room of [...this.rooms.values()]) this.end(room);
    this.state.restore(marks);
    for (const saved of rooms) {
      const room = new RoomReplica(saved.room, this.state.open, [], saved);
      this.rooms.set(roomText(saved.room), room);
      this.changed(room);
      this.owner.began(room, []);
    }
  }

  protected reach(position: number): void {
    const mark = position * NUMBERS_PER_ENTRY;
    this.state.restore({ version: mark, term: mark });
  }

  /** The room that a request is about from now on; undefined if it needs none. */
  protected begin(key: RoomKey, request: RoomRequest, incarnation: string): Begun | undefined {
    if (!creates(request)) return undefined;
    const holders = holdersOf(request, incarnation);
    return { room: this.add(new RoomReplica(key, this.state.open, holders), holders), isNew: true };
  }

  protected add(room: RoomReplica, holders: readonly string[]): RoomReplica {
    this.rooms.set(roomText(room.key), room);
    this.owner.began(room, holders);
    return room;
  }

  protected changed(room: RoomReplica): void {
    if (room.isAwaiting) this.awaitingRooms.add(room);
    else this.awaitingRooms.delete(room);
    if (room.isOver) this.end(room);
  }

  protected end(room: RoomReplica): void {
    this.rooms.delete(roomText(room.key));
    this.awaitingRooms.delete(room);
    room.state.close();
  }
}

/** Other processes that have members of a room that begins. */
export const holdersOf = (request: RoomRequest, incarnation: string): readonly string[] =>
  "holders" in request ? request.holders.filter((one) => one !== processOf(incarnation)) : [];

/** A room begins with the first request that gives it something to remember. */
export function creates(request: RoomRequest): boolean {
  if (request.do === "write") return true;
  if (request.do === "members") return request.present.some(({ wants }) => wants !== null);
  if (request.do !== "join") return false;
  const { state, seat, options, isFirst } = request;
  return state === true || (seat !== undefined && seat !== false) || (isFirst && options !== undefined);
}

function withoutRoom(request: RoomRequest): RoomOutcome {
  if (request.do === "join") return { do: "join", reply: { kind: "joined", isCreator: false } };
  if (request.do === "options" || request.do === "hand-over") return { do: request.do, reply: { kind: "not-host" } };
  return request.do === "term" ? { do: "term", reply: { kind: "stale-term", term: 0 } } : TOLD;
}

function change(room: RoomReplica, request: RoomRequest, incarnation: string, isNew: boolean): RoomOutcome {
  switch (request.do) {
    case "join":
      return { do: "join", reply: room.join(request, incarnation, isNew) };
    case "write":
      return { do: "write", reply: room.write(request, incarnation) };
    case "options":
      return { do: "options", reply: room.setOptions(request) };
    case "hand-over":
      return { do: "hand-over", reply: room.handOver(request) };
    case "term":
      return { do: "term", reply: room.checkTerm(request.term) };
    case "members":
      room.learn(request, incarnation);
      return TOLD;
    case "absent":
      room.absent(request.process);
      return TOLD;
    case "grace-over":
      room.graceOver(request);
      return TOLD;
    case "expire":
      // It has members.
      return TOLD;
  }
}
