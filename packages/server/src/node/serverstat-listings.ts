import { serverstatEntry } from "@achex/protocol";
import type { Channels } from "../delivery/channels.ts";
import type { Session } from "../session/session.ts";

/** Entries in one serverstat answer: with more, one request would cost everyone else their turn (PROTOCOL.md C15). */
export const SERVERSTAT_ENTRIES = 1_000;

/** The entries of a session within a listing, by their number. */
interface Position {
  readonly first: number;
  readonly count: number;
}

/** Who is in an instance, as text, with where each entry ends and where each session's entries are. */
interface Listing {
  readonly generation: number;
  readonly text: string;
  readonly ends: readonly number[];
  readonly positions: ReadonlyMap<Session, Position>;
}

export interface ServerstatDeps {
  readonly channels: Pick<Channels, "names" | "generation">;
  readonly sessions: ReadonlyMap<number, Session>;
}

/** One entry for each hub of a session, or one with an empty hub; none before login. */
function entriesOf({ state, memberships, id }: Session): readonly string[] {
  if (state.kind !== "named") return [];
  const hubs = memberships.filter(({ channel }) => channel.kind === "hub").map(({ channel }) => channel.name);
  return (hubs.length === 0 ? [""] : hubs).map((hub) => serverstatEntry({ username: state.name, hub, session: id }));
}

/**
 * The listings that serverstat answers are cut from. Writing one takes up to 1,000 steps; as long as nobody in the instance
 * comes, goes, or changes name or hubs, the answer for another asker is three pieces of the same text. They are kept until the
 * next tick, so that they hold no more memory than was charged as answers within a second.
 */
export class ServerstatListings {
  private readonly listings = new Map<string, Listing>();
  /** Members looked at to write listings. */
  steps = 0;

  constructor(private readonly deps: ServerstatDeps) {}

  /** The users of an answer to this session: its own entries, then those of others. */
  usersFor(asker: Session): string {
    const { text, ends, positions } = this.listing(asker.instance);
    const position = positions.get(asker);
    if (!position) {
      const own = entriesOf(asker).slice(0, SERVERSTAT_ENTRIES);
      const others = text.slice(0, ends[Math.min(SERVERSTAT_ENTRIES - own.length, ends.length) - 1] ?? 0);
      return joined(own.join(","), others);
    }
    const { first, count } = position;
    const before = ends[first - 1] ?? 0;
    const end = ends[first + count - 1] ?? 0;
    const own = text.slice(first === 0 ? 0 : before + 1, end);
    return joined(own, text.slice(0, before), text.slice(end + 1));
  }

  /** To be called once a second. */
  tick(): void {
    this.listings.clear();
  }

  private listing(instance: string): Listing {
    const known = this.listings.get(instance);
    const generation = this.deps.channels.generation(instance);
    if (known?.generation === generation) return known;
    const listing = { generation, ...this.write(instance) };
    this.listings.set(instance, listing);
    return listing;
  }

  private write(instance: string): Omit<Listing, "generation"> {
    const texts: string[] = [];
    const ends: number[] = [];
    const positions = new Map<Session, Position>();
    for (const name of this.deps.channels.names(instance)) {
      for (const { id } of name.members()) {
        const room = SERVERSTAT_ENTRIES - texts.length;
        if (room <= 0) return { text: texts.join(","), ends, positions };
        this.steps++;
        const session = this.deps.sessions.get(id);
        // A service session is a member of two names. It is listed where it is met first: so no more than every second
        // step is in vain, however many sessions a service has.
        if (!session || positions.has(session)) continue;
        const entries = entriesOf(session).slice(0, room);
        positions.set(session, { first: texts.length, count: entries.length });
        for (const entry of entries) {
          ends.push((ends.at(-1) ?? -1) + 1 + entry.length);
          texts.push(entry);
        }
      }
    }
    return { text: texts.join(","), ends, positions };
  }
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join(",");
