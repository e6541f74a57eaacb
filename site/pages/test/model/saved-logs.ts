import { isJsonObject, type JsonObject } from "@achex/protocol";
import type { Entry, NewEntry } from "./entry.ts";
import { sizeText } from "./format.ts";
import { entryFromLine, entryToLine } from "./log-file.ts";
import { masked } from "./password-mask.ts";
import type { KeyValueStore } from "./saved-state.ts";

/** Key in sessionStorage, which ends with the tab. The page shows it to the user. */
export const LOGS_KEY = "achex.test.logs";

/** What one client keeps over a reload. */
export interface SavedLog {
  readonly entries: readonly NewEntry[];
  readonly draft: string;
  readonly binary: boolean;
  /** Whether the client was connected: a reload ends the connection. */
  readonly connected: boolean;
}

export interface LogToSave extends Omit<SavedLog, "entries"> {
  readonly entries: readonly Entry[];
}

export interface SavedLogBounds {
  /** Entries of one client. */
  readonly entries: number;
  /** Total of all clients in UTF-16 units; browsers allow about five million per tab. */
  readonly units: number;
  /** Maximum of one frame in UTF-16 units: a few large frames would displace everything else. */
  readonly frame: number;
}

export const savedLogBounds: SavedLogBounds = { entries: 10_000, units: 4_000_000, frame: 250_000 };

const spoken = { in: "received", out: "sent", event: "noted" } as const;

/** The entry stored in place of a frame that is too large. */
const placeholderFor = ({ number, at, direction, size }: Entry): Entry => ({
  kind: "event",
  direction: "event",
  number,
  at,
  size: 0,
  tone: "plain",
  text: `a frame of ${sizeText(size)} was ${spoken[direction]} here; it is too large to keep when the page reloads`,
});

const unitsOf = (entry: Entry): number => (entry.kind === "binary" ? 2 * entry.bytes.length : entry.text.length);

/** The newest lines that fit, as a JSON array. As one string, every quote in them would be escaped twice. */
function linesOf(entries: readonly Entry[], units: number, bounds: SavedLogBounds): string {
  const lines: string[] = [];
  let rest = units;
  for (const entry of entries.slice(-bounds.entries).toReversed()) {
    const line = entryToLine(unitsOf(entry) > bounds.frame ? placeholderFor(entry) : entry);
    rest -= line.length + 1;
    if (rest < 0) break;
    lines.push(line);
  }
  return `[${lines.reverse().join(",")}]`;
}

/** Saves the logs for this tab, with passwords masked. Saves less if the browser provides less space. */
export function saveLogs(store: KeyValueStore, clients: readonly LogToSave[], bounds = savedLogBounds): void {
  for (let units = bounds.units; units > 1000; units /= 4) {
    const share = units / Math.max(1, clients.length);
    const texts = clients.map(({ entries, draft, binary, connected }) => {
      const kept = draft.length > bounds.frame ? "" : masked(draft);
      return `{"draft":${JSON.stringify(kept)},"binary":${binary},"connected":${connected},"log":${linesOf(entries, share, bounds)}}`;
    });
    try {
      store.setItem(LOGS_KEY, `[${texts.join(",")}]`);
      return;
    } catch {
      // The store is full: try a shorter log.
    }
  }
  try {
    store.removeItem(LOGS_KEY);
  } catch {
    // Storage is blocked: the logs are lost on a reload.
  }
}

const savedLogFrom = ({ log, draft, binary, connected }: JsonObject): SavedLog => ({
  entries: Array.isArray(log) ? log.flatMap((line: unknown) => entryFromLine(line) ?? []) : [],
  draft: typeof draft === "string" ? draft : "",
  binary: binary === true,
  connected: connected === true,
});

/** Loads the saved logs, one per client; empty if there are none or they are unreadable. */
export function loadLogs(store: KeyValueStore): readonly SavedLog[] {
  try {
    const value: unknown = JSON.parse(store.getItem(LOGS_KEY) ?? "null");
    return Array.isArray(value) ? value.map((one: unknown) => savedLogFrom(isJsonObject(one) ? one : {})) : [];
  } catch {
    return [];
  }
}
