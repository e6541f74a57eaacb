import type { Data, Message, Room } from "@achex/client";
import { fullChannel, hubFor, LEVEL, thinChannel } from "@achex/streaming";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { GameConnection } from "../../shared/connection/game-connection.ts";
import { type Level, LevelChooser, type LevelMode } from "../rules/level.ts";
import { StreamModel } from "./model.ts";

/** A publisher without a place in the hub, such as a board, gives way to another one after so much silence, ms. */
const SILENCE = 5_000;

/** Watches a stream: receives all rows, or thinned ones if this page or its network is too slow. */
export class Watching {
  readonly kind = "watching";
  readonly code: string;
  readonly connection: GameConnection;
  readonly model = new StreamModel();
  /** What is received now. */
  readonly level: ReadonlySignal<Level>;
  readonly mode: ReadonlySignal<LevelMode>;
  /** Whether somebody publishes. */
  readonly isPublished: ReadonlySignal<boolean>;
  readonly #level = signal<Level>("full");
  readonly #mode = signal<LevelMode>("auto");
  readonly #isPublished = signal(false);
  readonly #chooser = new LevelChooser();
  readonly #room: Room<Data>;
  readonly #channels: Readonly<Record<Level, Room<Data>>>;
  readonly #stop: (() => void)[] = [];
  #sender: { readonly sid: number; at: number } | undefined;

  constructor(connection: GameConnection, code: string) {
    this.code = code;
    this.connection = connection;
    this.level = this.#level;
    this.mode = this.#mode;
    this.isPublished = this.#isPublished;
    const { client } = connection;
    this.#room = client.hub(hubFor(code));
    this.#channels = { full: client.broadcast(fullChannel(code)), thin: client.broadcast(thinChannel(code)) };
  }

  /** Resolves once the rows that are sent from now on arrive. Rejects with a Fault. */
  async start(): Promise<void> {
    for (const level of ["full", "thin"] as const)
      this.#stop.push(this.#channels[level].on("message", (message) => this.#receive(message, level)));
    this.#stop.push(
      this.#room.on("host", ({ host }) => {
        this.#isPublished.value = host !== undefined;
      }),
    );
    await this.#room.join({ state: true, host: false, attributes: { [LEVEL]: "full" } });
    this.#isPublished.value = this.#room.host !== undefined;
    await this.#channels.full.join();
  }

  /** Receives all rows, thinned ones, or what is possible. */
  choose(mode: LevelMode): void {
    this.#chooser.setMode(mode, this.connection.now());
    this.#mode.value = mode;
    this.#change(this.#chooser.level);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stop.splice(0)) stop();
    const rooms = [this.#room, this.#channels.full, this.#channels.thin].filter(({ status }) => status !== "out");
    await Promise.allSettled(rooms.map((room) => room.leave()));
  }

  #receive({ data, sid }: Message<Data>, level: Level): void {
    // What was on its way when the level changed.
    if (level !== this.#level.peek()) return;
    const now = this.connection.now();
    const refusal = this.#refusalOf(sid, now);
    const result = refusal ?? this.model.accept(data, now);
    if (typeof result === "string") {
      this.connection.log.reject(result);
      return;
    }
    const hasThin = this.model.about.peek().thin === true;
    this.#change(this.#chooser.observe(now, result.lag, result.skipped > 0, hasThin));
  }

  /** Only the host of the hub publishes. Without one, the first sender does, so that a board needs no more than two frames. */
  #refusalOf(sid: number, now: number): string | undefined {
    const { host } = this.#room;
    const before = this.#sender;
    if (host ? sid !== host.sid : before && before.sid !== sid && now - before.at < SILENCE)
      return "somebody else publishes this stream";
    if (before?.sid !== sid) this.model.restart(before !== undefined);
    this.#sender = { sid, at: now };
    return undefined;
  }

  #change(level: Level): void {
    const before = this.#level.peek();
    if (level === before) return;
    this.#level.value = level;
    this.model.restart(false);
    this.#channels[level].join().catch(() => {});
    this.#channels[before].leave().catch(() => {});
    this.#room.setAttributes({ [LEVEL]: level }).catch(() => {});
  }
}
