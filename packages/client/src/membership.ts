import { type Fault, ownFault } from "./fault.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { joinKeys, wishWith } from "./join-wish.ts";
import { type Data, dataFrom, numberFrom } from "./json.ts";
import { positionFrom } from "./kept/position.ts";
import type { RoomPosition } from "./kept/room-position.ts";
import type { LifecycleListener } from "./lifecycle.ts";
import { type PendingJoin, PendingJoins } from "./pending-joins.ts";
import type { JoinOptions, JoinResult, RoomStatus } from "./room-api.ts";

/** Delay before rejoining a room if the server was busy, ms. */
const RETRY = 1_000;

/** The frames by which a client joins and leaves a room. */
export interface MembershipFrames {
  readonly join: Data;
  readonly leave: Data;
}

/** What a room does when its membership changes. */
export interface MembershipOwner {
  readonly name: string;
  readonly log: RoomPosition;
  /** The server has accepted a join with these options. */
  joined(options: JoinOptions, result: JoinResult): void;
  /** The server's session has ended, and the membership with it; the client joins again. */
  dropped(): void;
  /** The status has changed. */
  changed(): void;
  /** The client is not a member any more. `had`: it was one, or wanted to be. */
  ended(fault: Fault, had: boolean): void;
}

/** Whether this client is in a room, and which parts of the program want it to be. It joins again after each reconnection. */
export class Membership implements LifecycleListener {
  readonly #internals: ClientInternals;
  readonly #frames: MembershipFrames;
  readonly #owner: MembershipOwner;
  /** True from join() until leave(). */
  #pinned = false;
  readonly #holds = new Set<JoinOptions>();
  /** The options of the next join, and those of the last one that was accepted. */
  #wish: JoinOptions = {};
  #granted: JoinOptions | undefined;
  #isIn = false;
  /** Cancels the retry of a rejoin that was rejected. */
  #cancelRetry = () => {};
  #requests = 0;
  /** Replies to requests up to this number are ignored. */
  #lastEnded = 0;
  readonly #joins = new PendingJoins();

  constructor(internals: ClientInternals, frames: MembershipFrames, owner: MembershipOwner) {
    this.#internals = internals;
    this.#frames = frames;
    this.#owner = owner;
    internals.session.lifecycle.add("restore", this);
  }

  get status(): RoomStatus {
    if (!this.isWanted) return "out";
    return this.#isIn ? "in" : "joining";
  }

  get isWanted(): boolean {
    return this.#pinned || this.#holds.size > 0 || this.#joins.pins;
  }

  get wish(): JoinOptions {
    return this.#wish;
  }

  /** `pins`: until leave() is called. `hold`: until that hold is released. */
  join(options: JoinOptions, pins = false, hold?: JoinOptions): IgnorablePromise<JoinResult> {
    const { session, report } = this.#internals;
    const promise = IgnorablePromise.open<JoinResult>(report);
    if (session.reason) {
      promise.reject(session.reason);
      return promise;
    }
    this.#joins.add(promise, pins, hold);
    if (hold) this.#holds.add(hold);
    this.#wish = wishWith(this.#wish, options, this.#holds);
    this.ready();
    this.#owner.changed();
    return promise;
  }

  leave(): IgnorablePromise<void> {
    this.#pinned = false;
    this.#joins.unpin();
    return this.#release();
  }

  release(hold: JoinOptions): IgnorablePromise<void> {
    this.#holds.delete(hold);
    return this.#release();
  }

  /** Called when the join for this hold has failed. */
  forget(hold: JoinOptions): void {
    this.#holds.delete(hold);
  }

  /** Sends the join if the room is wanted and the client is connected. Called again after each reconnection. */
  ready(): void {
    const { session } = this.#internals;
    if (!this.isWanted || !session.connection) return;
    const wish = this.#wish;
    const { log } = this.#owner;
    const $since = this.#isIn ? undefined : log.since(wish);
    // The page before was a member, and members are not sent what they missed.
    if ($since && session.isInherited && !this.#granted) session.control(this.#frames.leave);
    const request = ++this.#requests;
    this.#joins.send(request);
    session.control(
      { ...this.#frames.join, ...joinKeys(wish, this.#isIn ? this.#granted : undefined), $since },
      (result, fault, dropped) => {
        if (dropped) this.#joins.requeue(request);
        else if (request > this.#lastEnded) this.#joined(this.#joins.take(request), wish, result, fault);
      },
    );
  }

  dropped(): void {
    this.#cancelRetry();
    this.#owner.log.dropped();
    if (!this.#isIn) return;
    this.#isIn = false;
    this.#owner.dropped();
  }

  closed(fault: Fault, final: boolean): void {
    const { pins } = this.#joins;
    if (final) this.#end(fault);
    else {
      this.dropped();
      this.#joins.reject(fault);
      // The room is joined when the client logs in again.
      this.#pinned ||= pins;
    }
  }

  #joined(joins: readonly PendingJoin[], wish: JoinOptions, result: Data, fault: Fault | undefined): void {
    const position = positionFrom(dataFrom(result.kept));
    const kept = fault ? undefined : this.#owner.log.joined(position, this.#isIn);
    const joined = { count: numberFrom(result.count), seat: numberFrom(result.seat), kept };
    if (!fault) {
      this.#isIn = true;
      this.#granted = wish;
      for (const { pins } of joins) this.#pinned ||= pins;
      this.#owner.joined(wish, joined);
    } else this.#refused(joins, fault);
    for (const { promise } of joins) promise.settle(joined, fault);
    if (fault && !fault.retry && joins.length === 0) this.#internals.report(fault);
  }

  #refused(joins: readonly PendingJoin[], fault: Fault): void {
    for (const { hold } of joins) if (hold) this.#holds.delete(hold);
    if (joins.length === 0 && fault.retry) {
      this.#cancelRetry = this.#internals.session.clock.after(RETRY, () => this.ready());
    } else if (joins.length > 0 && this.#granted && this.isWanted) {
      // The options accepted before remain in force for earlier holders.
      if (this.#joins.size === 0) this.#wish = this.#granted;
      if (!this.#isIn) this.ready();
    } else if (this.#isIn && !this.isWanted) void this.#release();
    else if (this.#joins.size === 0) this.#end(fault, true);
  }

  /** Leaves if neither join() nor a hold still needs the room. */
  #release(): IgnorablePromise<void> {
    const { session, report } = this.#internals;
    const promise = IgnorablePromise.open<void>(report);
    if (this.isWanted) {
      promise.resolve();
      return promise;
    }
    const fault = ownFault("aborted", `The client left ${this.#owner.name}.`);
    this.#end(fault);
    session.control(this.#frames.leave, (_, refusal, dropped) => {
      // The server forgets the membership with the connection.
      promise.settle(undefined, dropped || refusal?.code === "not-member" ? undefined : refusal);
    });
    return promise;
  }

  /** Called when the room was left or rejected, or the client was closed. */
  #end(fault: Fault, had = this.isWanted || this.#isIn): void {
    this.#cancelRetry();
    this.#lastEnded = this.#requests;
    this.#granted = undefined;
    this.#pinned = false;
    this.#isIn = false;
    this.#holds.clear();
    this.#wish = {};
    this.#joins.reject(fault);
    this.#owner.log.ended();
    this.#owner.ended(fault, had);
  }
}
