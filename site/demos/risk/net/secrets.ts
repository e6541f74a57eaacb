import { createChain } from "../rules/dice.ts";
import { sealOf } from "../rules/missions.ts";

/** Where secrets are kept, so that a reload does not lose them. */
export type Drawer = Pick<Storage, "getItem" | "setItem">;

const SPARE: Drawer = { getItem: () => null, setItem: () => {} };

/** What only this player knows: the dice chain and the mission of one game in one room. */
export class Secrets {
  readonly #room: string;
  readonly #player: string;
  readonly #drawer: Drawer;
  #secret: string;
  #chain: readonly string[] | undefined;

  constructor(room: string, player: string, drawer: Drawer = SPARE) {
    this.#room = room;
    this.#player = player;
    this.#drawer = drawer;
    this.#secret = drawer.getItem(this.#key) ?? "";
    if (this.#secret === "") this.renew();
  }

  get #key(): string {
    return `conquest-${this.#room}-${this.#player}`;
  }

  /** For the next game: links that have been revealed must not be used again. */
  renew(): void {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    this.#secret = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    this.#chain = undefined;
    this.#drawer.setItem(this.#key, this.#secret);
  }

  get chain(): readonly string[] {
    this.#chain ??= createChain(this.#room, this.#player, this.#secret);
    return this.#chain;
  }

  /** The commitment to all dice of this player. */
  get commitment(): string {
    return this.chain[0] ?? "";
  }

  /** What is shown to win by a mission; another text than the one the dice come from. */
  get missionSecret(): string {
    return sealOf("mission", this.#player, this.#secret);
  }

  get seal(): string {
    return sealOf(this.#room, this.#player, this.missionSecret);
  }
}
