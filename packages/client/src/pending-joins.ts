import type { JoinOptions } from "./api.ts";
import type { Fault } from "./fault.ts";
import type { IgnorablePromise } from "./ignorable-promise.ts";

export type Joined = { readonly count: number | undefined };

export interface PendingJoin {
  readonly promise: IgnorablePromise<Joined>;
  /** The hold() it belongs to. */
  readonly hold: JoinOptions | undefined;
  /** It came from join(), and leave() was not called since. */
  pins: boolean;
  /** The request that carries it; 0 while it waits for a connection. */
  request: number;
}

/** The joins of a room that were not answered yet: each ends alone, with the reply to its request. */
export class PendingJoins {
  readonly #joins = new Set<PendingJoin>();

  get size(): number {
    return this.#joins.size;
  }

  get pins(): boolean {
    return [...this.#joins].some(({ pins }) => pins);
  }

  add(promise: IgnorablePromise<Joined>, pins: boolean, hold: JoinOptions | undefined): void {
    this.#joins.add({ promise, hold, pins, request: 0 });
  }

  unpin(): void {
    for (const join of this.#joins) join.pins = false;
  }

  /** The request carries all that wait for a connection. */
  send(request: number): void {
    for (const join of this.#joins) join.request ||= request;
  }

  /** Its connection dropped: what it carried waits for the next one. */
  requeue(request: number): void {
    for (const join of this.#joins) if (join.request === request) join.request = 0;
  }

  /** Removes and returns what the request carried. */
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
