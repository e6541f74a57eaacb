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

/** A connection that lasted this long, ms, was no failed attempt. */
const STEADY = 5_000;
/** The pause before the next attempt is random, since clients that dropped together must not come back together, ms. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;
/** How long the server may take to answer in silence, ms. */
const DEAD = 10_000;

/** What a session needs of the client around it. */
export interface SessionDeps {
  readonly events: Emitter<AnyEvents>;
  /** Takes every frame that is not a reply. */
  readonly receive: (frame: Data, text: string, bytes: Bytes | undefined) => void;
  /** Asks the server for its time: the reply proves that the connection is alive. */
  readonly probe: () => void;
}

/** Keeps one connection up and logged in for as long as it is wanted. */
export class Session {
  state: State = "idle";
  /** Set while the client is closed: why. */
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
  /** It speaks a legacy dialect. */
  readonly legacy: boolean;
  readonly #deps: SessionDeps;
  readonly #options: AnyOptions;
  readonly #url: string;
  #credentials: CredentialsSource;
  /** The newest connection, logged in or not. */
  #latest: Connection | undefined;
  /** Changes when what an earlier attempt still waits for no longer counts. */
  #attempt = 0;
  /** Counts the pauses, which grow with it. */
  #pauses = 0;
  /** Counts the attempts that failed since it was last ready. */
  #failures = 0;
  /** Why the last attempt failed, until it is ready. */
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

  /** A limit from the server's hello, in its own unit; 0 is none. */
  limit(name: string): number {
    return numberFrom(dataFrom(this.hello.limits)[name]) ?? 0;
  }

  /** Sends a frame that is of no use on another connection; without one it is refused as dropped. */
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

  /** Connects if it is idle or closed. */
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

  /** The network may have changed: what waits or hangs is tried again at once, a connection that is up is checked. */
  wake(): void {
    this.#pauses = 0;
    if (this.state === "connecting" || this.connection) this.#latest?.check();
    // The check may have ended an attempt that hangs.
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
          // Refused, the session keeps the name it had (PROTOCOL.md A6).
          if (!fault) this.#loggedIn(result, source, credentials);
          promise.settle(undefined, fault);
          return;
        }
        // The next connection logs in with them.
        this.#credentials = source;
        if (this.reason && this.reason.code !== "closed") this.start();
        this.ready().then(promise.resolve, fail);
      }),
    );
  }

  /** Closes it: `final` by the application, else until login() or start(). */
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
    // A listener of the state may have closed the client.
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
      // The runtime refuses the address, as a page served over https does with ws.
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
        // login() was called meanwhile.
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
    // Legacy servers are sent nothing the application did not ask for.
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
    // Before the greeting the codes are those of the runtime or of a proxy, and say nothing about this client.
    if (wasReady ? dutyOf(code) === "stop" : code >= 4_500) this.stop(ownFault("dismissed", `by the server: ${what}`));
    else if (wasReady) this.#wait();
    else this.#failed(ownFault("unreachable", `The connection failed: ${what}.`), code);
  }

  #failed(cause: Fault, code?: number): void {
    this.lastFailure = cause;
    const attempt = ++this.#failures;
    const delay = this.#wait();
    // Unless a listener of the state has closed the client.
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
