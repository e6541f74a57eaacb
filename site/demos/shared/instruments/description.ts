import type { Client, Lease } from "@achex/client/full";
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import { type Description, problemOf, type StateKey, stateSchemas } from "./wire.ts";

/** What conforms of a state, and what is wrong with the rest. */
export interface Described {
  readonly description: Description;
  readonly problems: readonly string[];
}

export function describedBy(state: Readonly<Record<string, unknown>>): Described {
  const problems: string[] = [];
  const take = <Value>(key: StateKey, schema: v.GenericSchema<unknown, Value>): Value | undefined => {
    const value = state[key];
    if (value === undefined) return undefined;
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    problems.push(`${key}: ${problemOf(result.issues)}`);
    return undefined;
  };
  const description: Description = {
    settings: take("settings", stateSchemas.settings),
    limits: take("limits", stateSchemas.limits),
    quantities: take("quantities", stateSchemas.quantities),
    actions: take("actions", stateSchemas.actions),
    interval: take("interval", stateSchemas.interval),
    waveform: take("waveform", stateSchemas.waveform),
  };
  return { description, problems };
}

const NOTHING = describedBy({}).description;

/**
 * What one instrument describes, kept up to date as long as it is followed. After the instrument has left, its last description stays. A session
 * can be in 100 rooms, so a page cannot follow more than that.
 */
export class FollowedInstrument {
  readonly description: ReadonlySignal<Description>;
  readonly problems: ReadonlySignal<readonly string[]>;
  /** Whether it has described anything. */
  readonly isKnown: ReadonlySignal<boolean>;
  /** Resolves when its state has arrived. Rejects with a Fault. */
  readonly ready: Promise<unknown>;
  readonly #lease: Promise<Lease>;
  readonly #unsubscribe: () => void;

  constructor(
    client: Client<object>,
    readonly id: string,
  ) {
    const room = client.hub(`instrument-${id}`);
    const description = signal(NOTHING);
    const problems = signal<readonly string[]>([]);
    this.description = description;
    this.problems = problems;
    const isKnown = signal(false);
    this.isKnown = isKnown;
    const read = () => {
      // Empty: it has not described itself yet, or its keys went with it.
      if (room.state.size === 0) return;
      const described = describedBy(room.state.snapshot());
      batch(() => {
        description.value = described.description;
        problems.value = described.problems;
        isKnown.value = true;
      });
    };
    this.#unsubscribe = room.state.subscribe(read);
    // Not as the host: pages come and go, and nothing depends on one of them.
    this.#lease = room.hold({ state: true, host: false });
    this.ready = this.#lease.then(read);
    this.ready.catch(() => {});
  }

  close(): void {
    this.#unsubscribe();
    this.#lease.then(
      (lease) => lease.release(),
      () => {},
    );
  }
}
