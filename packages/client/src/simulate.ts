import type { Client } from "./api.ts";
import { AchexClient } from "./client.ts";
import { type Clock, isDelay, systemClock } from "./clock.ts";
import type { ContractOf, Strict } from "./contract.ts";
import type { Bytes } from "./json.ts";
import type { AnyOptions, Options } from "./options.ts";
import type { AnySchemas } from "./schema.ts";
import { runtimeWebSocket, type WebSocketConstructor, type WebSocketLike } from "./socket.ts";

/** A bad network, to try an application with. */
export interface Simulation {
  /** Milliseconds that each frame takes longer, in each direction. Default 0. */
  readonly latency?: number;
  /** Up to so many milliseconds more, at random for each frame. Frames stay in order. Default 0. */
  readonly jitter?: number;
  /** Dropped connections per minute, on average; they come at random. Default 0. */
  readonly drops?: number;
}

export interface SimulateOption {
  /** Delays frames and drops connections, as a bad network does. */
  readonly simulate?: Simulation;
}

/** The same as connect() of `@achex/client`, with the option `simulate`. */
export function connect<const S extends AnySchemas>(
  url: string | { readonly href: string },
  options: Omit<Options<object>, "schemas"> & SimulateOption & { readonly schemas: S },
): Client<ContractOf<S>>;
export function connect<C extends Strict<C> = object>(
  url: string | { readonly href: string },
  options?: Options<C> & SimulateOption,
): Client<C>;
export function connect(url: string | { readonly href: string }, options?: AnyOptions & SimulateOption): unknown {
  const { simulate, ...others } = options ?? {};
  const { WebSocket = runtimeWebSocket(), clock = systemClock, random = Math.random } = others;
  if (!simulate || !WebSocket) return new AchexClient(String(url), others);
  return new AchexClient(String(url), { ...others, WebSocket: simulated(WebSocket, simulate, clock, random) });
}

const MINUTE = 60_000;

/** What happens later, in order. */
class Delay {
  readonly #clock: Clock;
  readonly #time: () => number;
  readonly #waiting: (() => void)[] = [];
  #last = 0;

  /** `time` is how long the next one takes, ms. */
  constructor(clock: Clock, time: () => number) {
    this.#clock = clock;
    this.#time = time;
  }

  run(action: () => void): void {
    const now = this.#clock.now();
    // Not before those that come first.
    this.#last = Math.max(this.#last, now + this.#time());
    this.#waiting.push(action);
    this.#clock.after(this.#last - now, () => this.#waiting.shift()?.());
  }
}

/** What the connections of one client share. */
interface Conditions {
  readonly WebSocket: WebSocketConstructor;
  readonly clock: Clock;
  /** How long a frame takes longer, ms; another time for each. */
  time(): number;
  /** How long a connection lasts, ms; Infinity without drops. */
  lifetime(): number;
}

/** A WebSocket class whose network is as bad as that. */
function simulated(
  WebSocket: WebSocketConstructor,
  { latency = 0, jitter = 0, drops = 0 }: Simulation,
  clock: Clock,
  random: () => number,
): WebSocketConstructor {
  const time = () => latency + jitter * random();
  // Drops are independent of each other, so the time to the next one is exponentially distributed.
  const lifetime = () => (-Math.log(1 - random()) * MINUTE) / drops;
  const conditions = { WebSocket, clock, time, lifetime };
  return class extends SimulatedSocket {
    constructor(url: string, protocols: string[]) {
      super(conditions, url, protocols);
    }
  };
}

interface Close {
  readonly code: number;
  readonly reason: string;
}

class SimulatedSocket implements WebSocketLike {
  onopen: ((event: never) => unknown) | null = null;
  onmessage: ((event: never) => unknown) | null = null;
  onclose: ((event: Close) => unknown) | null = null;
  onerror: ((event: never) => unknown) | null = null;
  readonly #inner: WebSocketLike;
  readonly #up: Delay;
  readonly #down: Delay;
  #cancelDrop = () => {};
  #isOver = false;

  constructor({ WebSocket, clock, time, lifetime }: Conditions, url: string, protocols: string[]) {
    this.#up = new Delay(clock, time);
    this.#down = new Delay(clock, time);
    const inner = new WebSocket(url, protocols);
    this.#inner = inner;
    const pass = (notify: () => void) => this.#down.run(() => this.#isOver || notify());
    inner.onopen = (event) => {
      const life = lifetime();
      if (isDelay(life)) this.#cancelDrop = clock.after(life, () => this.#drop());
      pass(() => this.onopen?.(event));
    };
    inner.onmessage = (event) => pass(() => this.onmessage?.(event));
    inner.onerror = (event) => pass(() => this.onerror?.(event));
    inner.onclose = (event: Close) => {
      this.#cancelDrop();
      pass(() => this.onclose?.(event));
    };
  }

  get protocol(): string {
    return this.#inner.protocol ?? "";
  }

  get binaryType(): string {
    return this.#inner.binaryType;
  }

  set binaryType(type: string) {
    this.#inner.binaryType = type;
  }

  send(data: string | Bytes): void {
    this.#up.run(() => this.#isOver || this.#inner.send(data));
  }

  close(code?: number, reason?: string): void {
    this.#cancelDrop();
    // After a drop nothing is on its way any more, and the server ends a connection that it believes to be open.
    if (this.#isOver) this.#inner.close(code, reason);
    else this.#up.run(() => this.#inner.close(code, reason));
  }

  /** As a network does it: nothing gets through any more, and the server is not told. */
  #drop(): void {
    this.#isOver = true;
    this.onclose?.({ code: 1006, reason: "simulated" });
  }
}
