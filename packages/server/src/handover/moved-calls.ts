import type { Call, OpenCalls } from "../node/open-calls.ts";
import type { MovedCall } from "./move-format.ts";

/** Whether a session is at this node. */
type IsHere = (session: number) => boolean;

const moved = ({ id, caller, stream, credit }: Call, callees: readonly number[], isMirror: boolean): MovedCall => ({
  id,
  caller,
  callees,
  stream,
  credit,
  isMirror,
});

/**
 * Takes the calls of sessions that move out of this node. The node of the caller decides about a call, so what stays here is the call if its
 * caller does, and otherwise a mirror for callees that stay.
 */
export function takeCalls(openCalls: OpenCalls, ids: ReadonlySet<number>, isHere: IsHere): MovedCall[] {
  const calls = new Set<Call>();
  for (const id of ids) for (const call of openCalls.callsOf(id)) calls.add(call);
  return Array.from(calls, (call) => takeCall(openCalls, call, ids, isHere));
}

function takeCall(openCalls: OpenCalls, call: Call, ids: ReadonlySet<number>, isHere: IsHere): MovedCall {
  const callees = [...call.callees];
  const moving = callees.filter((callee) => ids.has(callee));
  if (call.isMirror) {
    openCalls.removeCallees(call, moving);
    return moved(call, moving, true);
  }
  if (!ids.has(call.caller)) return moved(call, moving, true);
  openCalls.remove(call);
  const staying = callees.filter((callee) => isHere(callee) && !ids.has(callee));
  if (staying.length > 0) openCalls.begin(call.caller, call.id, staying, call.stream, true);
  return moved(call, callees, false);
}

/** The calls of sessions that moved to this node. */
export function bringCalls(openCalls: OpenCalls, calls: readonly MovedCall[], isHere: IsHere): void {
  for (const { id, caller, callees, stream, credit, isMirror } of calls) {
    const known = openCalls.find(caller, id);
    if (!isMirror) {
      // Callees were here already.
      if (known) openCalls.remove(known);
      openCalls.begin(caller, id, callees, stream).credit = credit;
    } else if (known?.isMirror) openCalls.addCallees(known, callees);
    // A call whose caller is here is known, or has ended.
    else if (!known && !isHere(caller)) openCalls.begin(caller, id, callees, stream, true);
  }
}
