import type { Fault } from "@achex/client";
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Account, GameConnection } from "../connection/game-connection.ts";
import { tabIdentity } from "../connection/tab-identity.ts";
import { codeFrom } from "../room/code.ts";
import { COLORS, colorFrom } from "../room/colors.ts";
import type { GameDefinition, Schemas } from "../room/definition.ts";
import { Directory, type OpenRoom } from "../room/directory.ts";
import type { GameRoom } from "../room/game-room.ts";
import type { Identity } from "../room/identity.ts";
import { nameFrom, randomName } from "../room/names.ts";
import { createRoom, openRoom, playNow, refusalText } from "../room/open-room.ts";
import type { GameOptions } from "./options.ts";
import { readPreference, storePreference } from "./preferences.ts";

/** How long a first connection may take before the page says so, ms. */
const PATIENCE = 8_000;

/** Whether the page is hidden. */
const isHidden = signal(document.hidden);
document.addEventListener("visibilitychange", () => {
  isHidden.value = document.hidden;
});

/** The state of a game's page: the connection, the first screen, and the room. */
export class GameApp<M extends Schemas = Schemas, C extends Schemas = Schemas> {
  readonly game: GameDefinition<M, C>;
  readonly options: GameOptions<M, C>;
  readonly connection: ReadonlySignal<GameConnection | undefined>;
  readonly room: ReadonlySignal<GameRoom<M, C> | undefined>;
  readonly openRooms = signal<readonly OpenRoom[]>([]);
  /** What is being done, such as "Joining room BCDFG". */
  readonly busy: Signal<string> = signal("");
  /** Why the last attempt failed, and what to do. */
  readonly problem: Signal<string> = signal("");
  /** The relay asks for an account. */
  readonly needsAccount = signal(false);
  readonly name: Signal<string>;
  readonly color: Signal<number>;
  readonly #connection = signal<GameConnection | undefined>(undefined);
  readonly #room = signal<GameRoom<M, C> | undefined>(undefined);
  #identity: Promise<Identity> | undefined;
  #directory: Directory | undefined;
  #end: (() => void)[] = [];

  constructor(game: GameDefinition<M, C>, options: GameOptions<M, C>) {
    this.game = game;
    this.options = options;
    this.connection = this.#connection;
    this.room = this.#room;
    this.name = signal(nameFrom(readPreference("name"), randomName()));
    const color = readPreference("color");
    this.color = signal(color === undefined ? Math.floor(Math.random() * COLORS.length) : colorFrom(Number(color)));
  }

  /** Connects, and goes where the address says: into a room, or to the first screen. */
  async start(account?: Account): Promise<void> {
    this.needsAccount.value = false;
    this.#connection.value?.close();
    // Asked again, this page would answer that its identity is in use.
    this.#identity ??= tabIdentity(this.game.id);
    const identity = await this.#identity;
    const url = location.origin;
    const connection = new GameConnection({ url, game: this.game.id, identity, ...(account && { account }) });
    this.#connection.value = connection;
    connection.refusal.subscribe((fault) => fault && this.#refused(fault));
    this.#directory = new Directory(connection);
    this.#directory.rooms.subscribe((rooms) => {
      this.openRooms.value = rooms;
    });
    const { searchParams } = new URL(location.href);
    const code = codeFrom(searchParams.get("join"));
    if (code) await this.join(code, searchParams.has("watch"));
    else if (searchParams.has("play")) await this.playNow();
    else this.#directory.follow().catch(() => {});
  }

  logIn(account: Account): void {
    this.problem.value = "";
    void this.start(account);
  }

  setName(name: string): void {
    this.name.value = nameFrom(name, this.name.peek());
    storePreference("name", this.name.value);
    this.#room.peek()?.setName(this.name.value);
  }

  setColor(color: number): void {
    this.color.value = color;
    storePreference("color", String(color));
    this.#room.peek()?.setColor(color);
  }

  create(): Promise<void> {
    return this.#enter("Creating a room", (connection) => createRoom(connection, this.game, this.#mine()));
  }

  /** Joins the room with that code, in any case. */
  async join(text: string, isSpectator = false): Promise<void> {
    const code = codeFrom(text);
    if (!code) {
      this.problem.value = "A room code has five letters and digits, such as K7BQ2. Check it, or scan the QR code.";
      return;
    }
    await this.#enter(
      `Joining room ${code}`,
      (connection) => openRoom(connection, this.game, { ...this.#mine(), code, isSpectator }),
      code,
    );
  }

  playNow(): Promise<void> {
    return this.#enter("Looking for players", (connection) => playNow(connection, this.game, this.#mine()));
  }

  /** Leaves the room for good. */
  async leave(): Promise<void> {
    const room = this.#room.peek();
    this.#left("");
    await room?.leave().catch(() => {});
    this.#directory?.follow().catch(() => {});
  }

  #mine() {
    return { name: this.name.peek(), color: this.color.peek(), isHidden };
  }

  async #enter(what: string, open: (connection: GameConnection) => Promise<GameRoom<M, C>>, code = ""): Promise<void> {
    const connection = this.#connection.peek();
    if (!connection || this.busy.peek() !== "") return;
    this.busy.value = what;
    this.problem.value = "";
    // Before, because the room may enter itself in the same list.
    this.#directory?.leave();
    const timer = setTimeout(() => {
      this.problem.value = "The relay does not answer. Check that it is running; this page keeps trying.";
    }, PATIENCE);
    try {
      const room = await open(connection);
      this.problem.value = "";
      this.#entered(room);
    } catch (error) {
      this.problem.value = refusalText(error, code, this.game.capacity);
      this.#directory?.follow().catch(() => {});
    } finally {
      clearTimeout(timer);
      this.busy.value = "";
    }
  }

  #entered(room: GameRoom<M, C>): void {
    const end = this.options.start?.(room);
    this.#end = [
      ...(end ? [end] : []),
      room.ended.subscribe(
        (reason) => reason !== undefined && this.#left(`You are not in room ${room.code} any more. ${reason}`),
      ),
      ...(this.options.lobby === "never" ? [effect(() => this.#startAtOnce(room))] : []),
    ];
    this.#room.value = room;
    history.replaceState(null, "", `${location.pathname}?join=${room.code}`);
  }

  #startAtOnce(room: GameRoom<M, C>): void {
    if (room.isHost.value && room.me.value?.seat !== undefined && room.phase.value.name === "lobby")
      queueMicrotask(() => room.start({ atOnce: true }));
  }

  #left(problem: string): void {
    for (const end of this.#end.splice(0)) end();
    this.#room.peek()?.close();
    this.#room.value = undefined;
    this.problem.value = problem;
    history.replaceState(null, "", location.pathname);
  }

  /** The relay runs with accounts or claimed names. */
  #refused(fault: Fault): void {
    this.needsAccount.value = true;
    this.busy.value = "";
    this.problem.value = `The relay did not let you in. ${fault.message} ${fault.remedy}`.trim();
  }
}
