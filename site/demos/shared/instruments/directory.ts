import type { Attributes, Client, Lease, Member } from "@achex/client/full";
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import { type Announcement, announcement, problemOf } from "./wire.ts";

const HUB = "instruments";
/** Members of a hub that the relay lists (R23). */
const LISTED = 200;

/** An instrument as its hub shows it. */
export interface Announced extends Announcement {
  /** The session that announced it: readings count only from there, and questions go there. */
  readonly sid: number;
  readonly name: string;
  /** Its connection is down, and it may return. */
  readonly isAway: boolean;
  /** Other sessions that announce the same id at the same time, and are ignored. */
  readonly rivals: number;
}

/** A member that says it is an instrument, and does not conform. */
export interface Misfit {
  readonly sid: number;
  readonly name: string;
  readonly problem: string;
}

interface Found {
  readonly instruments: readonly Announced[];
  readonly misfits: readonly Misfit[];
}

type Parsed = { readonly is: Announcement } | { readonly problem: string } | undefined;

/** Attributes stay the same object until they change, and there can be 200 members. */
const parsed = new WeakMap<Attributes, Parsed>();

function parse(attributes: Attributes): Parsed {
  if (attributes.instrument === undefined) return undefined;
  if (parsed.has(attributes)) return parsed.get(attributes);
  const result = v.safeParse(announcement, attributes);
  const outcome = result.success ? { is: result.output } : { problem: problemOf(result.issues) };
  parsed.set(attributes, outcome);
  return outcome;
}

/**
 * The instruments among the members of the hub. Of several that announce the same id, the first one counts; but one that is away gives
 * way to one that is there, because an instrument that was killed and started again is both for a while.
 */
export function instrumentsAmong(members: readonly Member[]): Found {
  const byId = new Map<string, Announced>();
  const misfits: Misfit[] = [];
  for (const { attributes, sid, name, away: isAway = false } of members) {
    const outcome = parse(attributes);
    if (!outcome) continue;
    if ("problem" in outcome) {
      misfits.push({ sid, name, problem: outcome.problem });
      continue;
    }
    const first = byId.get(outcome.is.id);
    const both = first && !first.isAway && !isAway ? 1 : 0;
    if (!first || (first.isAway && !isAway)) byId.set(outcome.is.id, { ...outcome.is, sid, name, isAway, rivals: 0 });
    else byId.set(first.id, { ...first, rivals: first.rivals + both });
  }
  return { instruments: [...byId.values()], misfits };
}

/** Finds instruments, and sees which are there. Close it when the page no longer needs it. */
export class InstrumentDirectory {
  readonly instruments: ReadonlySignal<readonly Announced[]>;
  readonly misfits: ReadonlySignal<readonly Misfit[]>;
  /** Whether the relay has told who is there. */
  readonly isKnown: ReadonlySignal<boolean>;
  /** More members than the relay lists: some instruments do not show. */
  readonly isCrowded: ReadonlySignal<boolean>;
  readonly #byId: ReadonlySignal<ReadonlyMap<string, Announced>>;
  readonly #lease: Promise<Lease>;
  readonly #unsubscribe: () => void;

  constructor(client: Client<object>) {
    const hub = client.hub(HUB);
    const members = signal(hub.members);
    const count = signal(hub.count);
    const isKnown = signal(false);
    const found = computed(() => instrumentsAmong(members.value));
    this.instruments = computed(() => found.value.instruments);
    this.misfits = computed(() => found.value.misfits);
    this.isKnown = isKnown;
    this.isCrowded = computed(() => count.value > LISTED);
    this.#byId = computed(() => new Map(found.value.instruments.map((one) => [one.id, one])));
    this.#unsubscribe = hub.subscribe(() => {
      members.value = hub.members;
      count.value = hub.count;
      if (hub.status === "in") isKnown.value = true;
    });
    this.#lease = hub.hold({ presence: true });
    // The page shows that it is not connected; there is nothing else to do about it here.
    this.#lease.catch(() => {});
  }

  byId(id: string): Announced | undefined {
    return this.#byId.value.get(id);
  }

  close(): void {
    this.#unsubscribe();
    this.#lease.then(
      (lease) => lease.release(),
      () => {},
    );
  }
}
