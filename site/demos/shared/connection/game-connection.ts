import { type Client, connect, type Fault, type InboxOptions, SimulatedNetwork, type State } from "@achex/client/full";
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Identity, loginName, loginPassword, newIdentity } from "../room/identity.ts";
import { FrameLog } from "./frame-log.ts";
import { type Traffic, TrafficCounter } from "./traffic.ts";

const SECOND = 1_000;
/** Measurements of the latency that count. */
const MEASUREMENTS = 5;

/** Name and password, for a relay where only accounts may log in. */
export interface Account {
  readonly name: string;
  readonly passwd: string;
}

export interface ConnectionOptions {
  /** Address of the relay; in a page, the relay that serves it. */
  readonly url: string;
  /** Id of the game, which is also the instance: rooms of two games never meet. */
  readonly game: string;
  /** Who this is. Without it, a new player. */
  readonly identity?: Identity;
  readonly account?: Account;
  /** Whether the session survives a reload of the page. Default true. */
  readonly survives?: boolean;
  /** Read the inbox of the login name, as this device. */
  readonly inbox?: InboxOptions;
}

/** The connection of one player: client, simulated network, frames and figures. Rooms and the directory of rooms share it. */
export class GameConnection {
  readonly game: string;
  readonly identity: Identity;
  readonly client: Client<object>;
  /** The panel changes its conditions. */
  readonly network = new SimulatedNetwork();
  readonly log = new FrameLog();
  readonly traffic: ReadonlySignal<Traffic>;
  readonly state: ReadonlySignal<State>;
  /** Why the relay does not let this player in. */
  readonly refusal: ReadonlySignal<Fault | undefined>;
  /** Round trip to the relay, ms; undefined before the first measurement. */
  readonly latency: ReadonlySignal<number | undefined>;
  readonly #stop: (() => void)[] = [];

  constructor({ url, game, identity = newIdentity(), account, survives = true, inbox }: ConnectionOptions) {
    this.game = game;
    this.identity = identity;
    const counter = new TrafficCounter();
    this.traffic = counter.traffic;
    const client = connect(url, {
      instance: game,
      ...(account ?? { name: loginName(identity, game), passwd: loginPassword(identity) }),
      ...(survives && { survive: "reload" }),
      ...(inbox && { inbox }),
      simulate: this.network,
      observe: (direction, frame) => {
        counter.count(direction, frame.length);
        this.log.add(direction, frame, Date.now());
      },
    });
    this.client = client;
    const state = signal<State>(client.state);
    const refusal = signal<Fault | undefined>(undefined);
    const latency = signal<number | undefined>(undefined);
    this.state = state;
    this.refusal = refusal;
    this.latency = latency;
    client.on("state", (now) => {
      state.value = now;
      refusal.value = now === "closed" && client.reason?.code !== "closed" ? client.reason : undefined;
    });
    const measured: number[] = [];
    client.on("latency", ({ milliseconds }) => {
      measured.push(milliseconds);
      if (measured.length > MEASUREMENTS) measured.shift();
      // The median: a page that is busy for a moment, as when it starts, measures itself.
      latency.value = measured.toSorted((one, other) => one - other)[measured.length >> 1];
    });
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      counter.tick(now - last);
      last = now;
    }, SECOND);
    this.#stop.push(() => clearInterval(timer));
  }

  /** Server time, ms: the same moment on all players' machines. */
  now(): number {
    return this.client.clock.now();
  }

  /** Drops the connection as a bad network does, and lets it return after so many milliseconds. */
  drop(milliseconds: number): void {
    this.network.drop(milliseconds);
    // Attempts fail in the meantime, and the pauses between them grow.
    setTimeout(() => this.client.reconnect(), milliseconds + 50);
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.client.close();
  }
}
