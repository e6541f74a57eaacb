import { simulatedDrop } from "@achex/protocol";
import { type Clock, isDelay, systemClock } from "./clock.ts";
import type { Bytes } from "./json.ts";
import type { WebSocketConstructor, WebSocketLike } from "./socket.ts";

/** A bad network, to try an application with. */
export interface Simulation {
  /** Milliseconds that each frame takes longer, in each direction. Default 0. */
  readonly latency?: number;
  /** Up to so many milliseconds more, at random for each frame. Frames stay in order. Default 0. */
  readonly jitter?: number;
  /** Dropped connections per minute, on average; they come at random. Default 0. */
  readonly drops?: number;
}

const MINUTE = 60_000;
/** After the constructor, because the listeners are set only then. */
const SOON = 1;

/**
 * A simulated network whose conditions can change while clients use it. Pass it to connect() of `@achex/client/full` as `simulate`;
 * several clients may share it.
 *
 * @example
 * const network = new SimulatedNetwork({ latency: 80 });
 * const ann = connect("ws://localhost:4010", { name: "Ann", simulate: network });
 * network.change({ latency: 200 });
 * network.drop(5_000);
 */
export class SimulatedNetwork {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #sockets = new Set<SimulatedSocket>();
  #conditions: Required<Simulation> = { latency: 0, jitter: 0, drops: 0 };
  /** Nothing can be opened before, ms. */
  #downUntil = 0;

  /** The clock and the source of random numbers are for tests. */
  constructor(conditions: Simulation = {}, clock: Clock = systemClock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
    this.change(conditions);
  }

  get conditions(): Required<Simulation> {
    return this.#conditions;
  }

  /** Whether drop() has been called with a duration that has not passed. */
  get isDown(): boolean {
    return this.#clock.now() < this.#downUntil;
  }

  /** Applies from the next frame on. Conditions that are not named stay as they are. */
  change(conditions: Simulation): void {
    const before = this.#conditions.drops;
    this.#conditions = { ...this.#conditions, ...conditions };
    if (this.#conditions.drops !== before) for (const socket of this.#sockets) socket.planDrop();
  }

  /** Drops all connections; for so many milliseconds, attempts to connect fail. Then clients resume. Default 0. */
  drop(outage = 0): void {
    this.#downUntil = this.#clock.now() + outage;
    for (const socket of [...this.#sockets]) socket.drop();
  }

  /** A WebSocket class whose connections are as bad as this network. */
  over(WebSocket: WebSocketConstructor): WebSocketConstructor {
    const open = (url: string, protocols: string[], socket: SimulatedSocket) => {
      if (this.isDown) return undefined;
      this.#sockets.add(socket);
      return new WebSocket(url, protocols);
    };
    const path: Path = {
      clock: this.#clock,
      open,
      time: () => this.#conditions.latency + this.#conditions.jitter * this.#random(),
      // Drops are independent of each other, so the time to the next one is exponentially distributed.
      lifetime: () => (-Math.log(1 - this.#random()) * MINUTE) / this.#conditions.drops,
      ended: (socket) => this.#sockets.delete(socket),
    };
    return class extends SimulatedSocket {
      constructor(url: string, protocols: string[]) {
        super(path, url, protocols);
      }
    };
  }
}

/** What a socket needs of its network. */
interface Path {
  readonly clock: Clock;
  /** Undefined while the network is down. */
  open(url: string, protocols: string[], socket: SimulatedSocket): WebSocketLike | undefined;
  /** How long a frame takes longer, ms; another time for each. */
  time(): number;
  /** How long a connection lasts, ms; Infinity without drops. */
  lifetime(): number;
  ended(socket: SimulatedSocket): void;
}

/** What happens later, in order. */
class Delay {
  readonly #path: Path;
  readonly #waiting: (() => void)[] = [];
  #last = 0;

  constructor(path: Path) {
    this.#path = path;
  }

  run(action: () => void): void {
    const { clock } = this.#path;
    const now = clock.now();
    // Not before those that come first.
    this.#last = Math.max(this.#last, now + this.#path.time());
    if (this.#last <= now && this.#waiting.length === 0) {
      action();
      return;
    }
    this.#waiting.push(action);
    clock.after(this.#last - now, () => this.#waiting.shift()?.());
  }
}

interface Close {
  readonly code: number;
  readonly reason: string;
}

const LOST: Close = { code: 1006, reason: "simulated" };

class SimulatedSocket implements WebSocketLike {
  onopen: ((event: never) => unknown) | null = null;
  onmessage: ((event: never) => unknown) | null = null;
  onclose: ((event: Close) => unknown) | null = null;
  onerror: ((event: never) => unknown) | null = null;
  readonly #path: Path;
  readonly #inner: WebSocketLike | undefined;
  readonly #up: Delay;
  readonly #down: Delay;
  #cancelDrop = () => {};
  #isOpen = false;
  #isOver = false;

  constructor(path: Path, url: string, protocols: string[]) {
    this.#path = path;
    this.#up = new Delay(path);
    this.#down = new Delay(path);
    const inner = path.open(url, protocols, this);
    this.#inner = inner;
    if (!inner) {
      path.clock.after(SOON, () => this.#end());
      return;
    }
    const pass = (notify: () => void) => this.#down.run(() => this.#isOver || notify());
    inner.onopen = (event) => {
      this.#isOpen = true;
      this.planDrop();
      pass(() => this.onopen?.(event));
    };
    inner.onmessage = (event) => pass(() => this.onmessage?.(event));
    inner.onerror = (event) => pass(() => this.onerror?.(event));
    inner.onclose = (event: Close) => {
      this.#forget();
      pass(() => this.onclose?.(event));
    };
  }

  get protocol(): string {
    return this.#inner?.protocol ?? "";
  }

  get binaryType(): string {
    return this.#inner?.binaryType ?? "";
  }

  set binaryType(type: string) {
    if (this.#inner) this.#inner.binaryType = type;
  }

  send(data: string | Bytes): void {
    this.#up.run(() => this.#isOver || this.#inner?.send(data));
  }

  close(code?: number, reason?: string): void {
    this.#forget();
    if (!this.#isOver) this.#up.run(() => this.#isOver || this.#inner?.close(code, reason));
  }

  /** Plans the next drop by the present conditions. */
  planDrop(): void {
    this.#cancelDrop();
    const life = this.#path.lifetime();
    if (this.#isOpen && isDelay(life)) this.#cancelDrop = this.#path.clock.after(life, () => this.drop());
  }

  /** Nothing gets through any more, in either direction. The code lets the server notice it at once, as it does when a process dies. */
  drop(): void {
    if (this.#isOver) return;
    this.#end();
    this.#inner?.close(simulatedDrop, LOST.reason);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#forget();
    this.onclose?.(LOST);
  }

  #forget(): void {
    this.#cancelDrop();
    this.#path.ended(this);
  }
}
