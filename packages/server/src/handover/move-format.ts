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

/** What the old node of a move says to the others: its number there, the name of the new node, and the sessions. */
export interface LeavingSessions {
  readonly number: number;
  readonly node: string;
  readonly ids: readonly number[];
}

/** What the new node of a move says to the others: the process that the sessions left, the number there, and the sessions. */
export interface ArrivingSessions {
  readonly incarnation: string;
  readonly number: number;
  readonly ids: readonly number[];
}

const listOf = (sent: unknown): readonly (readonly unknown[])[] =>
  Array.isArray(sent) ? sent.filter((one: unknown): one is unknown[] => Array.isArray(one)) : [];

/** Reads the list of sessions that are leaving a node, as that sends it. */
export const readLeaving = (sent: unknown): LeavingSessions[] =>
  listOf(sent).flatMap(([number, node, ids]) =>
    isCount(number) && typeof node === "string" ? { number, node, ids: readIds(ids) } : [],
  );

/** Reads the list of sessions that are arriving at a node. */
export const readArriving = (sent: unknown): ArrivingSessions[] =>
  listOf(sent).flatMap(([incarnation, number, ids]) =>
    typeof incarnation === "string" && isCount(number) ? { incarnation, number, ids: readIds(ids) } : [],
  );

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
