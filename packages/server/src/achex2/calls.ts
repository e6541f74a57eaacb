import { achex2Limits, calleeGoneFrame, cancelFrame, type FaultCode, MAX_STREAM_CREDIT } from "@achex/protocol";
import { obtain } from "../maps.ts";

/** One question under way, or one stream. */
export interface Call {
  readonly id: number;
  /** Session ids. */
  readonly caller: number;
  readonly callees: Set<number>;
  readonly stream: boolean;
  /** Bytes its receiver has granted and not got yet. */
  credit: number;
}

export interface CallsParts {
  /** To one session, as the server's own word. */
  tell(session: number, text: string): void;
  /** A stream used up its credit. */
  stalled(): void;
}

/** Which sessions wait for which answers (PROTOCOL.md R30..R35, R50..R53). */
export class Calls {
  private readonly byCaller = new Map<number, Map<number, Call>>();
  private readonly byCallee = new Map<number, Set<Call>>();
  /** Calls under way. */
  open = 0;

  constructor(private readonly parts: CallsParts) {}

  /** Why the caller may not open a call of that id now. */
  obstacle(caller: number, id: number): FaultCode | undefined {
    const own = this.byCaller.get(caller);
    if (own?.has(id)) return "call-in-use";
    return own && own.size >= achex2Limits.calls ? "too-many-calls" : undefined;
  }

  begin(caller: number, id: number, callees: Iterable<number>, stream: boolean): void {
    const call: Call = { id, caller, callees: new Set(callees), stream, credit: 0 };
    obtain(this.byCaller, caller, () => new Map<number, Call>()).set(id, call);
    for (const callee of call.callees) obtain(this.byCallee, callee, () => new Set<Call>()).add(call);
    this.open++;
  }

  /** The open call, seen from its caller. */
  find(caller: number, id: number): Call | undefined {
    return this.byCaller.get(caller)?.get(id);
  }

  /** The open call this session may answer. */
  answerable(callee: number, caller: number, id: number): Call | undefined {
    const call = this.find(caller, id);
    return call?.callees.has(callee) ? call : undefined;
  }

  /** False when the receiver would have granted more than a stream may have. */
  grant(call: Call, credit: number): boolean {
    if (!call.stream || call.credit + credit > MAX_STREAM_CREDIT) return false;
    call.credit += credit;
    return true;
  }

  /** False when not so much was granted. */
  spend(call: Call, bytes: number): boolean {
    if (call.credit < bytes) return false;
    call.credit -= bytes;
    if (call.credit === 0) this.parts.stalled();
    return true;
  }

  end(call: Call): void {
    const own = this.byCaller.get(call.caller);
    if (!own?.delete(call.id)) return;
    if (own.size === 0) this.byCaller.delete(call.caller);
    for (const callee of call.callees) this.forget(callee, call);
    this.open--;
  }

  /** The caller no longer wants the answer: its callees are told. */
  cancel(call: Call): void {
    const callees = [...call.callees];
    this.end(call);
    for (const callee of callees) this.parts.tell(callee, cancelFrame(call.id, call.caller));
  }

  /** A session is gone: what it asked is cancelled, who waited for it is told. */
  ended(session: number): void {
    for (const call of [...(this.byCaller.get(session)?.values() ?? [])]) this.cancel(call);
    for (const call of [...(this.byCallee.get(session) ?? [])]) {
      call.callees.delete(session);
      if (call.callees.size > 0) continue;
      this.end(call);
      this.parts.tell(call.caller, calleeGoneFrame(call.id));
    }
    this.byCallee.delete(session);
  }

  private forget(callee: number, call: Call): void {
    const calls = this.byCallee.get(callee);
    calls?.delete(call);
    if (calls?.size === 0) this.byCallee.delete(callee);
  }
}
