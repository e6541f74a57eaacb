import { serverstatEntry } from "@achex/protocol";
import type { Channels } from "../delivery/channels.ts";
import type { Session } from "../session/session.ts";

/** Entries of one serverstat reply, so that a request cannot occupy the server for long (PROTOCOL.md C15). */
export const SERVERSTAT_ENTRIES = 1_000;

/** Which entries of a listing belong to a session. */
interface Position {
  readonly first: number;
  readonly count: number;
}

/** The users of an instance as JSON text, with the end of each entry and the entries of each session. */
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
 * Caches the texts from which serverstat replies are assembled, because creating one takes up to 1,000 steps. Until a session
 * in the instance joins, leaves or changes its name or hubs, the reply to each session is assembled from three pieces of the
 * same text. The cache is cleared on each tick, so its memory is limited by the replies charged within a second.
 */
export class ServerstatListings {
  private readonly listings = new Map<string, Listing>();
  /** Members scanned to create listings. */
  steps = 0;

  constructor(private readonly deps: ServerstatDeps) {}

  /** The users in the reply to this session: its own entries, then those of others that are not away (PROTOCOL.md R76). */
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

  /** The users of an instance on this node, for a reply on another one. */
  usersOf(instance: string): string {
    return this.listing(instance).text;
  }

  /** Must be called once a second. */
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
        // A session of a service is a member of two names, and is listed only once. So at most every second step is wasted.
        if (!session || session.isAway || positions.has(session)) continue;
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
