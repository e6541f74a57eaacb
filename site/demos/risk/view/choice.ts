import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Table } from "../net/table.ts";
import { type Game, type Move, NEUTRAL, NOBODY } from "../rules/game.ts";
import { winOdds } from "../rules/odds.ts";
import { placing } from "../rules/setup.ts";
import { fortifyTargets, ownedBy } from "../rules/turn.ts";
import { neighboursOf } from "../rules/world.ts";
import type { Watch } from "./watch.ts";

const NONE: ReadonlySet<number> = new Set();

export type Mode = "attack" | "fortify";

/** What the player has chosen on the board, and what can be chosen next. */
export class Choice {
  readonly from: Signal<number | undefined> = signal(undefined);
  readonly to: Signal<number | undefined> = signal(undefined);
  readonly hover: Signal<number | undefined> = signal(undefined);
  readonly mode: Signal<Mode> = signal("attack");
  /** Armies that one press on a territory places; 0 for all. */
  readonly batch: Signal<number> = signal(1);
  /** Armies that move, in a conquered territory or at the end of the turn. */
  readonly amount: Signal<number> = signal(1);
  readonly placed: Signal<readonly number[]> = signal([]);
  readonly problem: Signal<string> = signal("");
  /** Whether it is this player who has to do something. */
  readonly isMine: ReadonlySignal<boolean>;
  /** Territories that can be chosen now. */
  readonly legal: ReadonlySignal<ReadonlySet<number>>;
  readonly #table: Table;
  readonly #watch: Watch;
  readonly #stop: () => void;

  constructor(table: Table, watch: Watch) {
    this.#table = table;
    this.#watch = watch;
    this.isMine = computed(() => {
      const game = table.game.value;
      if (!game || !watch.isPresent.value || game.turn !== table.mySeat.value) return false;
      return game.seats[game.turn]?.control === "human" && !["deal", "battle", "over"].includes(game.phase.name);
    });
    this.legal = computed(() => (this.isMine.value ? new Set(this.#legal(table.game.value)) : NONE));
    this.#stop = effect(() => this.#reset(table.length.value));
  }

  close(): void {
    this.#stop();
  }

  /** Attack, or move armies at the end of the turn. */
  change(mode: Mode): void {
    batch(() => {
      this.mode.value = mode;
      this.#forget();
    });
  }

  /** Sends a move of mine. */
  do(move: Move): void {
    this.problem.value = this.#table.propose(move) ?? "";
  }

  /** A territory was pressed. */
  pick(at: number): void {
    const game = this.#table.game.peek();
    if (!game || !this.isMine.peek()) {
      if (!this.#watch.isPresent.peek()) this.#watch.skip();
      return;
    }
    if (!this.legal.peek().has(at)) {
      this.#forget();
      return;
    }
    switch (game.phase.name) {
      case "claim":
        this.do({ do: "claim", at });
        break;
      case "place":
        this.#place(game, at);
        break;
      case "reinforce": {
        const armies = Math.min(this.batch.peek() || game.phase.armies, game.phase.armies);
        this.do({ do: "reinforce", at, armies });
        break;
      }
      default:
        this.#front(game, at);
    }
  }

  /** The chance to conquer a target from the chosen territory, or from the best neighbour. */
  oddsFor(game: Game, to: number): { readonly from: number; readonly odds: number } | undefined {
    const me = this.#table.mySeat.peek();
    if (me === undefined || game.owner[to] === me || game.owner[to] === NOBODY) return undefined;
    const chosen = this.from.value;
    const sources = chosen === undefined ? neighboursOf(to) : neighboursOf(to).filter((at) => at === chosen);
    const options = sources
      .filter((at) => game.owner[at] === me && (game.armies[at] ?? 0) > 1)
      .map((from) => ({ from, odds: winOdds(game.armies[from] ?? 0, game.armies[to] ?? 0) }));
    return options.toSorted((a, b) => b.odds - a.odds)[0];
  }

  #front(game: Game, at: number): void {
    batch(() => {
      if (this.from.peek() === undefined || !this.#targets(game, this.from.peek() ?? -1).includes(at)) {
        this.from.value = at === this.from.peek() ? undefined : at;
        this.to.value = undefined;
        return;
      }
      this.to.value = at;
      this.amount.value = Math.max(1, (game.armies[this.from.peek() ?? -1] ?? 2) - 1);
    });
  }

  #place(game: Game, at: number): void {
    const neutral = game.owner[at] === NEUTRAL;
    const placed = neutral ? this.placed.peek() : [...this.placed.peek(), at];
    const due = placing(game);
    if (!neutral && (placed.length < due || game.neutralPool > 0)) {
      this.placed.value = placed.slice(0, due);
      return;
    }
    this.do({ do: "place", at: placed, neutral: neutral ? at : null });
  }

  #legal(game: Game | undefined): readonly number[] {
    if (!game) return [];
    const own = ownedBy(game, game.turn);
    switch (game.phase.name) {
      case "claim":
        return ownedBy(game, NOBODY);
      case "place":
        return this.placed.value.length < placing(game) ? own : ownedBy(game, NEUTRAL);
      case "reinforce":
        return own;
      case "attack":
      case "fortify":
        return this.#frontier(game, own);
      default:
        return [];
    }
  }

  #targets(game: Game, from: number): readonly number[] {
    if (this.#isFortifying(game)) return fortifyTargets(game, from);
    return (game.armies[from] ?? 0) < 2 ? [] : neighboursOf(from).filter((at) => game.owner[at] !== game.turn);
  }

  #isFortifying(game: Game): boolean {
    return game.phase.name === "fortify" || this.mode.value === "fortify";
  }

  #frontier(game: Game, own: readonly number[]): readonly number[] {
    const sources = own.filter((at) => this.#targets(game, at).length > 0);
    const from = this.from.value;
    return from === undefined ? sources : [...sources, ...this.#targets(game, from)];
  }

  #forget(): void {
    batch(() => {
      this.from.value = undefined;
      this.to.value = undefined;
    });
  }

  /** After each move: what was chosen may not exist any more. */
  #reset(length: number): void {
    const { steps } = this.#table.ledger;
    const step = steps[length - 1];
    const game = step?.game;
    batch(() => {
      this.placed.value = [];
      this.problem.value = "";
      if (!game || game.turn !== this.#table.mySeat.peek()) {
        this.#forget();
        this.mode.value = "attack";
        return;
      }
      const { phase } = game;
      if (phase.name === "occupy") this.amount.value = (game.armies[phase.from] ?? 2) - 1;
      const [from, to] = [this.from.peek(), this.to.peek()];
      const conquest = step.happened.find(({ what }) => what === "conquered");
      // Go on from where the armies are now.
      if (step.entry.move.do === "occupy" && from !== undefined && to !== undefined) this.#goOn(game, to);
      else if (conquest?.what === "conquered" && phase.name === "attack") this.#goOn(game, conquest.at);
      else if (from !== undefined && (game.owner[from] !== game.turn || (game.armies[from] ?? 0) < 2)) this.#forget();
      else if (to !== undefined && game.owner[to] === game.turn && phase.name !== "occupy") this.to.value = undefined;
      if (phase.name === "reinforce") this.#forget();
    });
  }

  #goOn(game: Game, at: number): void {
    this.to.value = undefined;
    const isFront = (game.armies[at] ?? 0) > 1 && neighboursOf(at).some((next) => game.owner[next] !== game.turn);
    this.from.value = isFront ? at : undefined;
  }
}
