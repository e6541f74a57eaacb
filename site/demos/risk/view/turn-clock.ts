import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Table } from "../net/table.ts";

/** Seconds that the player whose turn it is has left, as this page saw the turn begin; the host decides. */
export class TurnClock {
  readonly left: ReadonlySignal<number | undefined>;
  readonly #left = signal<number | undefined>(undefined);
  readonly #table: Table;
  readonly #stop: (() => void)[];
  #turns = -1;
  #since = 0;

  constructor(table: Table) {
    this.#table = table;
    this.left = this.#left;
    const timer = setInterval(() => this.#update(), 1_000);
    this.#stop = [
      () => clearInterval(timer),
      effect(() => {
        const turns = table.game.value?.turns ?? -1;
        if (turns !== this.#turns) {
          this.#turns = turns;
          this.#since = Date.now();
        }
        this.#update();
      }),
    ];
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  #update(): void {
    const game = this.#table.game.peek();
    const limit = game?.options.timer ?? 0;
    const counts =
      game && limit > 0 && game.seats[game.turn]?.control === "human" && game.phase.name !== "over" && game.turns > 0;
    this.#left.value = counts ? Math.max(0, limit - Math.floor((Date.now() - this.#since) / 1_000)) : undefined;
  }
}
