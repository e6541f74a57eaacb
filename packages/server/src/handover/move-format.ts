import { isJsonObject, MAX_STREAM_CREDIT } from "@achex/protocol";
import { isCount, isSessionId, readIds } from "../cluster/sent-values.ts";
import type { SavedCall } from "../node/open-calls.ts";
import type { SavedNode, SavedSession } from "../resume/saved-node.ts";

/** How sessions travel between nodes; injected, because the core imports no runtime. */
export interface SessionCodec {
  /** Nodes exchange sessions only if this is the same. */
  readonly format: number;
  encode(node: SavedNode): Uint8Array;
  /** Throws if they are not what encode() returned. */
  decode(bytes: Uint8Array): SavedNode;
}

/** A call of a session that moves. */
export interface MovedCall extends SavedCall {
  /** Its caller stays at another node, or is at one already. */
  readonly isMirror: boolean;
}

/** Sessions that move together, as the file of a restart would hold them. Their calls follow when the move is sealed. */
export const nodeOfSessions = (sessions: readonly SavedSession[]): SavedNode => ({
  savedAt: 0,
  lastSessionId: 0,
  auth: "",
  sessions,
  calls: [],
  claims: [],
  rotations: [],
  rooms: { marks: { version: 0, term: 0 }, rooms: [] },
});

/** Reads the calls that another node sent. */
export function readCalls(text: unknown): MovedCall[] {
  const sent = typeof text === "string" ? parsed(text) : [];
  return Array.isArray(sent) ? sent.flatMap((one: unknown) => readCall(one) ?? []) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readCall(sent: unknown): MovedCall | undefined {
  if (!isJsonObject(sent)) return undefined;
  const { id, caller, callees, stream, credit, isMirror } = sent;
  if (!isCount(id) || !isSessionId(caller) || !isCount(credit) || credit > MAX_STREAM_CREDIT) return undefined;
  return { id, caller, callees: readIds(callees), stream: stream === true, credit, isMirror: isMirror === true };
}
