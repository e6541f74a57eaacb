import { achex2Limits, calleeGoneFrame, cancelFrame, MAX_STREAM_CREDIT } from "@achex/protocol";

/** An open call or stream. */
export interface Call {
  readonly id: number;
  /** Session ids. */
  readonly caller: number;
  readonly callees: Set<number>;
  readonly stream: boolean;
  /** Bytes that its receiver has granted and not yet received. */
  credit: number;
  /** Its caller is on another node, which alone decides about it. */
  readonly isMirror: boolean;
  /** Other nodes that have not said yet who has received it there. */
  openOffers: number;
}

/** An open call as plain data. */
export interface SavedCall {
  readonly id: number;
  readonly caller: number;
  readonly callees: readonly number[];
  readonly stream: boolean;
  readonly credit: number;
}

export interface OpenCallsDeps {
  /** Sends a frame of the server to one session. */
  send(session: number, text: string): void;
  /** A stream used up its credit. */
  creditExhausted(): void;
  /** A call has ended, of which other nodes may have a mirror. */
  ended?(call: Call): void;
  /** A callee of a call whose caller is on another node has ended. */
  calleeGoneElsewhere?(call: Call, callee: number): void;
}

/** The open calls of one session. */
interface CallerState {
  readonly calls: Map<number, Call>;
  /** Callees of all its calls together: the memory a call takes grows with them. */
  weight: number;
}

/** The calls and streams that are open between sessions (PROTOCOL.md R30..R35, R50..R53). */
export class OpenCalls {
  private readonly byCaller = new Map<number, CallerState>();
  private readonly byCallee = new Map<number, Set<Call>>();
  /** Number of open calls and streams. */
  count = 0;

  constructor(private readonly deps: OpenCallsDeps) {}

  /** Number of callers plus number of callees. */
  get sessionCount(): number {
    return this.byCaller.size + this.byCallee.size;
  }

  /** Sessions that the caller may still call. */
  room(caller: number): number {
    return achex2Limits.calls - (this.byCaller.get(caller)?.weight ?? 0);
  }

  /** Whether the caller may open another call, to that many sessions (PROTOCOL.md R35). */
  hasRoom(caller: number, sessions: number): boolean {
    return sessions <= this.room(caller);
  }

  /** Whether the session may receive another call. Without the limit its end could have to notify any number of callers (PROTOCOL.md R35). */
  hasCalleeRoom(callee: number): boolean {
    return (this.byCallee.get(callee)?.size ?? 0) < achex2Limits.incomingCalls;
  }

  begin(caller: number, id: number, callees: Iterable<number>, stream: boolean, isMirror = false): Call {
    const call: Call = { id, caller, callees: new Set(callees), stream, credit: 0, isMirror, openOffers: 0 };
    const asked = this.byCaller.getOrInsertComputed(caller, () => ({ calls: new Map<number, Call>(), weight: 0 }));
    asked.calls.set(id, call);
    asked.weight += call.callees.size;
    for (const callee of call.callees) this.byCallee.getOrInsertComputed(callee, () => new Set<Call>()).add(call);
    this.count++;
    return call;
  }

  /** More sessions have received the call. */
  addCallees(call: Call, callees: Iterable<number>): void {
    const asked = this.byCaller.get(call.caller);
    for (const callee of callees) {
      if (call.callees.has(callee)) continue;
      call.callees.add(callee);
      if (asked) asked.weight++;
      this.byCallee.getOrInsertComputed(callee, () => new Set<Call>()).add(call);
    }
  }

  /** The open call with that id of its caller. */
  find(caller: number, id: number): Call | undefined {
    return this.byCaller.get(caller)?.calls.get(id);
  }

  /** The open call that this session may answer. */
  findForCallee(callee: number, caller: number, id: number): Call | undefined {
    const call = this.find(caller, id);
    return call?.callees.has(callee) ? call : undefined;
  }

  /** False when the credit would exceed the limit of a stream. */
  grantCredit(call: Call, credit: number): boolean {
    if (!call.stream || call.credit + credit > MAX_STREAM_CREDIT) return false;
    call.credit += credit;
    return true;
  }

  /** False when the credit does not suffice. */
  spendCredit(call: Call, bytes: number): boolean {
    if (call.credit < bytes) return false;
    call.credit -= bytes;
    if (call.credit === 0 && bytes > 0) this.deps.creditExhausted();
    return true;
  }

  /** Every open call. */
  *all(): Generator<Call> {
    for (const { calls } of this.byCaller.values()) yield* calls.values();
  }

  /** Opens a call again that was open before a restart, without the limits, which it was within then. */
  restore({ id, caller, callees, stream, credit }: SavedCall): void {
    this.begin(caller, id, callees, stream);
    const call = this.find(caller, id);
    if (call) call.credit = credit;
  }

  /** Another session is to answer the call instead of one that never received it. */
  moveCallee(call: Call, from: number, to: number): void {
    if (!call.callees.delete(from)) return;
    this.removeCallee(from, call);
    call.callees.add(to);
    this.byCallee.getOrInsertComputed(to, () => new Set<Call>()).add(call);
  }

  end(call: Call): void {
    if (this.remove(call) && !call.isMirror) this.deps.ended?.(call);
  }

  /** Removes a call without telling anybody. False when it is not open. */
  remove(call: Call): boolean {
    const asked = this.byCaller.get(call.caller);
    if (!asked?.calls.delete(call.id)) return false;
    asked.weight -= call.callees.size;
    if (asked.calls.size === 0) this.byCaller.delete(call.caller);
    for (const callee of call.callees) this.removeCallee(callee, call);
    this.count--;
    return true;
  }

  /** Removes callees of a mirror, and with the last of them the mirror, without telling anybody. */
  removeCallees(call: Call, callees: readonly number[]): void {
    if (callees.length === call.callees.size) {
      this.remove(call);
      return;
    }
    for (const callee of callees) this.decline(call, callee);
  }

  /** The calls of a session, those to it and those by it. */
  *callsOf(session: number): Generator<Call> {
    yield* this.byCaller.get(session)?.calls.values() ?? [];
    yield* this.byCallee.get(session) ?? [];
  }

  /** Ends the call on behalf of its caller and notifies the callees. */
  cancel(call: Call): void {
    this.end(call);
    for (const callee of call.callees) this.deps.send(callee, cancelFrame(call.id, call.caller));
  }

  /** Cancels the calls of a session that has ended, and notifies those who called it, one call per step. */
  *sessionEnded(session: number): Generator<void> {
    for (const call of this.byCaller.get(session)?.calls.values() ?? []) {
      this.cancel(call);
      yield;
    }
    for (const call of this.byCallee.get(session) ?? []) {
      this.calleeGone(call, session);
      yield;
    }
  }

  /** The callee will not answer. False when it is the last one: then the call ends. */
  decline(call: Call, callee: number): boolean {
    if (call.callees.size === 1) return false;
    call.callees.delete(callee);
    this.removeCallee(callee, call);
    const asked = this.byCaller.get(call.caller);
    if (asked) asked.weight--;
    return true;
  }

  /** A callee has ended. Without another the call ends. */
  calleeGone(call: Call, callee: number): void {
    if (call.isMirror) this.deps.calleeGoneElsewhere?.(call, callee);
    if (this.decline(call, callee)) return;
    this.end(call);
    if (call.isMirror) return;
    this.deps.send(call.caller, calleeGoneFrame(call.id));
  }

  private removeCallee(callee: number, call: Call): void {
    const calls = this.byCallee.get(callee);
    calls?.delete(call);
    if (calls?.size === 0) this.byCallee.delete(callee);
  }
}
