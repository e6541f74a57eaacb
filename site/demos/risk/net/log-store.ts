import type { Entry } from "../rules/game.ts";
import { chunked, entriesIn } from "./chunks.ts";
import type { ConquestRoom } from "./definition.ts";
import type { Ledger } from "./ledger.ts";
import { CHUNKS, type ChunkKey } from "./schemas.ts";

/** The log in the state of the room: for those who join later, for those who return, and for the next host. In a kept room, for next week. */

/** Host: writes what has changed. A log that is too long is not written; peers then ask the host. */
export function store(room: ConquestRoom, ledger: Ledger, round: number): void {
  const { last } = ledger;
  const parts = last && chunked(ledger.entries(0, ledger.length));
  if (!last || !parts) return;
  const values: { [key in ChunkKey]?: string | undefined } = {};
  for (let index = 0; index < CHUNKS; index++) {
    const text = parts.chunks[index];
    if (room.checkpoint(`log${index}`) !== text) values[`log${index}`] = text;
  }
  room.publish({
    ...values,
    tail: { from: parts.from, text: parts.tail },
    head: { round, seq: last.game.seq, hash: last.hash },
  });
}

export interface Stored {
  readonly round: number;
  readonly entries: readonly Entry[];
}

/** The log as it is stored; undefined if there is none or a part is missing. */
export function restore(room: ConquestRoom): Stored | undefined {
  const head = room.checkpoint("head");
  const tail = room.checkpoint("tail");
  if (!head || !tail) return undefined;
  const entries: Entry[] = [];
  for (let index = 0; index < CHUNKS && entries.length < tail.from; index++) {
    const list = entriesIn(room.checkpoint(`log${index}`) ?? "");
    if (!list || list.length === 0) return undefined;
    entries.push(...list);
  }
  entries.push(...(entriesIn(tail.text) ?? []));
  return entries.length === head.seq ? { round: head.round, entries } : undefined;
}
