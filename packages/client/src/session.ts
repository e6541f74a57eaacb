import { dutyOf } from "@achex/protocol";
import { type Clock, isDelay, systemClock } from "./clock.ts";
import { achex2Codec } from "./codec.ts";
import { Connection, type Reply } from "./connection.ts";
import { type Credentials, type CredentialsSource, loginFrame, resolveCredentials } from "./credentials.ts";
import type { Emitter } from "./emitter.ts";
import { type Fault, faultFromError, ownFault, setFaultSite } from "./fault.ts";
import type { IgnorablePromise } from "./ignorable-promise.ts";
import { type Bytes, type Data, dataFrom, isData, numberFrom, textFrom } from "./json.ts";
import { Lifecycle } from "./lifecycle.ts";
import { hasNetwork, watchNetwork } from "./network.ts";
import type { AnyEvents, AnyOptions, ReadyOptions, State } from "./options.ts";
import { addressOf, runtimeWebSocket } from "./socket.ts";
import { whenReady } from "./when-ready.ts";

/** A connection that lasted at least this long, ms, does not count as a failed attempt. */
const STEADY = 5_000;
/**
 * Bounds of the delay before the next attempt, ms. The delay is random, so that clients that dropped together do not reconnect
 * together.
 */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;
/** How long the server may take to reply to a probe, ms. */
const DEAD = 10_000;

/** What a session needs from its client. */
export interface SessionDeps {
  readonly events: Emitter<AnyEvents>;
  /** Called for every frame that is not a reply. */
  readonly receive: (frame: Data, text: string, bytes: Bytes | undefined) => void;
  /** Requests the server's time; the reply proves that the connection is alive. */
  readonly probe: () => void;
}

/** Keeps a connection open and logged in, reconnecting until it is closed. */
export class Session {
  state: State = "idle";
  /** Why the client is closed; undefined while it is not. */
  reason: Fault | undefined;
  sid: number | undefined;
  name: string | undefined;
  /** The service it is logged in as. */
  service: string | undefined;
  hello: Data = {};
  /** Set while logged in. */
  connection: Connection | undefined;
  readonly lifecycle = new Lifecycle();
  readonly clock: Clock;
  /** True if the connection uses a legacy dialect. */
  readonly legacy: boolean;
  readonly #deps: SessionDeps;
  readonly #options: AnyOptions;
  readonly #url: string;
  #credentials: CredentialsSource;
  /** The newest connection, logged in or not. */
  #latest: Connection | undefined;
  /** Incremented to invalidate callbacks of earlier attempts. */
  #attempt = 0;
  /** Number of delays so far; each is longer than the last. */
  #pauses = 0;
  /** Number of failed attempts since the client was last ready. */
  #failures = 0;
  /** Why the last attempt failed; cleared when the client is ready. */
  lastFailure: Fault | undefined;
  #readySince = 0;
  #cancelPause = () => {};
  #unwatchNetwork = () => {};

  constructor(url: string, options: AnyOptions, deps: SessionDeps) {
    this.clock = options.clock ?? systemClock;
    this.legacy = options.dialect !== undefined;
    this.#options = options;
    this.#deps = deps;
    this.#credentials = options.credentials ?? options;
    this.#url = addressOf(url, options.instance);
    // The site of a legacy server does not explain faults.
    if (!this.legacy) setFaultSite(this.#url.replace(/^ws([^/]*\/\/[^/?]+).*/i, "http$1"));
  }

  /** A limit from the server's hello, in its own unit; 0 means no limit. */
  limit(name: string): number {
    return numberFrom(dataFrom(this.hello.limits)[name]) ?? 0;
  }

  /** Sends a frame that only makes sense on the current connection; fails as dropped if there is none. */
  control(frame: Data, reply: Reply = () => {}, bytes?: Uint8Array): void {
    let body: string;
    try {
      body = JSON.stringify(frame);
    } catch (error) {
      reply({}, faultFromError(error, "bad-payload"));
      return;
    }
    if (this.connection) this.connection.request(body, reply, bytes);
    else reply({}, this.reason ?? ownFault("unknown"), "unsent");
  }

  /** Connects if the client is idle or closed. */
  start(): void {
    if (this.state !== "idle" && this.state !== "closed") return;
    this.reason = undefined;
    this.#pauses = 0;
    this.#failures = 0;
    this.#unwatchNetwork = watchNetwork(
      () => this.wake(),
      () => {
        if (this.state === "waiting") this.#setState("offline");
        else this.connection?.check();
      },
    );
    this.#open();
  }

  /**
   * Called when the network may have changed. Retries a waiting or hanging attempt immediately, and checks an open connection.
   */
  wake(): void {
    this.#pauses = 0;
    if (this.state === "connecting" || this.connection) this.#latest?.check();
    // The check may have ended a hanging attempt.
    if (this.state === "waiting" || this.state === "offline") this.#open();
  }

  ready(options: ReadyOptions = {}): IgnorablePromise<void> {
    return whenReady(this, this.#deps.events, options);
  }

  login(source: CredentialsSource, promise: IgnorablePromise<void>): void {
    const fail = (error: unknown) => promise.reject(faultFromError(error, "failed"));
    if (!isData(source) && typeof source !== "function") {
      promise.reject(ownFault("invalid", "login() takes an object."));
      return;
    }
    resolveCredentials(source, fail, (credentials) =>
      this.control(loginFrame(credentials), (result, fault, dropped) => {
        if (!dropped) {
          // If the login is rejected, the session keeps its name (PROTOCOL.md A6).
          if (!fault) this.#loggedIn(result, source, credentials);
          promise.settle(undefined, fault);
          return;
        }
        // The next connection logs in with the new credentials.
        this.#credentials = source;
        if (this.reason && this.reason.code !== "closed") this.start();
        this.ready().then(promise.resolve, fail);
      }),
    );
  }

  /** Closes the session. `final`: closed by the application; otherwise login() or start() restores it. */
  stop(fault: Fault, final = false): void {
    if (this.reason?.code === "closed" || (this.reason && !final)) return;
    this.reason = fault;
    this.#attempt++;
    this.#cancelPause();
    this.#unwatchNetwork();
    this.#latest?.close();
    this.#latest = undefined;
    this.connection = undefined;
    this.lifecycle.closed(fault, final);
    this.#setState("closed");
  }

  #open(): void {
    const attempt = ++this.#attempt;
    this.#cancelPause();
    this.#setState("connecting");
    const source = this.#credentials;
    const current = () => attempt === this.#attempt;
    const fail = (error: unknown) => current() && this.#failed(faultFromError(error, "failed"));
    // A state listener may have closed the client.
    if (current()) resolveCredentials(source, fail, (credentials) => current() && this.#dial(source, credentials));
  }

  #dial(source: CredentialsSource, credentials: Credentials): void {
    const { dialect, WebSocket = runtimeWebSocket() } = this.#options;
    if (!WebSocket) {
      this.stop(ownFault("unsupported", "This runtime has no WebSocket. Pass one: connect(url, { WebSocket })."));
      return;
    }
    const owner = {
      clock: this.clock,
      received: this.#deps.receive,
      greeted: (connection: Connection, hello: Data) => {
        if (this.connection || connection !== this.#latest) return;
        this.hello = hello;
        this.sid = numberFrom(hello.sid);
        this.#logIn(connection, source, credentials);
      },
      ended: (code: number, detail: string) => this.#ended(code, detail),
    };
    const codec = dialect?.() ?? achex2Codec;
    try {
      this.#latest = new Connection(owner, WebSocket, this.#url, codec);
    } catch (error) {
      // The runtime rejects the address, for example ws:// on a page served over https.
      this.stop(faultFromError(error, "bad-address"));
    }
  }

  #logIn(connection: Connection, source: CredentialsSource, credentials: Credentials): void {
    if (credentials.name === undefined) {
      this.#ready(connection);
      return;
    }
    connection.request(JSON.stringify(loginFrame(credentials)), (result, fault, dropped) => {
      if (dropped) return;
      const newer = this.#credentials;
      if (newer !== source) {
        // login() was called in the meantime.
        const refuse = (error: unknown) => this.#refused(connection, faultFromError(error, "failed"));
        resolveCredentials(
          newer,
          refuse,
          (next) => connection === this.#latest && this.#logIn(connection, newer, next),
        );
      } else if (fault) this.#refused(connection, fault);
      else {
        this.#loggedIn(result, source, credentials);
        this.#ready(connection);
      }
    });
  }

  #refused(connection: Connection, fault: Fault): void {
    if (connection !== this.#latest) return;
    if (fault.retry) {
      connection.close();
      this.#failed(fault);
    } else this.stop(fault);
  }

  #loggedIn(result: Data, source: CredentialsSource, { name, service }: Credentials): void {
    this.#credentials = source;
    this.sid = numberFrom(result.sid) ?? this.sid;
    this.name = textFrom(result.name) || name;
    this.service = service ? name : undefined;
  }

  #ready(connection: Connection): void {
    const { after = (numberFrom(this.hello.heartbeat) ?? 15) * 1_000, dead } = this.#options.heartbeat ?? {};
    this.#readySince = this.clock.now();
    this.lastFailure = undefined;
    this.#failures = 0;
    this.connection = connection;
    // A timer of Infinity or NaN fires at once, and would end a healthy connection.
    connection.startHeartbeat({ after, dead: isDelay(dead) ? dead : DEAD }, this.#deps.probe);
    this.lifecycle.ready(connection);
    this.#setState("ready");
    // Legacy servers are only sent frames that the application requested.
    if (!this.legacy) this.#deps.probe();
  }

  #ended(code: number, detail: string): void {
    const wasReady = this.connection;
    this.connection = undefined;
    if (wasReady) {
      if (this.clock.now() - this.#readySince > STEADY) this.#pauses = 0;
      const counts = { unknown: 0, repeated: 0 };
      this.lifecycle.dropped(counts);
      this.#deps.events.emit("lost", { code, reason: detail, ...counts });
    }
    if (this.reason) return;
    const what = `${code} ${detail}`.trim();
    // Before the greeting, close codes come from the runtime or a proxy and say nothing about this client.
    if (wasReady ? dutyOf(code) === "stop" : code >= 4_500) this.stop(ownFault("dismissed", `by the server: ${what}`));
    else if (wasReady) this.#wait();
    else this.#failed(ownFault("unreachable", `The connection failed: ${what}.`), code);
  }

  #failed(cause: Fault, code?: number): void {
    this.lastFailure = cause;
    const attempt = ++this.#failures;
    const delay = this.#wait();
    // A state listener may have closed the client.
    if (!this.reason) this.#deps.events.emit("retrying", { attempt, delay, cause, code });
  }

  /** Returns the milliseconds until the next attempt. */
  #wait(): number {
    const { random = Math.random } = this.#options;
    const pause = Math.round(random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#pauses++));
    this.#cancelPause = this.clock.after(pause, () => this.#open());
    this.#setState(hasNetwork() ? "waiting" : "offline");
    return pause;
  }

  #setState(state: State): void {
    if (this.state === state) return;
    this.state = state;
    this.#deps.events.emit("state", state);
  }
}
