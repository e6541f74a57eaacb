import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { Allowance } from "../../shared/room/allowance.ts";
import type { Player } from "../../shared/room/players.ts";
import { Board } from "../rules/board.ts";
import { sha256Hex } from "../rules/chain.ts";
import { boardOf, drawerOf } from "../rules/guessing.ts";
import type { Step } from "../rules/operation.ts";
import type { Point } from "../rules/points.ts";
import type { Shape } from "../rules/shapes.ts";
import { Cursors, cursorSender, type OwnView } from "./cursors.ts";
import type { DrawRoom } from "./definition.ts";
import { Exchange } from "./exchange.ts";
import { GuessGame } from "./guess-game.ts";
import { Images } from "./images.ts";
import { LiveSender, LiveStrokes, type OwnStroke } from "./live-strokes.ts";
import { LocalCopy } from "./local-copy.ts";
import { Outbox } from "./outbox.ts";
import { createPeers } from "./peers.ts";

type Image = Extract<Shape, { kind: "image" }>;

/** ms between two looks at what waits. */
const STEP = 500;

export type Changed = readonly string[] | "all";

/** A random part for the name of this page's log. */
const randomPart = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return [...bytes].map((byte) => (byte % 36).toString(36)).join("");
};

/** One player in the room: the drawing, and everything that travels. Knows nothing of canvases. */
export class DrawSession {
  readonly room: DrawRoom;
  readonly board: Board;
  readonly exchange: Exchange;
  readonly guess: GuessGame;
  readonly images: Images;
  readonly live = new LiveStrokes();
  readonly cursors = new Cursors();
  /** The picture on the screen: of a turn of guessing, or the free canvas. */
  readonly picture: ReadonlySignal<string | undefined>;
  readonly mayDraw: ReadonlySignal<boolean>;
  /** Whose turn it is in a game of guessing. */
  readonly drawer: ReadonlySignal<string | undefined>;
  /** Grows with every change of the drawing. */
  readonly version = signal(0);
  readonly #copy: LocalCopy;
  readonly #sender: LiveSender;
  readonly #outbox: Outbox;
  readonly #served = new Allowance(4, 40);
  readonly #listeners = new Set<(changed: Changed) => void>();
  readonly #stop: (() => void)[] = [];
  #cursor: ReturnType<typeof cursorSender> | undefined;

  constructor(room: DrawRoom) {
    this.room = room;
    this.board = new Board(`${room.myId}.${randomPart()}`, (changed) => this.#changed(changed));
    this.exchange = new Exchange(this.board, createPeers(room));
    this.guess = new GuessGame(room);
    this.#copy = new LocalCopy(room.code);
    this.#sender = new LiveSender((live) => room.send("live", live));
    this.#outbox = new Outbox((data) => room.send("draw", data));
    this.images = this.#createImages();
    this.picture = computed(() => {
      const game = this.guess.game.value;
      return game && game.stage !== "over" ? boardOf(game) : undefined;
    });
    this.drawer = computed(() => this.guess.game.value && drawerOf(this.guess.game.value));
    this.mayDraw = computed(() => {
      const game = this.guess.game.value;
      if (room.me.value?.seat === undefined) return false;
      return !game || game.stage === "over" || (game.stage === "drawing" && this.drawer.value === room.myId);
    });
    this.#listen();
    void this.#restore();
  }

  /** Calls the listener with the ids of objects that may look different. */
  onChange(listener: (changed: Changed) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Does something on the picture that is on the screen. Returns the id of what it has added. */
  perform(step: Step): string | undefined {
    const stroke = this.#sender.end();
    if (!this.mayDraw.peek()) return undefined;
    const picture = this.picture.peek();
    const onPicture = step.op === "add" && picture !== undefined ? { ...step, board: picture } : step;
    const batch = this.board.perform(onPicture, picture);
    if (!batch) return undefined;
    this.#outbox.add(batch, stroke);
    this.#copy.keep(batch);
    return `${batch.author}:${batch.from}`;
  }

  undo(): void {
    const step = this.board.history.undo(this.picture.peek());
    if (step) this.perform(step);
  }

  redo(): void {
    const step = this.board.history.redo(this.picture.peek());
    if (step) this.perform(step);
  }

  /** Shows others a stroke that is being drawn. */
  showStroke(stroke: Omit<OwnStroke, "board"> & { readonly points: readonly Point[] }): void {
    // What cannot be sent now is in the finished stroke.
    if (this.room.connection.state.peek() !== "ready" || !this.mayDraw.peek()) return;
    this.#sender.poll({ ...stroke, board: this.picture.peek() }, performance.now());
  }

  cancelStroke(): void {
    this.#sender.end();
  }

  /** Draws an image and sends its bytes to everybody. Returns whether it can be used. */
  async addImage(bytes: Uint8Array<ArrayBuffer>, place: Omit<Image, "kind" | "hash">): Promise<boolean> {
    const hash = sha256Hex(bytes);
    if ((await this.images.take(hash, bytes)) !== undefined) return false;
    if (this.perform({ op: "add", shape: { kind: "image", ...place, hash } }) === undefined) return false;
    void this.room.hub.sendBinary(bytes, { k: "picture", d: { hash } });
    return true;
  }

  /** To be called in each frame, with what others see of this player. */
  showView(read: () => OwnView, now: number): void {
    this.#cursor ??= cursorSender(
      read,
      () => this.room.players.peek().length,
      (data) => this.room.send("cursor", data, { latest: true }),
    );
    this.#cursor.poll(now);
  }

  player(id: string): Player | undefined {
    return this.room.players.peek().find((one) => one.id === id);
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.guess.close();
  }

  #changed(changed: Changed): void {
    for (const listener of this.#listeners) listener(changed);
    this.version.value++;
    const ids = changed === "all" ? this.board.drawing.things(this.picture.peek()).map(({ id }) => id) : changed;
    for (const id of ids) {
      const shape = this.board.drawing.get(id)?.shape;
      if (shape?.kind === "image") this.images.need(shape.hash);
    }
  }

  async #restore(): Promise<void> {
    const { batches, images } = await this.#copy.load();
    if (batches.length > 0) this.board.restore(batches);
    for (const [hash, bytes] of images) void this.images.take(hash, bytes);
    this.#announce();
  }

  /** Tells the others which logs are here. Again with a new session, a seat or a new host: what they believe depends on these. */
  #announce(): void {
    let announced = "";
    this.#stop.push(
      effect(() => {
        const { me, host } = this.room;
        const facts = `${me.value?.sid} ${me.value?.seat} ${host.value?.sid}`;
        if (me.value?.sid === undefined || facts === announced) return;
        announced = facts;
        this.exchange.joined();
      }),
      this.room.connection.client.on("lost", () => {
        announced = "";
      }),
    );
  }

  #createImages(): Images {
    const { room } = this;
    return new Images({
      others: () => createPeers(room).others(),
      ask: (peer, hash) => room.send("image", { hash }, { to: room.players.peek().find(({ sid }) => sid === peer) }),
      reject: (reason) => room.reject(reason),
      now: () => performance.now(),
      decode: async (bytes, type) => createImageBitmap(new Blob([bytes], { type })),
      arrived: (hash, bytes) => {
        this.#copy.keepImage(hash, bytes);
        for (const listener of this.#listeners) listener("all");
      },
    });
  }

  #listen(): void {
    const { room, exchange, live, cursors, images } = this;
    const sidOf = ({ sid }: Player): number => sid ?? 0;
    const timer = setInterval(() => {
      exchange.pump();
      images.pump();
    }, STEP);
    this.#stop.push(
      () => clearInterval(timer),
      room.on("draw", (data, from) => {
        live.finished(sidOf(from), data.live);
        if (exchange.draw(sidOf(from), data)) this.#copy.keep(data.batch);
        return undefined;
      }),
      room.on("hello", (data, from) => void exchange.hello(sidOf(from), data)),
      room.on("logs", (data, from) => void exchange.logs(sidOf(from), data)),
      room.on("want", (data, from) => void exchange.want(sidOf(from), data)),
      room.on("part", (data, from) => {
        exchange.part(sidOf(from), data);
        if (data.batch && this.board.logs.count(data.author) >= data.from) this.#copy.keep(data.batch);
        return undefined;
      }),
      room.on("live", (data, from) =>
        from.seat === undefined ? "not a player" : live.receive(sidOf(from), from.id, data, performance.now()),
      ),
      room.on("cursor", (data, from) => void cursors.receive(from.id, data, performance.now())),
      room.on("image", ({ hash }, from) => {
        const bytes = images.bytes(hash);
        if (!bytes || from.sid === undefined) return undefined;
        if (!this.#served.take(from.sid, performance.now())) return "asks for too many images";
        const target = room.connection.client.session(from.sid);
        void target.sendBinary(bytes, { room: room.code, k: "picture", d: { hash } });
        return undefined;
      }),
      room.on("picture", ({ hash }, from, { bytes }) => {
        void images.receive(sidOf(from), hash, bytes && new Uint8Array(bytes));
        return undefined;
      }),
      room.hub.on("left", ({ sid }) => {
        exchange.left(sid);
        images.left(sid);
        live.left(sid);
      }),
      room.hub.on("joined", () => this.#cursor?.repeat()),
    );
  }
}
