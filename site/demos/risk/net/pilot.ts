import { type Signal, signal } from "@preact/signals";
import { chooseMove } from "../rules/bots/bot.ts";
import { HOST } from "../rules/game.ts";
import { isFulfilled, missionOf } from "../rules/missions.ts";
import { awaitsRoll } from "../rules/seats.ts";
import { follow } from "./follow.ts";
import type { Table } from "./table.ts";

/** How long a player who has shown up counts as back, ms: longer than a page that was frozen needs to catch up. */
const RETURN = 12_000;
/** Pause before a proposal without an answer is repeated, ms. */
const AGAIN = 3_000;
/** Shortest pause between moves, ms: peers ignore members that send more than 120 messages per second. */
const LEAST = 20;

/** What a player's own page does for it: keeps its dice chain in order, takes its seat back, and plays for it if asked to. */
export class Pilot {
  /** Let the computer play for me. */
  readonly isOn: Signal<boolean> = signal(false);
  /** Milliseconds between its moves. */
  readonly pace: Signal<number> = signal(500);
  readonly #table: Table;
  readonly #stop: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #published = "";
  #backUntil = 0;

  constructor(table: Table) {
    this.#table = table;
    const { room, secrets } = table;
    this.#stop.push(
      room.on("ping", (_, from) => {
        if (!from.isHost) return "only the host asks";
        room.send("pong", {}, { to: from, latest: true });
        return undefined;
      }),
      follow(
        () => ({ phase: room.phase.value.name, isIdle: !table.game.value }),
        ({ phase, isIdle }) => {
          // Links of a finished game are known; the next one needs others.
          if ((phase === "over" || phase === "lobby") && !isIdle && this.#isUsed()) secrets.renew();
          this.#publish();
        },
      ),
      follow(
        () => table.length.value,
        () => {
          this.#checkChain();
          this.#takeBack();
        },
      ),
      follow(
        () => [table.length.value, this.isOn.value],
        () => this.#play(),
      ),
    );
  }

  close(): void {
    for (const stop of this.#stop) stop();
    clearTimeout(this.#timer);
  }

  /** The player is here: takes the seat back if a bot plays it, now or as soon as this page has heard of it and no dice are due. */
  back(): void {
    this.#backUntil = Date.now() + RETURN;
    this.#takeBack();
  }

  #takeBack(): void {
    const { game, seat } = this.#seat();
    if (Date.now() > this.#backUntil || !game || seat === undefined) return;
    if (awaitsRoll(game) || game.phase.name === "over") return;
    if (game.seats[seat]?.control !== "bot" || game.seats[seat]?.link === null) return;
    if (this.#table.decide) this.#table.decide(HOST, { do: "control", seat, to: "human" });
    else this.#table.room.send("back", {}, { latest: true });
  }

  /** Whether my mission is fulfilled and can be shown now. */
  canShowMission(): boolean {
    const { game, seat } = this.#seat();
    if (!game?.options.missions || seat === undefined || game.turn !== seat || game.seats[seat]?.seal === null)
      return false;
    if (!["reinforce", "attack", "fortify"].includes(game.phase.name)) return false;
    return isFulfilled(game, seat, missionOf(game, seat, this.#table.secrets.missionSecret));
  }

  #seat() {
    return { game: this.#table.ledger.game, seat: this.#table.mySeat.peek() };
  }

  /** Whether links of my chain have been revealed. */
  #isUsed(): boolean {
    const { game, seat } = this.#seat();
    const mine = seat === undefined ? undefined : game?.seats[seat];
    return mine !== undefined && mine.revealed > 0 && this.#table.secrets.chain[mine.revealed] === mine.link;
  }

  #publish(): void {
    const { room, secrets } = this.#table;
    if (this.#published === secrets.commitment) return;
    this.#published = secrets.commitment;
    room.setAttributes({ dice: secrets.commitment, seal: secrets.seal });
  }

  /** A seat whose chain is not mine (taken from a bot, or my secrets are lost) gets a new chain. */
  #checkChain(): void {
    const { game, seat } = this.#seat();
    const mine = seat === undefined ? undefined : game?.seats[seat];
    if (!game || !mine || awaitsRoll(game) || game.phase.name === "over") return;
    if (mine.link !== null && this.#table.secrets.chain[mine.revealed] === mine.link) return;
    const { secrets } = this.#table;
    this.#table.propose({ do: "chain", link: secrets.commitment });
  }

  #play(): void {
    clearTimeout(this.#timer);
    const { game, seat } = this.#seat();
    if (!this.isOn.peek() || !game || seat === undefined || game.turn !== seat || game.seats[seat]?.control !== "human")
      return;
    const seq = game.seq;
    const propose = () => {
      if (this.#table.ledger.game?.seq !== seq || !this.isOn.peek()) return;
      if (this.canShowMission()) this.#table.propose({ do: "mission", secret: this.#table.secrets.missionSecret });
      else {
        const move = chooseMove(game, "hard");
        if (move) this.#table.propose(move);
      }
      // A proposal can be lost with the host that received it.
      this.#timer = setTimeout(propose, AGAIN);
    };
    this.#timer = setTimeout(propose, Math.max(LEAST, this.pace.peek()));
  }
}
