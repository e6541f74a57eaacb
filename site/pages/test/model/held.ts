import { type Fields, isFields } from "@achex/protocol";
import type { Entry, NewEntry } from "./entry.ts";
import { entryFrom, lineOf } from "./ndjson.ts";
import { masked } from "./secrets.ts";
import { sizeText } from "./sizes.ts";
import type { Shelf } from "./storage.ts";

/** Key in sessionStorage, which this tab alone has and which is gone with it; the page names it to its user. */
export const HELD_KEY = "achex.test.logs";

/** What one client holds over a reload. */
export interface Held {
  readonly entries: readonly NewEntry[];
  readonly draft: string;
  readonly binary: boolean;
  /** Whether there was a connection, which ends with its page. */
  readonly connected: boolean;
}

export interface Holding extends Omit<Held, "entries"> {
  readonly entries: readonly Entry[];
}

export interface HeldBounds {
  /** Of one client. */
  readonly entries: number;
  /** Of all clients together, in UTF-16 units: browsers give a tab about five million. */
  readonly units: number;
  /** Of one frame: a few large ones would push out everything else. */
  readonly frame: number;
}

export const heldBounds: HeldBounds = { entries: 10_000, units: 4_000_000, frame: 250_000 };

const spoken = { in: "received", out: "sent", event: "noted" } as const;

/** What stands in for a frame that is too large to be held. */
const standIn = ({ number, at, direction, size }: Entry): Entry => ({
  kind: "event",
  direction: "event",
  number,
  at,
  size: 0,
  tone: "plain",
  text: `a frame of ${sizeText(size)} was ${spoken[direction]} here: too large to be kept over a reload`,
});

const unitsOf = (entry: Entry): number => (entry.kind === "binary" ? 2 * entry.bytes.length : entry.text.length);

/** The newest lines that fit, as a JSON array: lines within a text would have every quote escaped once more. */
function linesOf(entries: readonly Entry[], units: number, bounds: HeldBounds): string {
  const lines: string[] = [];
  let rest = units;
  for (const entry of entries.slice(-bounds.entries).toReversed()) {
    const line = lineOf(unitsOf(entry) > bounds.frame ? standIn(entry) : entry);
    rest -= line.length + 1;
    if (rest < 0) break;
    lines.push(line);
  }
  return `[${lines.reverse().join(",")}]`;
}

/** Keeps the logs until the tab is closed, passwords masked; less of them where the browser gives less room. */
export function hold(shelf: Shelf, clients: readonly Holding[], bounds = heldBounds): void {
  for (let units = bounds.units; units > 1000; units /= 4) {
    const share = units / Math.max(1, clients.length);
    const texts = clients.map(({ entries, draft, binary, connected }) => {
      const kept = draft.length > bounds.frame ? "" : masked(draft);
      return `{"draft":${JSON.stringify(kept)},"binary":${binary},"connected":${connected},"log":${linesOf(entries, share, bounds)}}`;
    });
    try {
      shelf.setItem(HELD_KEY, `[${texts.join(",")}]`);
      return;
    } catch {
      // Full: a shorter log may fit.
    }
  }
  try {
    shelf.removeItem(HELD_KEY);
  } catch {
    // Forbidden altogether: the page starts afresh next time.
  }
}

const heldFrom = ({ log, draft, binary, connected }: Fields): Held => ({
  entries: Array.isArray(log) ? log.flatMap((line: unknown) => entryFrom(line) ?? []) : [],
  draft: typeof draft === "string" ? draft : "",
  binary: binary === true,
  connected: connected === true,
});

/** What was held, one for each client; empty when there is nothing that can be read. */
export function held(shelf: Shelf): readonly Held[] {
  try {
    const value: unknown = JSON.parse(shelf.getItem(HELD_KEY) ?? "null");
    return Array.isArray(value) ? value.map((one: unknown) => heldFrom(isFields(one) ? one : {})) : [];
  } catch {
    return [];
  }
}
