import { expect, test } from "bun:test";
import { type Dialect, dropReasons, joinBinary, RESUME_TOKEN_LENGTH, SUBPROTOCOL } from "@achex/protocol";
import { type Step, type Vector, vectorFiles } from "../../../packages/server/test/conformance/vectors.ts";
import type { Entry } from "../../pages/test/model/entry.ts";
import type { FrameStatus } from "../../pages/test/model/frame-status.ts";
import { newSession, type SessionInfo, updateSession } from "../../pages/test/model/session-info.ts";
import { isRoot } from "../../pages/test/model/setup.ts";
import { StatusTracker } from "../../pages/test/model/status-tracker.ts";

// Without a server and its reports: what the page makes of the frames of each vector, against what the vector says is counted.

interface Player {
  readonly dialect: Dialect;
  readonly tracker: StatusTracker;
  readonly statuses: Map<number, FrameStatus>;
  session: SessionInfo;
  number: number;
}

const dialectOf = ({ path, port, protocol = "" }: Vector["clients"][string]): Dialect =>
  protocol.split(", ").includes(SUBPROTOCOL) ? "achex.2" : port === "cloud" || !isRoot(path) ? "cloud" : "classic";

function playerFor(vector: Vector, name: string): Player {
  const spec = vector.clients[name];
  if (!spec) throw new Error(`${vector.id} has no client ${name}`);
  const dialect = dialectOf(spec);
  const tracker = new StatusTracker();
  tracker.reset(false);
  return { dialect, tracker, statuses: new Map(), session: newSession(dialect), number: 0 };
}

const SAMPLES: Readonly<Record<string, string>> = { run: "r", ms: "1", time: "1764000000000", any: "x", more: "" };

/** A text of a vector with something in place of each placeholder. */
const sample = (text: string, names: readonly string[], fill = 0): string =>
  text.replace(/<(\w+)>/g, (whole, word: string) => {
    if (word === "fill") return "x".repeat(fill);
    if (word.startsWith("token")) return "A".repeat(RESUME_TOKEN_LENGTH);
    return SAMPLES[word] ?? (names.includes(word) ? String(names.indexOf(word) + 1) : whole);
  });

function send(player: Player, frame: Pick<Entry, "size"> & ({ text: string } | { bytes: Uint8Array })): void {
  const number = ++player.number;
  const base = { number, at: 0, direction: "out" } as const;
  const entry: Entry = "text" in frame ? { ...base, kind: "text", ...frame } : { ...base, kind: "binary", ...frame };
  const { name, pendingLogins } = player.session;
  const sender = { dialect: player.dialect, loggedIn: name !== undefined || pendingLogins.length > 0 };
  player.statuses.set(number, player.tracker.sent(entry, sender));
  player.session = updateSession(player.session, entry);
}

function receive(player: Player, text: string): void {
  const made = { kind: "text", direction: "in", at: 1, size: text.length, text } as const;
  const answered = player.tracker.answered(made);
  if (answered) player.statuses.set(answered.update.number, answered.update.status);
  player.session = updateSession(player.session, { ...made, number: 0 });
}

const bytesIn = ({ header, bytes }: { header: string; bytes: string }, names: readonly string[]): Uint8Array =>
  joinBinary(sample(header, names), Uint8Array.fromHex(bytes)) ?? new Uint8Array();

function play(step: Step, players: ReadonlyMap<string, Player>, names: readonly string[]): void {
  if ("from" in step) {
    const player = players.get(step.from);
    if (!player) return;
    if ("text" in step) {
      const text = sample(step.text, names, step.fill);
      send(player, { text, size: text.length });
    } else {
      const bytes = "binary" in step ? Uint8Array.fromHex(step.binary) : bytesIn(step, names);
      send(player, { bytes, size: bytes.length });
    }
  } else if ("to" in step && "text" in step) {
    const player = players.get(step.to);
    if (player) receive(player, sample(step.text, names, step.fill));
  }
}

/** How often the page says of frames in these dialects that they were dropped, by code. */
function inferredCodes(players: Iterable<Player>, achex2: boolean): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { dialect, statuses } of players) {
    if ((dialect === "achex.2") !== achex2) continue;
    for (const status of statuses.values())
      if (status.kind === (achex2 ? "refused" : "dropped")) counts[status.code] = (counts[status.code] ?? 0) + 1;
  }
  return counts;
}

/** What the parser alone decides. */
const PARSED = Object.keys(dropReasons).filter((reason) =>
  ["not-json", "not-object", "too-deep", "no-verb", "bad-target", "too-many-targets", "binary"].includes(reason),
);

test("without reports, every inferred drop in the vectors is one that the server counts, and every frame that the parser rejects is included", () => {
  let compared = 0;
  for (const vector of vectorFiles.flatMap(({ cases }) => cases)) {
    // Other limits are not known to a legacy client.
    if (vector.options) continue;
    const names = Object.keys(vector.clients);
    const players = new Map(names.map((name) => [name, playerFor(vector, name)]));
    for (const step of vector.steps) play(step, players, names);
    const legacy = inferredCodes(players.values(), false);
    const achex2 = inferredCodes(players.values(), true);
    const { id, drops = {}, faults = {} } = vector;
    for (const [code, count] of Object.entries(legacy))
      expect({ id, code, atMost: Math.max(count, drops[code] ?? 0) }).toEqual({ id, code, atMost: drops[code] ?? 0 });
    for (const [code, count] of Object.entries(achex2))
      expect({ id, code, atMost: Math.max(count, faults[code] ?? 0) }).toEqual({ id, code, atMost: faults[code] ?? 0 });
    for (const code of PARSED)
      expect({ id, code, count: legacy[code] ?? 0 }).toEqual({ id, code, count: drops[code] ?? 0 });
    compared++;
  }
  expect(compared).toBeGreaterThan(200);
});
