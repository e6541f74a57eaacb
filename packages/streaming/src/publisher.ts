import type { Client, Data, Room } from "@achex/client";
import { type About, cleanText, LIMITS } from "./batch.ts";
import { fullChannel, hubFor, LEVEL, thinChannel } from "./channels.ts";
import { Rows } from "./rows.ts";
import { Thinner } from "./thinner.ts";

/** `taken`: somebody else publishes under this code. */
export type PublisherState = "joining" | "publishing" | "taken";

export interface PublisherOptions {
  readonly code: string;
  readonly about: About;
  /** Milliseconds between two batches. Default 50. */
  readonly interval?: number;
  /** Called when the state, or who watches, has changed. */
  readonly changed?: () => void;
  /** Called with each message that is sent to all that are not slow, such as to show it here too. */
  readonly sent?: (message: Data) => void;
}

/** Rows of one message: 500 with 16 series are about 64 KiB. */
const MOST_ROWS = 500;
/** Rows that wait at most; the oldest are dropped. 1 s at the fastest rate of the page. */
const MOST_WAITING = 20_000;
/** How often a stream describes itself, for those who begin to watch, ms. */
const ABOUT = 1_000;

/** Publishes rows of numbers as docs/streaming.md describes: all of them, and thinned ones while somebody needs these. */
export class StreamPublisher {
  readonly code: string;
  readonly names: string[] = [];
  #about: About;
  readonly #client: Client<object>;
  readonly #options: PublisherOptions;
  readonly #room: Room<Data>;
  readonly #full: Room<Data>;
  readonly #thin: Room<Data>;
  readonly #stop: (() => void)[] = [];
  #rows = new Rows();
  #thinner: Thinner | undefined;
  #described = Number.NEGATIVE_INFINITY;
  #batches = 0;
  #thinBatches = 0;

  constructor(client: Client<object>, options: PublisherOptions) {
    this.code = options.code;
    this.#about = options.about;
    this.#client = client;
    this.#options = options;
    this.#room = client.hub(hubFor(options.code));
    this.#full = client.broadcast(fullChannel(options.code));
    this.#thin = client.broadcast(thinChannel(options.code));
  }

  /** Resolves when it has joined; `state` then says whether it publishes. Rejects with a Fault. */
  async start(): Promise<void> {
    for (const event of ["change", "host"] as const)
      this.#stop.push(this.#room.on(event, () => this.#options.changed?.()));
    await this.#room.join({ state: true, presence: true, attributes: { [LEVEL]: "publisher" } });
    const timer = setInterval(() => this.flush(), this.#options.interval ?? 50);
    this.#stop.push(() => clearInterval(timer));
  }

  get state(): PublisherState {
    const { status, host, isHost } = this.#room;
    if (isHost) return "publishing";
    return status === "in" && host ? "taken" : "joining";
  }

  /** Members that watch, and how many of them ask for thinned rows; beyond 200 members, the relay does not list who does. */
  get watchers(): { readonly all: number; readonly thin: number } {
    const thin = this.#room.members.filter(({ attributes }) => attributes[LEVEL] === "thin").length;
    return { all: Math.max(0, this.#room.count - 1), thin };
  }

  get about(): About {
    return this.#about;
  }

  /** Changes what the stream says about itself. */
  describe(about: About): void {
    this.#about = about;
    this.#described = Number.NEGATIVE_INFINITY;
  }

  /** Number of the series with that name, which is added if there is room for it; otherwise -1. */
  series(name: string): number {
    const clean = cleanText(name) || "value";
    const known = this.names.indexOf(clean);
    if (known >= 0 || this.names.length >= LIMITS.series) return known;
    return this.names.push(clean) - 1;
  }

  /** Adds a row: one value for each series, in the order of `names`. Time is milliseconds since 1970. */
  push(time: number, values: ArrayLike<number>): void {
    this.#rows.push(time, values);
    if (this.#rows.length > MOST_WAITING) this.#rows.take(this.#rows.length - MOST_WAITING);
  }

  /** Sends what has been added. Is called at each interval. */
  flush(): void {
    if (this.state === "taken") {
      this.#rows = new Rows();
      return;
    }
    while (this.#rows.length > 0) this.#send(this.#rows.take(MOST_ROWS));
    const now = this.#client.clock.now();
    if (now - this.#described >= ABOUT) this.#send(new Rows());
    const thinned = this.#thinner?.take(now);
    if (!thinned) return;
    const { rows, of } = thinned;
    const data = {
      n: this.#thinBatches++,
      sent: this.#sentAt(),
      of,
      ...rows.message(this.names),
      about: this.#description,
    };
    void this.#thin.send(data, { latest: "d", confirm: false, ifConnected: true });
  }

  /** Stops, and leaves the stream to others. */
  async close(): Promise<void> {
    this.flush();
    for (const stop of this.#stop.splice(0)) stop();
    await this.#room.leave().catch(() => {});
  }

  get #description(): About {
    return { ...this.#about, thin: true };
  }

  #sentAt(): number {
    return Number(this.#client.clock.now().toFixed(1));
  }

  #send(rows: Rows): void {
    const now = this.#client.clock.now();
    const isDue = now - this.#described >= ABOUT;
    if (isDue) this.#described = now;
    const content = rows.length > 0 ? rows.message(this.names) : { v: {} };
    const data = {
      ...{ n: this.#batches++, sent: this.#sentAt(), ...content },
      ...(isDue && { about: this.#description }),
    };
    this.#options.sent?.(data);
    void this.#full.send(data, { latest: "d", confirm: false, ifConnected: true });
    this.#thinner = this.#isThinNeeded() ? (this.#thinner ?? new Thinner()) : undefined;
    this.#thinner?.add(rows);
  }

  #isThinNeeded(): boolean {
    return this.watchers.thin > 0 || this.#room.count > this.#room.members.length;
  }
}
