import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Player } from "../../shared/room/players.ts";
import {
  advance,
  boardOf,
  choose,
  drawerOf,
  type Guessing,
  hint,
  isProven,
  type Move,
  reveal,
  type Settings,
  solve,
  startGame,
} from "../rules/guessing.ts";
import { commitment, judge, masked, reveals } from "../rules/judge.ts";
import { chooseWords } from "../rules/words.ts";
import type { DrawRoom } from "./definition.ts";
import type { MessageData, MessageKind } from "./messages.ts";
import { maskAt, type Secret, WordKeeper } from "./word-keeper.ts";

/** ms between two looks at the clock. */
const STEP = 200;
const LINES = 80;
/** For somebody who has left. */
const NO_NAME = "Somebody";

/** A line next to the drawing. */
export interface Line {
  readonly number: number;
  readonly player: string;
  readonly name: string;
  readonly kind: "said" | "close" | "right" | "mine";
  readonly text: string;
}

/**
 * The game "guess the word" in a room. Its course is with the host: turns, time and points, published as a checkpoint. The word is with the
 * drawer, who publishes its hash first, judges the guesses, and proves the word afterwards; every peer checks that proof.
 */
export class GuessGame {
  readonly #room: DrawRoom;
  readonly #keeper = new WordKeeper();
  readonly #stop: (() => void)[] = [];
  readonly #used = new Set<string>();
  readonly #chosen = signal(0);
  #number = 0;
  /** My guesses in this turn, to see whether the drawer judged them honestly. */
  #guesses: { readonly board: string; readonly texts: string[] } = { board: "", texts: [] };
  readonly game: ReadonlySignal<Guessing | undefined>;
  readonly isDrawer: ReadonlySignal<boolean>;
  readonly lines = signal<readonly Line[]>([]);
  /** What is wrong with how the drawer played, if anything. */
  readonly complaint = signal<string | undefined>(undefined);
  /** Three words for the drawer to choose from. */
  readonly choices: ReadonlySignal<readonly string[]>;

  constructor(room: DrawRoom) {
    this.#room = room;
    this.game = computed(() => room.checkpoint("guessing"));
    this.isDrawer = computed(() => this.game.value !== undefined && drawerOf(this.game.value) === room.myId);
    const board = computed(() => this.game.value && boardOf(this.game.value));
    this.choices = computed(() => {
      const level = this.game.value?.settings.level;
      return board.value !== undefined && level ? chooseWords(level, this.#used, Math.random) : [];
    });
    this.#listen();
    this.#stop.push(
      board.subscribe(() => {
        this.complaint.value = undefined;
      }),
    );
    const timer = setInterval(() => this.#step(), STEP);
    this.#stop.push(() => clearInterval(timer));
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  /** The word, for its drawer. */
  secret(): Secret | undefined {
    this.#chosen.value;
    const game = this.game.value;
    return game && drawerOf(game) === this.#room.myId ? this.#keeper.of(boardOf(game)) : undefined;
  }

  /** Host: begins a game with everybody who has a seat. Returns whether there are enough. */
  start(settings: Settings): boolean {
    const order = [...this.#present()];
    if (!this.#room.isHost.peek() || order.length < 2) return false;
    const id = Math.floor(this.#room.now()).toString(36).slice(-8);
    this.lines.value = [];
    this.#room.publish({ guessing: startGame(id, order, settings, this.#room.now()) });
    return true;
  }

  /** Host: back to the free canvas. */
  stop(): void {
    if (this.#room.isHost.peek()) this.#room.publish({ guessing: undefined });
  }

  /** Drawer: this is the word. */
  choose(word: string): void {
    const game = this.game.peek();
    if (game?.stage !== "choosing" || !this.isDrawer.peek()) return;
    this.#used.add(word);
    const { salt } = this.#keeper.choose(boardOf(game), word);
    this.#chosen.value++;
    const data = { turn: game.turn, commit: commitment(game.id, game.turn, word, salt), mask: masked(word) };
    this.#toHost("commit", data);
  }

  /** Guesser: is it this? Before it was judged, only the drawer sees it. */
  guess(text: string): void {
    const game = this.game.peek();
    const line = text.trim().slice(0, 80);
    const drawer = game && this.#room.players.peek().find(({ id }) => id === drawerOf(game));
    if (game?.stage !== "drawing" || !drawer || drawer.isMe || line === "") return;
    const board = boardOf(game);
    if (this.#guesses.board !== board) this.#guesses = { board, texts: [] };
    this.#guesses.texts.push(line);
    this.#room.send("guess", { turn: game.turn, text: line }, { to: drawer });
    this.#say(this.#room.myId, "mine", line);
  }

  #present(): Set<string> {
    const players = this.#room.players.peek();
    return new Set(players.filter(({ seat, status }) => seat !== undefined && status !== "gone").map(({ id }) => id));
  }

  #toHost<K extends "commit" | "hint">(kind: K, data: MessageData<K>): void {
    const host = this.#room.host.peek();
    if (this.#room.isHost.peek()) this.#decide(kind, data, this.#room.myId);
    else if (host) this.#room.send(kind, data, { to: host });
  }

  /** Host: what the drawer reports. Returns why it is rejected. */
  #decide(
    kind: MessageKind,
    data: MessageData<"commit" | "hint" | "verdict" | "reveal">,
    by: string,
  ): string | undefined {
    const game = this.game.peek();
    if (!game || data.turn !== game.turn) return "of another turn";
    const now = this.#room.now();
    let move: Move = game;
    if ("commit" in data) move = choose(game, by, data.commit, data.mask, now);
    else if ("verdict" in data) {
      if (data.verdict !== "right") return by === drawerOf(game) ? undefined : "not the drawer";
      move = solve(game, by, data.player, now, this.#present());
    } else if ("salt" in data) move = reveal(game, by, data.word, data.salt);
    else if (kind === "hint") move = hint(game, by, data.mask);
    if (typeof move === "string") return move;
    this.#room.publish({ guessing: move });
    return undefined;
  }

  #listen(): void {
    const room = this.#room;
    const asHost =
      (kind: "commit" | "hint") =>
      (data: MessageData<"commit" | "hint">, { id }: Player): string | undefined =>
        room.isHost.peek() ? this.#decide(kind, data, id) : "only the host decides";
    this.#stop.push(
      room.on("commit", asHost("commit")),
      room.on("hint", asHost("hint")),
      room.on("guess", (data, from) => this.#judge(data, from)),
      room.on("verdict", (data, from) => this.#verdict(data, from.id)),
      room.on("reveal", (data, from) => this.#revealed(data, from.id)),
    );
  }

  /** Drawer: judges a guess. */
  #judge({ turn, text }: MessageData<"guess">, from: Player): string | undefined {
    const game = this.game.peek();
    const secret = this.secret();
    if (!secret || game?.turn !== turn || game.stage !== "drawing") return "a guess that I cannot judge";
    if (from.seat === undefined) return "not a player";
    if (game.solved.some(([who]) => who === from.id)) return "has guessed it before";
    const verdict = judge(text, secret.word);
    // A text that contains the word would tell everybody.
    const isSafe = verdict === "wrong" && !reveals(text, secret.word);
    const data = { turn, player: from.id, verdict, ...(isSafe && { text }) };
    this.#room.send("verdict", data);
    return this.#verdict(data, this.#room.myId);
  }

  #verdict(data: MessageData<"verdict">, by: string): string | undefined {
    const game = this.game.peek();
    if (!game || by !== drawerOf(game)) return "not the drawer";
    const reason = this.#room.isHost.peek() ? this.#decide("verdict", data, by) : undefined;
    if (reason !== undefined) return reason;
    const isMine = data.player === this.#room.myId;
    if (data.verdict === "right") this.#say(data.player, "right", "");
    else if (data.verdict === "close" && isMine) this.#say(data.player, "close", this.#guesses.texts.at(-1) ?? "");
    else if (!isMine && data.text !== undefined) this.#say(data.player, "said", data.text);
    return undefined;
  }

  /** Everybody: checks the proof of the word. */
  #revealed(data: MessageData<"reveal">, by: string): string | undefined {
    const game = this.game.peek();
    if (!game || by !== drawerOf(game)) return "not the drawer";
    if (this.#room.isHost.peek()) {
      const reason = this.#decide("reveal", data, by);
      if (reason !== undefined) return reason;
    }
    if (!isProven(game, data.word, data.salt)) {
      this.complaint.value = "This is not the word that was chosen at the beginning.";
      return "a word that does not fit its hash";
    }
    const wasRight = game.solved.some(([who]) => who === this.#room.myId);
    const mine = this.#guesses.board === boardOf(game) ? this.#guesses.texts : [];
    if (!wasRight && mine.some((text) => judge(text, data.word) === "right"))
      this.complaint.value = "You guessed the word, and the drawer did not say so.";
    return undefined;
  }

  #say(player: string, kind: Line["kind"], text: string): void {
    const name = this.#room.players.peek().find(({ id }) => id === player)?.name ?? NO_NAME;
    const line = { number: ++this.#number, player, name, kind, text };
    this.lines.value = [...this.lines.peek(), line].slice(-LINES);
  }

  /** What time alone makes happen: turns at the host, choice, hints and proof at the drawer. */
  #step(): void {
    const game = this.game.peek();
    if (!game || game.stage === "over") return;
    const now = this.#room.now();
    if (this.#room.isHost.peek()) {
      const next = advance(game, now, this.#present());
      if (next !== game) {
        this.#room.publish({ guessing: next });
        return;
      }
    }
    if (!this.isDrawer.peek()) return;
    if (game.stage === "choosing" && game.deadline - now < 2_000) this.choose(this.choices.peek()[0] ?? "house");
    const secret = this.secret();
    if (!secret) return;
    if (game.stage === "drawing") this.#hint(game, secret, now);
    else if (game.stage === "result" && game.word === undefined) this.#prove(game, secret);
  }

  #hint(game: Guessing, secret: Secret, now: number): void {
    const mask = maskAt(secret, 1 - (game.deadline - now) / (game.settings.seconds * 1_000));
    if (game.mask !== undefined && mask !== game.mask) this.#toHost("hint", { turn: game.turn, mask });
  }

  #prove({ turn }: Guessing, { word, salt }: Secret): void {
    const data = { turn, word, salt };
    this.#room.send("reveal", data);
    void this.#revealed(data, this.#room.myId);
  }
}
