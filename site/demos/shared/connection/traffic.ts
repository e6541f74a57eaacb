import { type ReadonlySignal, signal } from "@preact/signals";

export interface Traffic {
  /** Bytes per second in the last second, sent and received; without the few bytes of headers per frame. */
  readonly up: number;
  readonly down: number;
  /** Frames per second. */
  readonly framesUp: number;
  readonly framesDown: number;
  /** Bytes since the start. */
  readonly total: number;
}

const SECOND = 1_000;
const NONE: Traffic = { up: 0, down: 0, framesUp: 0, framesDown: 0, total: 0 };

/** Counts what a connection sends and receives. */
export class TrafficCounter {
  readonly traffic: ReadonlySignal<Traffic>;
  readonly #traffic = signal(NONE);
  #since = { up: 0, down: 0, framesUp: 0, framesDown: 0 };
  #total = 0;

  constructor() {
    this.traffic = this.#traffic;
  }

  count(direction: "in" | "out", bytes: number): void {
    if (direction === "out") {
      this.#since.up += bytes;
      this.#since.framesUp++;
    } else {
      this.#since.down += bytes;
      this.#since.framesDown++;
    }
    this.#total += bytes;
  }

  /** To be called once per `elapsed` milliseconds. */
  tick(elapsed = SECOND): void {
    const rate = (count: number) => Math.round((count * SECOND) / elapsed);
    const { up, down, framesUp, framesDown } = this.#since;
    const next: Traffic = {
      ...{ up: rate(up), down: rate(down), framesUp: rate(framesUp), framesDown: rate(framesDown) },
      total: this.#total,
    };
    this.#since = { up: 0, down: 0, framesUp: 0, framesDown: 0 };
    // Nothing is drawn while nothing changes.
    if (JSON.stringify(next) !== JSON.stringify(this.#traffic.value)) this.#traffic.value = next;
  }
}
