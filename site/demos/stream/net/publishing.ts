import { type About, type PublisherState, StreamPublisher } from "@achex/streaming";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { GameConnection } from "../../shared/connection/game-connection.ts";
import type { Source } from "../sources/source.ts";
import { StreamModel } from "./model.ts";

export interface Watchers {
  readonly all: number;
  /** Of them, those that receive thinned rows. */
  readonly thin: number;
}

/** Publishes what a source of this page measures, and shows it. */
export class Publishing {
  readonly kind = "publishing";
  readonly code: string;
  readonly connection: GameConnection;
  readonly source: Source;
  readonly model = new StreamModel();
  readonly watchers: ReadonlySignal<Watchers>;
  readonly state: ReadonlySignal<PublisherState>;
  readonly #publisher: StreamPublisher;
  readonly #watchers = signal<Watchers>({ all: 0, thin: 0 });
  readonly #state = signal<PublisherState>("joining");

  constructor(connection: GameConnection, code: string, source: Source) {
    this.code = code;
    this.connection = connection;
    this.source = source;
    this.watchers = this.#watchers;
    this.state = this.#state;
    this.#publisher = new StreamPublisher(connection.client, {
      ...{ code, about: source.about },
      changed: () => {
        const { state, watchers } = this.#publisher;
        this.#state.value = state;
        this.#watchers.value = watchers;
      },
      sent: (message) => void this.model.accept(message, connection.now()),
    });
  }

  get about(): About {
    return this.#publisher.about;
  }

  /** Resolves when rows are published. Rejects with an Error for people, or with a Fault. */
  async start(): Promise<void> {
    await this.source.start({
      now: () => this.connection.now(),
      series: (name) => this.#publisher.series(name),
      push: (time, values) => this.#publisher.push(time, values),
      describe: (about) => this.#publisher.describe(about),
    });
    await this.#publisher.start();
  }

  async stop(): Promise<void> {
    this.source.stop();
    await this.#publisher.close();
  }
}
