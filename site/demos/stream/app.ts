import { Fault } from "@achex/client";
import { INSTANCE } from "@achex/streaming";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { GameConnection } from "../shared/connection/game-connection.ts";
import { tabIdentity } from "../shared/connection/tab-identity.ts";
import { codeFrom, newCode } from "../shared/room/code.ts";
import type { Identity } from "../shared/room/identity.ts";
import { Publishing } from "./net/publishing.ts";
import { Watching } from "./net/watching.ts";
import { GeneratorSource } from "./sources/generator.ts";
import { MicrophoneSource } from "./sources/microphone.ts";
import { MotionSource } from "./sources/motion.ts";
import type { Source, SourceKind } from "./sources/source.ts";

const SOURCES: Readonly<Record<SourceKind, () => Source>> = {
  generator: () => new GeneratorSource(),
  motion: () => new MotionSource(),
  microphone: () => new MicrophoneSource(),
};

/** A stream that is open in this page. */
export type Stream = Watching | Publishing;

interface Account {
  readonly name: string;
  readonly passwd: string;
}

const textOf = (error: unknown): string =>
  error instanceof Fault
    ? `${error.message} ${error.remedy}`.trim()
    : error instanceof Error
      ? error.message
      : String(error);

/** The state of the page: the connection, and the stream that is watched or published. */
export class StreamApp {
  readonly connection: ReadonlySignal<GameConnection | undefined>;
  readonly stream: ReadonlySignal<Stream | undefined>;
  /** What is being done, such as "Joining stream BCDFG". */
  readonly busy: ReadonlySignal<string>;
  /** Why the last attempt failed, and what to do. */
  readonly problem: Signal<string> = signal("");
  /** The relay asks for an account. */
  readonly needsAccount = signal(false);
  readonly #connection = signal<GameConnection | undefined>(undefined);
  readonly #stream = signal<Stream | undefined>(undefined);
  readonly #busy = signal("");
  #identity: Promise<Identity> | undefined;

  constructor() {
    this.connection = this.#connection;
    this.stream = this.#stream;
    this.busy = this.#busy;
  }

  /** Connects, and opens the stream of the address, if there is one. */
  async start(account?: Account): Promise<void> {
    this.needsAccount.value = false;
    this.#connection.value?.close();
    this.#identity ??= tabIdentity(INSTANCE);
    const identity = await this.#identity;
    const connection = new GameConnection({
      ...{ url: location.origin, game: INSTANCE, identity },
      ...(account && { account }),
    });
    this.#connection.value = connection;
    connection.refusal.subscribe((fault) => fault && this.#refused(fault));
    const code = codeFrom(new URL(location.href).searchParams.get("join"));
    if (code) await this.watch(code);
  }

  /** Watches the stream with that code, in any case. */
  async watch(text: string): Promise<void> {
    const code = codeFrom(text);
    if (!code) {
      this.problem.value = "A stream code has five letters and digits, such as K7BQ2. Check it, or scan the QR code.";
      return;
    }
    await this.#open(`Joining stream ${code}`, (connection) => new Watching(connection, code));
  }

  /** Publishes what that source measures, under a new code. */
  async publish(kind: SourceKind): Promise<void> {
    await this.#open("Starting", (connection) => new Publishing(connection, newCode(), SOURCES[kind]()));
  }

  /** Stops watching or publishing. */
  async leave(): Promise<void> {
    const stream = this.#stream.peek();
    this.#stream.value = undefined;
    history.replaceState(null, "", location.pathname);
    await stream?.stop();
  }

  async #open(what: string, make: (connection: GameConnection) => Stream): Promise<void> {
    const connection = this.#connection.peek();
    if (!connection || this.#busy.peek() !== "") return;
    this.#busy.value = what;
    this.problem.value = "";
    const stream = make(connection);
    try {
      await stream.start();
      this.#stream.value = stream;
      history.replaceState(null, "", `${location.pathname}?join=${stream.code}`);
    } catch (error) {
      this.problem.value = textOf(error);
      await stream.stop().catch(() => {});
    } finally {
      this.#busy.value = "";
    }
  }

  /** The relay runs with accounts or claimed names. */
  #refused(fault: Fault): void {
    this.needsAccount.value = true;
    this.#busy.value = "";
    this.problem.value = `The relay did not let you in. ${fault.message} ${fault.remedy}`.trim();
  }
}
