import type { Cluster } from "../cluster/cluster.ts";
import type { Peer } from "../cluster/peer.ts";
import { isCount, isSessionId, readIds } from "../cluster/sent-values.ts";
import type { Core } from "../node/core.ts";
import type { Call } from "../node/open-calls.ts";

/** A call as the node of some of its callees knows it. */
type SentCall = readonly [caller: number, id: number, callees: readonly number[]];

/** The calls of a peer's sessions to sessions here, so that it can compare: the end of one may have been lost on its way. */
export function callsFrom(core: Core, cluster: Cluster, peer: Peer): readonly unknown[] {
  const calls: SentCall[] = [];
  for (const { isMirror, caller, id, callees } of core.openCalls.all())
    if (isMirror && cluster.nodeOf(caller) === peer) calls.push([caller, id, [...callees]]);
  return ["calls", calls];
}

/** Compares what a peer knows of the calls to its sessions; returns what is to be done, in steps. */
export function compareCalls(core: Core, cluster: Cluster, peer: Peer, sent: unknown): Generator<void> {
  const known = readCalls(sent);
  const ended = known.filter((call) => isEnded(core, cluster, call));
  const there = new Set(known.flatMap(([caller, id, callees]) => callees.map((callee) => `${caller} ${id} ${callee}`)));
  const gone: (readonly [Call, number])[] = [];
  for (const call of core.openCalls.all())
    for (const callee of call.isMirror ? [] : call.callees)
      if (cluster.nodeOf(callee) === peer && !there.has(`${call.caller} ${call.id} ${callee}`))
        gone.push([call, callee]);
  return settle(core, cluster, peer, ended, gone);
}

function* settle(
  core: Core,
  cluster: Cluster,
  peer: Peer,
  ended: readonly SentCall[],
  gone: readonly (readonly [Call, number])[],
): Generator<void> {
  for (const [caller, id] of ended) {
    cluster.tell(peer, ["call-cancelled", caller, id]);
    yield;
  }
  for (const [call, callee] of gone) {
    if (call.callees.has(callee)) core.openCalls.calleeGone(call, callee);
    yield;
  }
}

/** The caller is or was here, and the call is over, or goes on without these callees. */
function isEnded(core: Core, cluster: Cluster, [caller, id, callees]: SentCall): boolean {
  if (cluster.nodeOf(caller)) return false;
  // Its calls come with it.
  if (core.handover?.defer(caller, () => {})) return false;
  const call = core.openCalls.find(caller, id);
  if (!call) return true;
  // An answer that says who has received it may still come.
  return call.openOffers === 0 && !callees.some((callee) => call.callees.has(callee));
}

const readCalls = (sent: unknown): SentCall[] =>
  Array.isArray(sent)
    ? sent.flatMap((one: unknown) => {
        const [caller, id, callees]: readonly unknown[] = Array.isArray(one) ? one : [];
        return isSessionId(caller) && isCount(id) ? [[caller, id, readIds(callees)] as const] : [];
      })
    : [];
