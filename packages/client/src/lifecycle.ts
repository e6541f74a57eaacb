import type { Connection } from "./connection.ts";
import type { Fault } from "./fault.ts";

/** Numbers of sends and asks that a dropped connection left without an answer: those given up as `unknown`, and those sent again. */
export interface DropCounts {
  unknown: number;
  repeated: number;
}

/** Something that must know when the connection is up, drops and ends. */
export interface LifecycleListener {
  /** Logged in, for the first time or again. */
  ready?(connection: Connection): void;
  /** The connection dropped after it was ready. */
  dropped?(counts: DropCounts): void;
  /**
   * The client is closed: nothing is sent any more. Not `final`, it was refused or dismissed by the server, and what it had is
   * restored when it logs in again; `final`, the application closed it, and it forgets everything.
   */
  closed?(fault: Fault, final: boolean): void;
}

/**
 * In which order listeners are called: `restore` rebuilds what the server has forgotten (rooms, watches), so that it is in place
 * when `flush` sends what has waited, which may be for those rooms.
 */
const phases = ["restore", "flush"] as const;
export type Phase = (typeof phases)[number];

/** Calls its listeners phase by phase, within a phase in the order they were added. */
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

  dropped(counts: DropCounts): void {
    for (const listener of this.#ordered()) listener.dropped?.(counts);
  }

  closed(fault: Fault, final: boolean): void {
    for (const listener of this.#ordered()) listener.closed?.(fault, final);
  }

  /** A copy: listeners come and go while they are called. */
  #ordered(): LifecycleListener[] {
    return phases.flatMap((phase) => [...this.#listeners[phase]]);
  }
}
