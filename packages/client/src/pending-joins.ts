import type { Fault } from "./fault.ts";
import type { IgnorablePromise } from "./ignorable-promise.ts";
import type { JoinOptions, JoinResult } from "./room-api.ts";

export interface PendingJoin {
  readonly promise: IgnorablePromise<JoinResult>;
  /** The hold() that made it. */
  readonly hold: JoinOptions | undefined;
  /** True if join() made it and leave() has not been called since. */
  pins: boolean;
  /** Number of the request that includes it; 0 while it waits for a connection. */
  request: number;
}

/** The joins of a room without a reply yet. Each settles with the reply to its own request. */
export class PendingJoins {
  readonly #joins = new Set<PendingJoin>();

  get size(): number {
    return this.#joins.size;
  }

  get pins(): boolean {
    return [...this.#joins].some(({ pins }) => pins);
  }

  add(promise: IgnorablePromise<JoinResult>, pins: boolean, hold: JoinOptions | undefined): void {
    this.#joins.add({ promise, hold, pins, request: 0 });
  }

  unpin(): void {
    for (const join of this.#joins) join.pins = false;
  }

  /** Assigns all joins that wait for a connection to this request. */
  send(request: number): void {
    for (const join of this.#joins) join.request ||= request;
  }

  /** Called when the connection has dropped: its joins wait for the next one. */
  requeue(request: number): void {
    for (const join of this.#joins) if (join.request === request) join.request = 0;
  }

  /** Removes and returns the joins of a request. */
  take(request: number): readonly PendingJoin[] {
    const taken = [...this.#joins].filter((join) => join.request === request);
    for (const join of taken) this.#joins.delete(join);
    return taken;
  }

  reject(fault: Fault): void {
    const joins = [...this.#joins];
    this.#joins.clear();
    for (const { promise } of joins) promise.reject(fault);
  }
}
