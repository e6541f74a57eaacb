import type { Fault } from "./fault.ts";
import type { Data } from "./json.ts";
import type { Gap, History, HistoryOptions, KeptJoin } from "./kept/kept-api.ts";
import type { Position } from "./kept/position.ts";
import type { Message } from "./message.ts";
import type { Target } from "./send-api.ts";
import type { RoomState } from "./state/state-api.ts";

export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

export interface Member {
  readonly name: string;
  readonly sid: number;
  /** Milliseconds since 1970, by the server's clock. */
  readonly joined: number;
  readonly attributes: Attributes;
  /** Number of its seat, if it has one. */
  readonly seat?: number;
  /** True while its connection is down and it may still return. Messages to it are held until then. */
  readonly away?: boolean;
}

export interface JoinOptions {
  /** Receive the list of members, and events when members join, leave or change attributes. Default false. */
  readonly presence?: boolean;
  /** At most 16 plain values about this client, visible to members that use presence. */
  readonly attributes?: Attributes;
  /** Receive the state of the room, its host and its options, and their changes. Default false. */
  readonly state?: boolean;
  /** With `state`: whether this client may become the host. Default true. */
  readonly host?: boolean;
  /** Take the free seat with the lowest number, or that seat; false gives it up. */
  readonly seat?: number | boolean;
  /** The options of the room if this client creates it by joining; otherwise ignored. */
  readonly options?: RoomSettings;
  /** The password of the room, if it has one. */
  readonly password?: string;
  /**
   * In a kept room: the position of the last message you have. Those after it arrive before join() resolves, then new ones. Without
   * effect for a member.
   */
  readonly since?: Position | undefined;
  /** In a kept room, without `since`: so many of the newest messages arrive first, at most 1,000. */
  readonly history?: number;
}

export interface JoinResult {
  /** The number of members, including this client; undefined in legacy dialects. */
  readonly count: number | undefined;
  /** This client's seat; undefined if it has none, because it did not ask for one or none was free. */
  readonly seat: number | undefined;
  /** In a kept room: where it was joined, and what was missed. */
  readonly kept?: KeptJoin | undefined;
}

/** The member that decides in a room, named by the server. */
export interface Host {
  readonly name: string;
  readonly sid: number;
}

/** Options of a room, as members that follow it see them. */
export interface RoomOptions {
  /** Members at most; undefined means no limit. */
  readonly capacity?: number;
  /** Number of seats. */
  readonly seats?: number;
  /** Whether newcomers need a password. */
  readonly password?: boolean;
  /** Whether newcomers are rejected. */
  readonly closed?: boolean;
  /** How long the host may be away before another member becomes the host, ms. */
  readonly grace?: number;
}

/** Options of a room to set. Those that are not named stay as they are. */
export interface RoomSettings {
  /** Members at most; 0 means no limit. Default 0. */
  readonly capacity?: number;
  /** Default 0. */
  readonly seats?: number;
  /** 1 to 128 bytes, or null for none. Default null. */
  readonly password?: string | null;
  /** Default false. */
  readonly closed?: boolean;
  /** Milliseconds, rounded up to whole seconds. Default 5,000. */
  readonly grace?: number;
}

export interface HostChange {
  readonly host: Host | undefined;
  readonly term: number;
  /** Whether this client is the host now. */
  readonly isHost: boolean;
}

export interface RoomEvents<Payload> {
  message: Message<Payload>;
  joined: Member;
  left: { readonly name: string; readonly sid: number };
  changed: Member;
  /** The connection of a member has been down for two seconds. It may return, or leave later. */
  away: Member;
  /** A member that was away is connected again. */
  back: Member;
  /** The number of members has changed. */
  count: number;
  /** Messages that this client does not get, because the room no longer holds them. It comes before the messages that follow them. */
  gap: Gap;
  /** The full list: after joining, and after a reconnection if it has changed. */
  roster: readonly Member[];
  /** Members, count, status, host or options have changed. */
  change: RoomStatus;
  /** The room has another host, or none; with `{ state: true }`. */
  host: HostChange;
  /** The options of the room have changed; with `{ state: true }`. */
  options: RoomOptions;
  /** This client is no longer a member. The code says why: `aborted` after leave(), `closed`, or the code of the server's rejection. */
  ended: Fault;
}

export interface MemberPage {
  readonly members: readonly Member[];
  /** Pass it to page() to get the next page; null on the last one. */
  readonly next: number | null;
}

/** `out`: not joined. `joining`: waiting for the connection or for the server's reply. `in`: a member. */
export type RoomStatus = "out" | "joining" | "in";

/** `await using` releases it, if the runtime and the types support Symbol.asyncDispose. */
type AsyncDispose = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [K in Key]: () => Promise<void> }
  : unknown;

/** A membership held by one part of a program. The client leaves the room when the last lease is released. */
export type Lease<Payload = Data, State = Data> = AsyncDispose & {
  readonly room: Room<Payload, State>;
  /** Calling it again does nothing. */
  release(): Promise<void>;
};

/**
 * A hub or a broadcast. The client joins it again after each reconnection. There is one object for each name.
 *
 * @example
 * const kitchen = ann.hub("kitchen");
 * await kitchen.join({ presence: true, attributes: { color: "red" } });
 * for await (const { from, data } of kitchen.messages()) console.log(from, data, kitchen.members.length);
 */
export interface Room<Payload, State = Data> extends Target<Payload> {
  readonly name: string;
  readonly status: RoomStatus;
  /** With presence: the members, up to the 200 that the server lists. The array stays the same until something in it changes. */
  readonly members: readonly Member[];
  /** The number of members last reported by the server. */
  readonly count: number;
  /** The shared state of the room, which `join({ state: true })` follows. Members can write it without following it. */
  readonly state: RoomState<State>;
  /** With `{ state: true }`: the member that decides, named by the server; undefined if there is none. */
  readonly host: Host | undefined;
  /** Grows each time another host is named; 0 before the first. A host that sends and writes with `{ term }` cannot overwrite its successor. */
  readonly term: number;
  /** Whether this client is the host and connected. */
  readonly isHost: boolean;
  /** With `{ state: true }`: the options of the room. */
  readonly options: RoomOptions;
  /** Number of this client's seat, if it has one. */
  readonly seat: number | undefined;
  /**
   * In a kept room: the position of the last message that has arrived, or that this client has sent. It is set before the listeners are
   * called. Store it, and pass it to join() as `since` when the program starts again. undefined if the room is not kept.
   */
  readonly position: Position | undefined;
  /**
   * Reads stored messages of a kept room. Only members may. Await it for one page, or iterate with `for await` over that and all pages
   * that follow. The messages are in no event.
   */
  history(options?: HistoryOptions): History<Payload>;
  /** Changes some options of the room. Only its host may. */
  setOptions(settings: RoomSettings): Promise<void>;
  /** Makes that member the host; without one, the member that has followed the room longest. Only the host may. */
  handOver(sid?: number): Promise<void>;
  /** Joins the room until leave() is called. Call it again to change some of the options; those that are not named stay as they are. */
  join(options?: JoinOptions): Promise<JoinResult>;
  /** Undoes join(). The client leaves the room unless a lease still holds it. */
  leave(): Promise<void>;
  /** Joins on behalf of one part of a program. The client leaves the room when the last lease is released. */
  hold(options?: JoinOptions): Promise<Lease<Payload, State>>;
  /** Changes some attributes of this client. Set one to undefined to remove it. */
  setAttributes(patch: { readonly [name: string]: Attributes[string] | undefined }): Promise<void>;
  /** Fetches one page of members of a large room, starting after the given session id. */
  page(after?: number): Promise<MemberPage>;
  on<E extends keyof RoomEvents<Payload>>(type: E, listener: (event: RoomEvents<Payload>[E]) => void): () => void;
  /** Calls the listener whenever members, count, status, host or options have changed. Returns an unsubscribe function. */
  subscribe(listener: () => void): () => void;
  /** Iterates over the messages from now on, until the client leaves the room or is closed. Throws `lagging` when more than `limit` (1,000) messages wait. */
  messages(limit?: number): AsyncIterableIterator<Message<Payload>>;
}
