import type { Database } from "bun:sqlite";
import type { LogPosition } from "../cluster/log-part.ts";
import { meta, setMeta } from "./database.ts";

const keyOf = (shard: number): string => `log.${shard}`;

/** Notes how far a shard of the log of the cluster has been applied. Must run in the transaction that stores what it says. */
export function storePosition(database: Database, shard: number, at: LogPosition): void {
  setMeta(database, keyOf(shard), `${at.position} ${at.log}`);
}

export function loadPosition(database: Database, shard: number): LogPosition | undefined {
  const [, position, log] = /^(\d+) (.+)$/.exec(meta(database, keyOf(shard)) ?? "") ?? [];
  return position !== undefined && log !== undefined ? { log, position: Number(position) } : undefined;
}
