import type { Player } from "../../shared/room/players.ts";
import { chooseMove } from "../rules/bots/bot.ts";
import { isLink } from "../rules/dice.ts";
import { type Entry, type Game, HOST, type Move, type Newcomer } from "../rules/game.ts";
import { awaitsRoll, contributors } from "../rules/seats.ts";
import { follow } from "./follow.ts";
import { store } from "./log-store.ts";
import { Silence } from "./silence.ts";
import type { Table } from "./table.ts";

/** A link that has not arrived by then counts as missing, ms. */
const PATIENCE = 8_000;
/** A player who is away for so long is replaced by a bot until it is back, ms. */
const ABSENCE = 10_000;
/** Shortest pause between moves of bots, ms: peers ignore members that send more than 120 messages per second. */
const LEAST = 20;
/** Pause between two writes of the log to the state, ms. */
const STORE = 1_500;

const isSeal = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

/** What the host of a room does for a game, and the next host continues. */
export class HostDuties {
  readonly #table: Table;
  readonly #stop: (() => void)[] = [];
  readonly #away = new Map<string, number>();
  readonly #silence: Silence;
  #store: ReturnType<typeof setTimeout> | undefined;
  #bot: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #turnAt = 0;
  #turns = -1;
  /** A game that was loaded from a file and goes on in the next round. */
  #loaded: readonly Entry[] | undefined;

  constructor(table: Table) {
    this.#table = table;
    const { room } = table;
    this.#silence = new Silence((id) => {
      const to = room.players.peek().find((player) => player.id === id);
      if (to) room.send("ping", {}, { to, latest: true });
    });
    const watch = setInterval(() => this.#watch(), 500);
    this.#stop.push(
      () => clearInterval(watch),
      follow(
        () => room.isHost.value,
        (isHost) => this.#role(isHost),
      ),
      follow(
        () => (room.isHost.value ? room.phase.value : undefined),
        (phase) => phase?.name === "playing" && phase.round !== table.round.peek() && this.#begin(phase.round),
      ),
      follow(
        () => table.length.value,
        () => this.#next(),
      ),
      room.on("want", ({ from }, player) => this.#give(from, player)),
      room.on("pong", (_, from) => {
        this.#silence.answered(from.id);
        return undefined;
      }),
      room.on("back", (_, from) => this.#back(from)),
      room.on("sit", ({ seat }, from) => this.#sit(seat, from)),
      room.on("reveal", () => {
        this.#rollIfComplete();
        return undefined;
      }),
    );
  }

  close(): void {
    for (const stop of this.#stop) stop();
    for (const timer of [this.#store, this.#bot, this.#patience]) clearTimeout(timer);
    this.#table.decide = undefined;
  }

  /** The next round goes on with this game. */
  load(entries: readonly Entry[] | undefined): void {
    this.#loaded = entries;
    const { room, settings } = this.#table;
    room.publish({ settings: { ...settings.peek(), loaded: entries?.length ?? 0 } });
  }

  #role(isHost: boolean): void {
    const table = this.#table;
    table.decide = isHost ? (by, move) => this.#decide(by, move) : undefined;
    if (!isHost) return;
    this.#turns = -1;
    table.restore();
    const { last } = table.ledger;
    // Everybody can compare, and ask for what is missing.
    if (last) this.#announce(table.ledger.length - 1, [last.entry], last.hash);
    this.#next();
  }

  #decide(by: number, move: Move): string | undefined {
    const table = this.#table;
    const position = table.ledger.length;
    const step = table.append({ by, move });
    if (typeof step === "string") return step;
    this.#announce(position, [step.entry], step.hash);
    return undefined;
  }

  #announce(from: number, list: Entry[], hash: string): void {
    const { room, round } = this.#table;
    room.send("entries", { round: round.peek(), from, list, hash }, { asHost: true });
    this.#store ??= setTimeout(() => {
      this.#store = undefined;
      if (room.isHost.peek()) store(room, this.#table.ledger, round.peek());
    }, STORE);
  }

  #give(from: number, player: Player): string | undefined {
    const { room, round } = this.#table;
    if (!room.isHost.peek()) return "this peer is not the host";
    for (const page of this.#table.pages(from)) room.send("entries", { round: round.peek(), ...page }, { to: player });
    return undefined;
  }

  /** A new game with everybody who has a seat, filled up with bots; or the one that was loaded. */
  #begin(round: number): void {
    const table = this.#table;
    const { room } = table;
    const settings = table.settings.peek();
    table.restore();
    // The round of a room that outlived its members goes on.
    if (table.round.peek() === round && table.ledger.length > 0) return;
    table.clear(round);
    const players = room.players.peek().filter(({ seat }) => seat !== undefined);
    if (this.#loaded) {
      this.#resume(this.#loaded, round, players);
      return;
    }
    const people = players.map((player): Newcomer => {
      const { dice, seal } = player.isMe ? this.#mine() : player.attributes;
      // Without a commitment, a bot plays until the player has sent one.
      const link = typeof dice === "string" && isLink(dice) ? dice : null;
      const { id, name } = player;
      return { id, name, bot: link === null ? "hard" : null, link, seal: link !== null && isSeal(seal) ? seal : null };
    });
    const missing = Math.max(0, Math.max(2, settings.players) - people.length);
    const bots = Array.from({ length: missing }, (_, index): Newcomer => {
      const name = ["Ada", "Bo", "Cleo", "Dag", "Eve"][index] ?? "Bot";
      return { id: `bot-${index}`, name: `${name} (computer)`, bot: settings.level, link: null, seal: null };
    });
    const move = { do: "begin" as const, room: room.code, options: settings.options, players: [...people, ...bots] };
    const reason = this.#decide(HOST, move);
    if (reason !== undefined) table.complain(`The game could not begin: ${reason}.`);
  }

  #mine(): { readonly dice: string; readonly seal: string } {
    const { commitment, seal } = this.#table.secrets;
    return { dice: commitment, seal };
  }

  #resume(entries: readonly Entry[], round: number, players: readonly Player[]): void {
    const table = this.#table;
    this.load(undefined);
    const reason = table.load(entries, round);
    if (reason !== undefined) table.complain(`The game could not go on: ${reason}.`);
    for (const page of table.pages(0)) table.room.send("entries", { round, ...page }, { asHost: true });
    const seats = table.ledger.game?.seats ?? [];
    const strangers = players.filter(({ id }) => !seats.some((seat) => seat.id === id));
    for (const [at, seat] of seats.entries()) {
      if (seat.id.startsWith("bot-") || players.some(({ id }) => id === seat.id)) continue;
      this.#decide(HOST, { do: "control", seat: at, to: "bot" });
      const next = strangers.shift();
      if (next) this.#decide(HOST, { do: "sit", seat: at, id: next.id, name: next.name });
    }
    this.#next();
  }

  #back(from: Player): string | undefined {
    const table = this.#table;
    if (!table.room.isHost.peek()) return undefined;
    const seat = table.seatOf(from);
    if (seat === undefined) return "this player has no seat";
    return this.#decide(HOST, { do: "control", seat, to: "human" });
  }

  /** Gives a seat of the computer to somebody who joined later. Seats of players are kept for them. */
  #sit(seat: number, from: Player): string | undefined {
    const table = this.#table;
    if (!table.room.isHost.peek()) return undefined;
    if (from.seat === undefined) return "spectators take a seat in the room first";
    if (!table.ledger.game?.seats[seat]?.id.startsWith("bot-")) return "this seat belongs to a player";
    return this.#decide(HOST, { do: "sit", seat, id: from.id, name: from.name });
  }

  /** Does what is due after a move: dice, a bot's move, the end. */
  #next(): void {
    const table = this.#table;
    const game = table.ledger.game;
    clearTimeout(this.#bot);
    clearTimeout(this.#patience);
    if (!game || !table.room.isHost.peek()) return;
    if (game.turns !== this.#turns) {
      this.#turns = game.turns;
      this.#turnAt = Date.now();
    }
    if (game.phase.name === "over") {
      if (table.room.phase.peek().name === "playing") table.room.finish();
      return;
    }
    if (awaitsRoll(game)) {
      this.#patience = setTimeout(() => this.#roll(), PATIENCE);
      this.#rollIfComplete();
      return;
    }
    if (game.seats[game.turn]?.control === "bot")
      this.#bot = setTimeout(() => this.#playBot(), Math.max(LEAST, table.settings.peek().pace));
  }

  #playBot(): void {
    const { ledger } = this.#table;
    const game = ledger.game;
    const seat = game?.seats[game.turn];
    if (!game || seat?.control !== "bot") return;
    const move = chooseMove(game, seat.level);
    if (move) this.#decide(game.turn, move);
  }

  #rollIfComplete(): void {
    const game = this.#table.ledger.game;
    if (!game || !this.#table.room.isHost.peek() || !awaitsRoll(game)) return;
    // Not within the change that asks for the roll: everybody first sees the attack.
    if (!this.#table.reveals.links(game).includes(null)) queueMicrotask(() => this.#roll(game.rolls));
  }

  #roll(roll?: number): void {
    const table = this.#table;
    const game = table.ledger.game;
    if (!game || !table.room.isHost.peek() || !awaitsRoll(game) || (roll !== undefined && roll !== game.rolls)) return;
    const links = table.reveals.links(game);
    const silent = contributors(game).filter((_, index) => links[index] === null);
    this.#decide(HOST, { do: "roll", links });
    // Who did not reveal is not there: the next roll does not wait for it.
    for (const seat of silent) this.#decide(HOST, { do: "control", seat, to: "bot" });
  }

  /** Twice a second: who is away, and whose time is up. */
  #watch(): void {
    const table = this.#table;
    const game = table.ledger.game;
    if (!game || !table.room.isHost.peek() || game.phase.name === "over") return;
    const now = Date.now();
    const players = new Map(table.room.players.peek().map((player) => [player.id, player]));
    if (awaitsRoll(game)) {
      this.#rollWithout(game, players);
      return;
    }
    for (const [seat, { id, control }] of game.seats.entries()) {
      if (control === "bot") continue;
      const player = players.get(id);
      if (player?.status === "here") {
        this.#away.delete(id);
        continue;
      }
      const since = this.#away.get(id) ?? now;
      this.#away.set(id, since);
      if (player === undefined || player.status === "gone" || now - since > ABSENCE) this.#replace(seat);
    }
    const { timer } = game.options;
    if (timer > 0 ? now - this.#turnAt > timer * 1_000 : this.#isSilent(game, players, now)) this.#replace(game.turn);
  }

  /** Without a timer, nothing else would end the turn of a page that is frozen while its connection is open. */
  #isSilent({ seats, turn }: Game, players: ReadonlyMap<string, Player>, now: number): boolean {
    const seat = seats[turn];
    const player = seat?.control === "human" ? players.get(seat.id) : undefined;
    return this.#silence.check(player?.status === "here" && !player.isMe ? player.id : undefined, now);
  }

  /** Nobody waits for the dice of somebody who has left for good. */
  #rollWithout(game: Game, players: ReadonlyMap<string, Player>): void {
    const links = this.#table.reveals.links(game);
    const missing = contributors(game).filter((_, index) => links[index] === null);
    const isGone = (seat: number) => (players.get(game.seats[seat]?.id ?? "")?.status ?? "gone") === "gone";
    if (missing.length > 0 && missing.every(isGone)) this.#roll(game.rolls);
  }

  #replace(seat: number): void {
    const game: Game | undefined = this.#table.ledger.game;
    if (game?.seats[seat]?.control === "human") this.#decide(HOST, { do: "control", seat, to: "bot" });
  }
}
