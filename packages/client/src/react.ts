// React hooks, @achex/client/react. Nothing is opened or joined while a component renders, only in effects, so they work in
// StrictMode, which runs effects twice, and on a server, which runs none.
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { Client } from "./api.ts";
import { connect, Fault } from "./connect.ts";
import type { ContractOf, Strict } from "./contract.ts";
import type { Message } from "./message.ts";
import type { ClientEvents, Options, State } from "./options.ts";
import type { Host, JoinOptions, Member, Room, RoomStatus } from "./room-api.ts";
import type { AnySchemas } from "./schema.ts";
import type { KeyIn } from "./state/state-api.ts";

/**
 * Returns a client that is connected while the component is mounted. A change of the address creates a new client. Changes of the
 * options are ignored; to change credentials, use `client.login()`.
 *
 * @example
 * const ann = useClient("wss://relay.example", { name: "Ann" });
 */
export function useClient<const S extends AnySchemas>(
  url: string,
  options: Omit<Options<object>, "schemas"> & { readonly schemas: S },
): Client<ContractOf<S>>;
export function useClient<C extends Strict<C> = object>(url: string, options?: Options<C>): Client<C>;
export function useClient(url: string, options?: Options<object>): unknown {
  const first = useRef(options);
  const mounts = useMemo(
    () => ({ client: connect<object>(url, { ...first.current, autoConnect: false }), count: 0 }),
    [url],
  );
  useEffect(() => {
    mounts.count++;
    // What fails is an event of the client.
    mounts.client.connect().catch(() => {});
    return () => {
      mounts.count--;
      // StrictMode mounts the component again at once; without the delay that would be a second connection.
      setTimeout(() => mounts.count === 0 && mounts.client.close());
    };
  }, [mounts]);
  return mounts.client;
}

/** The state of the connection; `idle` during server rendering. */
export function useClientState(client: Pick<Client<object>, "on" | "state">): State {
  const subscribe = useCallback((changed: () => void) => client.on("state", changed), [client]);
  return useSyncExternalStore(
    subscribe,
    () => client.state,
    () => "idle",
  );
}

export interface RoomView {
  readonly status: RoomStatus;
  /** With presence: the members. Empty during server rendering. */
  readonly members: readonly Member[];
  readonly count: number;
  /** With state: the host. undefined during server rendering. */
  readonly host: Host | undefined;
  /** Whether this client is the host. */
  readonly isHost: boolean;
  /** Why joining failed. */
  readonly fault: Fault | undefined;
}

const nobody: readonly Member[] = [];

/**
 * Holds a lease of the room while the component is mounted, and renders again when its members, count, status or host change.
 *
 * @example
 * const { members, status } = useRoom(ann.hub("kitchen"), { presence: true });
 */
export function useRoom<Payload, State>(room: Room<Payload, State>, options: JoinOptions = {}): RoomView {
  const [fault, setFault] = useState<Fault>();
  // A new object with the same options in each render must not join again.
  const wish = JSON.stringify(options);
  useEffect(() => {
    setFault(undefined);
    let mounted = true;
    // In a moment: the effect of useClient() comes after those of the components inside, and connects.
    const lease = Promise.resolve().then(() => room.hold(JSON.parse(wish)));
    lease.catch((error) => mounted && error instanceof Fault && setFault(error));
    return () => {
      mounted = false;
      const release = () => lease.then((held) => held.release()).catch(() => {});
      // After the next component has taken hold of it: without the delay the room would be left and joined again.
      setTimeout(release);
    };
  }, [room, wish]);
  const subscribe = useCallback((changed: () => void) => room.subscribe(changed), [room]);
  return {
    status: useSyncExternalStore<RoomStatus>(
      subscribe,
      () => room.status,
      () => "out",
    ),
    members: useSyncExternalStore(
      subscribe,
      () => room.members,
      () => nobody,
    ),
    count: useSyncExternalStore(
      subscribe,
      () => room.count,
      () => 0,
    ),
    host: useSyncExternalStore(
      subscribe,
      () => room.host,
      () => undefined,
    ),
    isHost: useSyncExternalStore(
      subscribe,
      () => room.isHost,
      () => false,
    ),
    fault,
  };
}

const nothing = Object.freeze({});

/**
 * The state of the room, or the value of one key; renders again when it changes. Call useRoom() with `{ state: true }` here or in another
 * component to join the room. Empty during server rendering.
 *
 * @example
 * useRoom(room, { state: true });
 * const score = useRoomState(room, "score");
 */
export function useRoomState<Payload, State>(room: Room<Payload, State>): Readonly<Partial<State>>;
export function useRoomState<Payload, State, K extends KeyIn<State>>(
  room: Room<Payload, State>,
  key: K,
): State[K] | undefined;
export function useRoomState<Payload, State>({ state }: Room<Payload, State>, key?: KeyIn<State>): unknown {
  const subscribe = useCallback((changed: () => void) => state.subscribe(changed), [state]);
  return useSyncExternalStore<unknown>(
    subscribe,
    () => (key === undefined ? state.snapshot() : state.get(key)),
    () => (key === undefined ? nothing : undefined),
  );
}

/** What a component passed in its last render, for effects that must not run again for it. */
function useNewest<Value>(value: Value): { readonly current: Value } {
  const newest = useRef(value);
  useEffect(() => {
    newest.current = value;
  });
  return newest;
}

/** Calls the listener with each message to the client, including those of its rooms, while the component is mounted. */
export function useMessage<C>(client: Client<C>, listener: (message: ClientEvents<C>["message"]) => void): void {
  const newest = useNewest(listener);
  useEffect(() => client.on("message", (message) => newest.current(message)), [client, newest]);
}

/** Calls the listener with each message to the room while the component is mounted. To join the room, use useRoom(). */
export function useRoomMessage<Payload, State>(
  room: Room<Payload, State>,
  listener: (message: Message<Payload>) => void,
): void {
  const newest = useNewest(listener);
  useEffect(() => room.on("message", (message) => newest.current(message)), [room, newest]);
}
