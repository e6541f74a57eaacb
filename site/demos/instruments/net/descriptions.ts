import type { Client } from "@achex/client/full";
import { effect } from "@preact/signals";
import { type Described, FollowedInstrument } from "../../shared/instruments/description.ts";

/** Followed at the same time. A session can be in 100 rooms. */
const FOLLOWED = 80;

interface Followed {
  readonly instrument: FollowedInstrument;
  close(): void;
}

/**
 * What the instruments describe. Up to 80 are followed. Of more, the others are read one after the other, one per tick, so that the page knows
 * all of them and sees changes late.
 */
export class Descriptions {
  readonly #followed = new Map<string, Followed>();
  #wanted: readonly string[] = [];
  /** Those that do not fit, the next to be read first. */
  #waiting: string[] = [];
  #visiting = 0;

  constructor(
    private readonly client: Client<object>,
    private readonly described: (id: string, described: Described) => void,
  ) {}

  /** The ids of all instruments that are there. */
  want(ids: readonly string[]): void {
    this.#wanted = ids;
    const wanted = new Set(ids);
    for (const id of this.#followed.keys()) if (!wanted.has(id)) this.#unfollow(id);
    this.#waiting = this.#waiting.filter((id) => wanted.has(id));
    const waiting = new Set(this.#waiting);
    for (const id of ids) {
      if (this.#followed.has(id) || waiting.has(id)) continue;
      if (this.#followed.size < FOLLOWED) this.#followed.set(id, this.#follow(id));
      else this.#waiting.unshift(id);
    }
  }

  #follow(id: string): Followed {
    const instrument = new FollowedInstrument(this.client, id);
    const stop = effect(() => {
      const described = { description: instrument.description.value, problems: instrument.problems.value };
      if (instrument.isKnown.value) this.described(id, described);
    });
    return {
      instrument,
      close() {
        stop();
        instrument.close();
      },
    };
  }

  #unfollow(id: string): void {
    this.#followed.get(id)?.close();
    this.#followed.delete(id);
  }

  /** Reads the next one that does not fit. To be called a few times per second. */
  tick(): void {
    if (this.#visiting > 4) return;
    const id = this.#waiting.shift();
    if (id === undefined) return;
    this.#visiting++;
    const visit = this.#follow(id);
    visit.instrument.ready
      .catch(() => {})
      .finally(() => {
        visit.close();
        this.#visiting--;
        if (this.#wanted.includes(id)) this.#waiting.push(id);
      });
  }

  close(): void {
    for (const id of [...this.#followed.keys()]) this.#unfollow(id);
    this.#waiting = [];
  }
}
