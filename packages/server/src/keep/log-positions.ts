import type { Database } from "bun:sqlite";
import type { LogPosition } from "../cluster/log-part.ts";
import type { StateMarks } from "../state.ts";
import { meta, setMeta } from "./database.ts";

/** What has been applied: kept messages, or kept rooms, which have positions of their own. */
export type Applied = "log" | "rooms";

/** Notes how far a shard of the log of the cluster has been applied. Must run in the transaction that stores what it says. */
export function storePosition(database: Database, shard: number, at: LogPosition, what: Applied = "log"): void {
  setMeta(database, `${what}.${shard}`, `${at.position} ${at.log}`);
}

export function loadPosition(database: Database, shard: number, what: Applied = "log"): LogPosition | undefined {
  const [, position, log] = /^(\d+) (.+)$/.exec(meta(database, `${what}.${shard}`) ?? "") ?? [];
  return position !== undefined && log !== undefined ? { log, position: Number(position) } : undefined;
}

/** The highest numbers that kept rooms of a shard have had, up to their position. */
export function storeMarks(database: Database, shard: number, { version, term }: StateMarks): void {
  setMeta(database, `marks.${shard}`, `${version} ${term}`);
}

export function loadMarks(database: Database, shard: number): StateMarks {
  const [version = 0, term = 0] = (meta(database, `marks.${shard}`) ?? "").split(" ").map(Number);
  return { version, term };
}

/** A relay that runs alone decides without the log; rooms that it has changed are no longer those of a position. */
export function forgetSharedRooms(database: Database): void {
  database.run("delete from shared_rooms");
  database.run("delete from meta where key glob 'rooms.[0-9]*'");
}
