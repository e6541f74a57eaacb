import { apply } from "../rules/apply.ts";
import type { Entry, Game, Happening } from "../rules/game.ts";
import { canonical, stateHash } from "../rules/hash.ts";

/** One move of a game, and what it made of it. */
export interface Step {
  readonly entry: Entry;
  readonly game: Game;
  /** Of the state after the move. */
  readonly hash: string;
  readonly happened: readonly Happening[];
}

/** A game as the list of its moves. Every peer keeps one; all are equal. States share what did not change, so all of them are kept. */
export class Ledger {
  readonly #steps: Step[] = [];

  get steps(): readonly Step[] {
    return this.#steps;
  }

  get length(): number {
    return this.#steps.length;
  }

  get last(): Step | undefined {
    return this.#steps.at(-1);
  }

  get game(): Game | undefined {
    return this.last?.game;
  }

  /** Adds a move if the rules allow it; otherwise returns why not. */
  add(entry: Entry): Step | string {
    const outcome = apply(this.game, entry);
    if (!outcome.ok) return outcome.reason;
    const step = { entry, game: outcome.game, hash: stateHash(outcome.game), happened: outcome.happened };
    this.#steps.push(step);
    return step;
  }

  /** Whether the move at this position is this one. */
  has(position: number, entry: Entry): boolean {
    const step = this.#steps[position];
    return step !== undefined && canonical(step.entry) === canonical(entry);
  }

  /** Forgets everything from this position on. */
  truncate(length: number): void {
    this.#steps.length = Math.min(length, this.#steps.length);
  }

  entries(from: number, count: number): Entry[] {
    return this.#steps.slice(from, from + count).map(({ entry }) => entry);
  }
}

/** Plays a log from its beginning. Returns what is wrong with it if the rules do not allow all of it. */
export function replay(entries: readonly Entry[]): Ledger | string {
  const ledger = new Ledger();
  for (const [index, entry] of entries.entries()) {
    const step = ledger.add(entry);
    if (typeof step === "string") return `move ${index + 1}: ${step}`;
  }
  return ledger;
}
