import type { Connection } from "./connection.ts";
import type { Fault } from "./fault.ts";

/**
 * How many sends and asks a dropped connection left without a reply: those rejected as `unknown`, and those that are repeated.
 */
export interface DropCounts {
  unknown: number;
  repeated: number;
}

/** Listens to the state of the connection. */
export interface LifecycleListener {
  /** Called after each login, the first one and those after a reconnection. */
  ready?(connection: Connection): void;
  /** Called when the session goes on after a drop. */
  resumed?(): void;
  /** Called when a session that was logged in has ended, and with it everything it held on the server. */
  dropped?(counts: DropCounts): void;
  /**
   * Called when the client is closed and sends nothing more. If `final`, the application closed it, and it forgets everything.
   * Otherwise the server rejected or dismissed it, and its state is restored at the next login.
   */
  closed?(fault: Fault, final: boolean): void;
}

/**
 * The order in which listeners are called: `restore` re-creates what the server has forgotten (rooms, watches) before `flush`
 * sends the waiting messages, some of which may be for those rooms.
 */
const phases = ["restore", "flush"] as const;
export type Phase = (typeof phases)[number];

/** Calls its listeners phase by phase, and within a phase in the order they were added. */
export class Lifecycle implements Required<LifecycleListener> {
  readonly #listeners = { restore: new Set<LifecycleListener>(), flush: new Set<LifecycleListener>() };

  /** Returns the function that removes it. */
  add(phase: Phase, listener: LifecycleListener): () => void {
    const listeners = this.#listeners[phase];
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  ready(connection: Connection): void {
    for (const listener of this.#ordered()) listener.ready?.(connection);
  }

  resumed(): void {
    for (const listener of this.#ordered()) listener.resumed?.();
  }

  dropped(counts: DropCounts): void {
    for (const listener of this.#ordered()) listener.dropped?.(counts);
  }

  closed(fault: Fault, final: boolean): void {
    for (const listener of this.#ordered()) listener.closed?.(fault, final);
  }

  /** A copy, because listeners can be added and removed while they are called. */
  #ordered(): LifecycleListener[] {
    return phases.flatMap((phase) => [...this.#listeners[phase]]);
  }
}
