import { isLink, linkBefore } from "../rules/dice.ts";
import type { Game } from "../rules/game.ts";
import { awaitsRoll, contributors } from "../rules/seats.ts";

/** The links that have been revealed for the roll that is due. Every peer collects them, because every peer may become the host. */
export class Reveals {
  #roll = -1;
  readonly #links = new Map<number, string>();

  /** Keeps a link if it is the next one of that seat. Returns why not. */
  add(game: Game, seat: number, roll: number, link: string): string | undefined {
    if (!awaitsRoll(game)) return "no dice are due";
    if (roll !== game.rolls) return "a link for another roll";
    const holder = game.seats[seat];
    if (!holder || !contributors(game).includes(seat)) return "this seat reveals nothing";
    if (!isLink(link) || linkBefore(game.room, holder.id, holder.revealed, link) !== holder.link)
      return "a forged link";
    this.#begin(game);
    this.#links.set(seat, link);
    return undefined;
  }

  has(game: Game, seat: number): boolean {
    this.#begin(game);
    return this.#links.has(seat);
  }

  /** In the order of the seats that have to reveal; null where one is missing. */
  links(game: Game): (string | null)[] {
    this.#begin(game);
    return contributors(game).map((seat) => this.#links.get(seat) ?? null);
  }

  #begin(game: Game): void {
    if (this.#roll === game.rolls) return;
    this.#roll = game.rolls;
    this.#links.clear();
  }
}
