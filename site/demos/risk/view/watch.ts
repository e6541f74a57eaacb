import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Step } from "../net/ledger.ts";
import type { Table } from "../net/table.ts";
import type { Game } from "../rules/game.ts";

/** More moves than these are not shown one by one: somebody who was away wants to see the board. */
const BACKLOG = 40;
const NOTHING = 0;

/** How long a move of somebody else is shown, ms. */
const DURATIONS: Readonly<Record<string, number>> = {
  claim: 150,
  place: 80,
  trade: 400,
  reinforce: 250,
  occupy: 300,
  fortify: 400,
  mission: 400,
};
const BATTLE = 400;
/** Own dice tumble a little longer. */
const OWN_BATTLE = 700;

/** What the eye follows: the board lags behind the log while moves of others are shown one after the other. */
export class Watch {
  /** Number of moves that the board shows. */
  readonly shown: ReadonlySignal<number>;
  /** The move that is being shown. */
  readonly scene: ReadonlySignal<Step | undefined>;
  /** The last battle shown, for the dice. */
  readonly battle: ReadonlySignal<Step | undefined>;
  /** Moves up to here are shown while somebody looks back; undefined: the present. */
  readonly scrub: Signal<number | undefined> = signal(undefined);
  readonly isFast: Signal<boolean> = signal(matchMedia("(prefers-reduced-motion: reduce)").matches);
  /** The state on the board. */
  readonly game: ReadonlySignal<Game | undefined>;
  /** Nothing is left to show: the player may move. */
  readonly isPresent: ReadonlySignal<boolean>;
  readonly #shown = signal(0);
  readonly #scene = signal<Step | undefined>(undefined);
  readonly #battle = signal<Step | undefined>(undefined);
  readonly #table: Table;
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;

  constructor(table: Table) {
    this.#table = table;
    this.shown = this.#shown;
    this.scene = this.#scene;
    this.battle = this.#battle;
    this.game = computed(() => {
      const length = table.length.value;
      const at = this.scrub.value ?? Math.min(this.#shown.value, length);
      return table.ledger.steps[Math.min(at, length) - 1]?.game;
    });
    this.isPresent = computed(
      () => this.scrub.value === undefined && this.#shown.value === table.length.value && !this.#scene.value,
    );
    // What was played before this page was there is not shown.
    this.#shown.value = table.length.peek();
    this.#stop = effect(() => {
      const length = table.length.value;
      if (length < this.#shown.peek()) this.#jump();
      else this.#advance();
    });
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  /** Shows the present at once. */
  skip(): void {
    this.scrub.value = undefined;
    this.#jump();
  }

  #jump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    batch(() => {
      const { steps } = this.#table.ledger;
      this.#scene.value = undefined;
      this.#shown.value = steps.length;
      this.#battle.value = steps.findLast(isBattle);
    });
  }

  #duration({ entry, happened }: Step): number {
    if (this.isFast.peek() || document.hidden) return NOTHING;
    const mine = this.#table.mySeat.peek();
    const fight = happened.find(({ what }) => what === "battle");
    if (fight?.what === "battle") return fight.attacker === mine ? OWN_BATTLE : BATTLE;
    return entry.by === mine ? NOTHING : (DURATIONS[entry.move.do] ?? NOTHING);
  }

  #advance(): void {
    if (this.#timer !== undefined) return;
    const { steps } = this.#table.ledger;
    if (this.isFast.peek() && !document.hidden) {
      // Computers at full speed make more moves than the display has frames.
      this.#frame ??= requestAnimationFrame(() => {
        this.#frame = undefined;
        this.#jump();
      });
      return;
    }
    if (steps.length - this.#shown.peek() > BACKLOG) {
      this.#jump();
      return;
    }
    while (this.#shown.peek() < steps.length) {
      const step = steps[this.#shown.peek()];
      if (!step) return;
      const duration = this.#duration(step);
      if (isBattle(step)) this.#battle.value = step;
      if (duration > 0) {
        this.#scene.value = step;
        this.#timer = setTimeout(() => this.#done(), duration);
        return;
      }
      this.#shown.value++;
    }
  }

  #done(): void {
    this.#timer = undefined;
    batch(() => {
      this.#scene.value = undefined;
      this.#shown.value++;
    });
    this.#advance();
  }
}

const isBattle = ({ happened }: Step): boolean => happened.some(({ what }) => what === "battle");
