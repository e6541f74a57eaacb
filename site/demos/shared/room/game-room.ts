import type { Room } from "@achex/client";
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import type { GameConnection } from "../connection/game-connection.ts";
import { Checkpoints, SUM } from "./checkpoints.ts";
import { hubOf } from "./code.ts";
import { type GameDefinition, gameKey, gameSchemas, type Schemas, type Values } from "./definition.ts";
import { Directory } from "./directory.ts";
import { claimSchema, HostDuties } from "./host-duties.ts";
import { idOf, keyFor } from "./identity.ts";
import { type Handler, Messages, type SendOptions } from "./messages.ts";
import { type Attribute, MyPart } from "./my-part.ts";
import { LOBBY, type Phase } from "./phase.ts";
import type { Player } from "./players.ts";
import { type OwnValues, ownSchemas, RoomView } from "./room-view.ts";
import { emptySeats, type Seats } from "./seats.ts";

type Data = Record<string, unknown>;

/** How long the host may be away before another member takes over, ms. */
const GRACE = 3_000;

export interface RoomOptions {
  readonly code: string;
  readonly name: string;
  /** Index of COLORS. */
  readonly color?: number;
  readonly isSpectator?: boolean;
  /** Whether strangers may join, if this client creates the room. */
  readonly isOpen?: boolean;
  /** Whether the page is hidden. */
  readonly isHidden?: ReadonlySignal<boolean>;
}

/**
 * A room of a game: who is there, who has which seat, which round is played, and the messages. Everything that changes is a signal, so
 * views follow by reading. Methods marked "host" do nothing on other clients; the relay names the host.
 */
export class GameRoom<M extends Schemas = Schemas, C extends Schemas = Schemas> {
  readonly code: string;
  readonly game: GameDefinition<M, C>;
  readonly connection: GameConnection;
  /** The room itself, for what this class does not cover: `hub.state`, `hub.sendBinary()`. */
  readonly hub: Room<Data, Data>;
  /** My id; the seat that has it is mine. */
  readonly myId: string;
  /** Those with seats first, in their order, also those who have left and may return. */
  readonly players: ReadonlySignal<readonly Player[]>;
  readonly me: ReadonlySignal<Player | undefined>;
  readonly host: ReadonlySignal<Player | undefined>;
  readonly isHost: ReadonlySignal<boolean>;
  readonly seats: ReadonlySignal<Seats>;
  readonly phase: ReadonlySignal<Phase>;
  /** Whether strangers may join. */
  readonly isOpen: ReadonlySignal<boolean>;
  /** Another tab or window plays with this player's seat. */
  readonly isElsewhere: ReadonlySignal<boolean>;
  /** Why this client is not in the room any more. */
  readonly ended: ReadonlySignal<string | undefined>;
  readonly #ended = signal<string | undefined>(undefined);
  readonly #view: RoomView;
  readonly #checkpoints: Checkpoints;
  readonly #messages: Messages<M>;
  readonly #duties: HostDuties;
  readonly #mine: MyPart;
  readonly #isOpenAtFirst: boolean;
  readonly #stop: (() => void)[] = [];
  #isUpdating = false;

  /** Use openRoom(). */
  constructor(connection: GameConnection, game: GameDefinition<M, C>, options: RoomOptions) {
    const { code, name, color = 0, isSpectator = false, isOpen = false, isHidden = signal(false) } = options;
    const hub: Room<Data, Data> = connection.client.hub(hubOf(code));
    const key = keyFor(connection.identity, game.id, code);
    const mySid = () => connection.client.sid;
    this.code = code;
    this.game = game;
    this.connection = connection;
    this.hub = hub;
    this.myId = idOf(key);
    this.#isOpenAtFirst = isOpen;
    this.#checkpoints = new Checkpoints({
      hub,
      schemas: { ...ownSchemas, ...gameSchemas(game) },
      setSum: (sum) => this.setAttributes({ [SUM]: sum }),
      sendValues: (values, sid) => this.#sendValues(values, sid),
      reject: (reason) => this.reject(reason),
    });
    const view = new RoomView({ hub, myId: this.myId, seats: game.seats, values: this.#checkpoints.values, mySid });
    this.#view = view;
    this.players = view.players;
    this.me = view.me;
    this.host = view.host;
    this.isHost = view.isHost;
    this.seats = view.seats;
    this.phase = view.phase;
    this.isOpen = view.isOpen;
    this.isElsewhere = view.isElsewhere;
    this.ended = this.#ended;
    this.#messages = new Messages({
      ...{ client: connection.client, hub, code, schemas: game.messages },
      player: (sid) => this.players.peek().find((player) => player.sid === sid),
      reject: (reason) => this.reject(reason),
      now: Date.now,
    });
    this.#duties = new HostDuties({
      ...{ code, game, view, directory: new Directory(connection) },
      isHost: () => hub.isHost,
      publish: (values) => this.#publishOwn(values),
      now: () => this.now(),
    });
    this.#mine = new MyPart({
      ...{ hub, view, key, name, color, isSpectator, isHidden, mySid, lateSeats: game.lateSeats === true },
      send: (kind, data, to) => this.#messages.sendAny(kind, data, { to }),
      claim: (claim, me) => this.#duties.claim(claim, me),
      leave: (me) => this.#duties.leave(me),
    });
    this.#listen(isHidden);
  }

  /** Number of the present host; grows with each change. */
  get term(): number {
    return this.hub.term;
  }

  /** Round trip to the relay, ms. */
  get latency(): ReadonlySignal<number | undefined> {
    return this.connection.latency;
  }

  /** Server time, ms. */
  now(): number {
    return this.connection.now();
  }

  player(id: string): Player | undefined {
    return this.players.value.find((player) => player.id === id);
  }

  bySeat(seat: number): Player | undefined {
    return this.players.value.find((player) => player.seat === seat);
  }

  /** Handles messages of one kind from others that match their schema. A text that is returned says why one is rejected. */
  on<K extends keyof M & string>(kind: K, handle: Handler<Values<M>[K]>): () => void {
    return this.#messages.on(kind, handle);
  }

  /** Sends to everybody else in the room, or to one player. The sender does not receive it. */
  send<K extends keyof M & string>(kind: K, data: Values<M>[K], options?: SendOptions): void {
    this.#messages.sendAny(kind, data, options);
  }

  /** Shows in the frame panel that the frame that is being handled was ignored, and why. */
  reject(reason: string): void {
    this.connection.log.reject(reason);
  }

  /** What the host has published last under that name. */
  checkpoint<K extends keyof C & string>(name: K): Values<C>[K] | undefined {
    // It was checked when it was accepted; checking a large one again in each frame would take too long.
    return this.#checkpoints.values.value.get(gameKey(name)) as Values<C>[K] | undefined;
  }

  /** Host: publishes values for late joiners, returners and the next host. Several at once appear together; undefined removes one. */
  publish(values: { readonly [K in keyof C & string]?: Values<C>[K] | undefined }): void {
    this.#checkpoints.publish(
      Object.fromEntries(Object.entries(values).map(([name, value]) => [gameKey(name), value])),
    );
  }

  /** Host: starts a round after a countdown, or at once, although not everybody is ready. Returns whether it starts. */
  start({ atOnce = false } = {}): boolean {
    return this.hub.isHost && this.#duties.start(atOnce);
  }

  /** Host: ends the round and shows its result; there, players get ready for the next one. */
  finish(): void {
    if (this.hub.isHost) this.#duties.end("over");
  }

  /** Host: back to the lobby. */
  toLobby(): void {
    if (this.hub.isHost) this.#duties.end("lobby");
  }

  /** Host: whether strangers may join. */
  setOpen(isOpen: boolean): void {
    this.#publishOwn({ open: isOpen });
  }

  /** Ready for the next round, or not. */
  setReady(isReady: boolean): void {
    this.#mine.setReady(isReady);
  }

  setName(name: string): void {
    this.#mine.setName(name);
  }

  /** The colour that I would like; the host gives it if nobody else has it. */
  setColor(color: number): void {
    this.#mine.setColor(color);
  }

  /** Gives my seat up and watches, or wants a seat again. */
  setSpectator(isSpectator: boolean): void {
    this.#mine.setSpectator(isSpectator);
  }

  /** Moves to a free seat, or takes mine back from another tab. */
  takeSeat(seat?: number): void {
    this.#mine.takeSeat(seat);
  }

  /** Changes what others see in `player.attributes`: plain values of at most 250 characters, at most nine of the game's own. */
  setAttributes(patch: Readonly<Record<string, Attribute>>): void {
    this.#mine.setAttributes(patch);
  }

  /** Leaves for good: my seat is free for others. */
  async leave(): Promise<void> {
    this.#mine.leaveSeat();
    this.close();
    await this.hub.leave();
  }

  /** Ends what this object does. The seat is kept for a while. */
  close(): void {
    for (const stop of this.#stop) stop();
    this.#messages.close();
    this.#checkpoints.close();
    this.#duties.close();
  }

  /** Use openRoom(). */
  async join(): Promise<void> {
    const { attributes, wantsHost } = this.#mine;
    const options = { capacity: this.game.capacity, grace: GRACE };
    await this.hub.join({ presence: true, state: true, host: wantsHost, attributes, options });
    this.#update();
  }

  #listen(isHidden: ReadonlySignal<boolean>): void {
    const { hub } = this;
    this.#messages.onKind("$claim", claimSchema, (claim, from) => this.#duties.claim(claim, from));
    this.#messages.onKind("$leave", v.object({}), (_, from) => this.#duties.leave(from));
    this.#messages.onKind("$checkpoint", v.record(v.string(), v.unknown()), (values, from) => {
      if (!from.isHost) return "only the host decides";
      this.#checkpoints.received(values);
      return undefined;
    });
    this.#stop.push(
      hub.on("host", ({ isHost }) => isHost && this.#tookOver()),
      hub.on("change", () => this.#update()),
      hub.state.on("change", () => this.#update()),
      hub.on("ended", (fault) => {
        this.#ended.value = fault.message;
      }),
      this.connection.client.on("state", () => this.#update()),
      isHidden.subscribe(() => this.#update()),
    );
  }

  #tookOver(): void {
    this.#view.update();
    const isNew = this.#checkpoints.takeOver();
    if (isNew) this.#publishOwn({ seats: emptySeats(this.game.seats), phase: LOBBY, open: this.#isOpenAtFirst });
  }

  #update(): void {
    // Publishing changes attributes, which is a change of the room again.
    if (this.#isUpdating || this.hub.status === "out") return;
    this.#isUpdating = true;
    try {
      batch(() => {
        this.#view.update();
        this.#checkpoints.update();
      });
      this.#duties.update();
      this.#mine.update();
    } finally {
      this.#isUpdating = false;
      this.#view.update();
    }
  }

  #sendValues(values: Data, sid?: number): void {
    const to = this.players.peek().find((player) => player.sid === sid);
    this.#messages.sendAny("$checkpoint", values, { asHost: true, to });
  }

  #publishOwn(values: OwnValues): void {
    this.#checkpoints.publish({ ...values });
    this.#update();
  }
}
