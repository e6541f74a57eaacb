import { cancelFrame } from "@achex/protocol";
import { calleeGoneText } from "./frames.ts";
import type { ModelSession } from "./model-session.ts";

interface Call {
  readonly caller: number;
  readonly id: number;
  readonly callees: Set<number>;
}

/** The open calls, in the order in which they were made (PROTOCOL.md R30 to R35). */
export class ModelCalls {
  private calls: Call[] = [];

  constructor(private readonly sessions: ReadonlyMap<number, ModelSession>) {}

  isOpen(caller: number, id: number): boolean {
    return this.find(caller, id) !== undefined;
  }

  mayAnswer(callee: number, caller: number, id: number): boolean {
    return this.find(caller, id)?.callees.has(callee) === true;
  }

  begin(caller: number, id: number, callees: readonly number[]): void {
    this.calls.push({ caller, id, callees: new Set(callees) });
  }

  end(caller: number, id: number): void {
    this.calls = this.calls.filter((call) => call.caller !== caller || call.id !== id);
  }

  cancel(caller: number, id: number): void {
    const call = this.find(caller, id);
    this.end(caller, id);
    for (const callee of call?.callees ?? []) this.sessions.get(callee)?.expect(cancelFrame(id, caller));
  }

  /** The callee will not answer. False when it is the last one. */
  decline(callee: number, caller: number, id: number): boolean {
    const callees = this.find(caller, id)?.callees;
    return callees !== undefined && callees.size > 1 && callees.delete(callee);
  }

  sessionEnded(session: number): void {
    for (const { caller, id } of [...this.calls]) if (caller === session) this.cancel(caller, id);
    for (const { caller, id, callees } of [...this.calls]) {
      if (!callees.has(session) || this.decline(session, caller, id)) continue;
      this.end(caller, id);
      this.sessions.get(caller)?.expect(calleeGoneText(id));
    }
  }

  private find(caller: number, id: number): Call | undefined {
    return this.calls.find((call) => call.caller === caller && call.id === id);
  }
}
