import { dutyOf } from "@achex/protocol";
import { type Clock, systemClock } from "./clock.ts";
import { achex2Codec } from "./codec.ts";
import { Connection, type Reply } from "./connection.ts";
import { type CredentialsSource, resolveCredentials } from "./credentials.ts";
import { Dialer, endsSession } from "./dialer.ts";
import type { Emitter } from "./emitter.ts";
import { type Fault, faultFromError, ownFault, setFaultSite } from "./fault.ts";
import { heartbeatTimes } from "./heartbeat.ts";
import { Identity } from "./identity.ts";
import type { IgnorablePromise } from "./ignorable-promise.ts";
import { type Bytes, type Data, numberFrom } from "./json.ts";
import { Lifecycle } from "./lifecycle.ts";
import { type Login, type LoginOwner, logIn, logInWithNewest } from "./log-in.ts";
import { hasNetwork, watchNetwork } from "./network.ts";
import type { AnyEvents, AnyOptions, ReadyOptions, State } from "./options.ts";
import { RetryTimer } from "./retry-timer.ts";
import { addressOf } from "./socket.ts";
import { whenReady } from "./when-ready.ts";

/** A connection that lasted at least this long, ms, does not count as a failed attempt. */
const STEADY = 5_000;
/** How much later than the client the server may notice a drop, ms: until then it may hold the session. */
const NOTICED = 60_000;

/** What a session needs from its client. */
export interface SessionDeps {
  readonly events: Emitter<AnyEvents>;
  /** Called for every frame that is not a reply. */
  readonly receive: (frame: Data, text: string, bytes: Bytes | undefined) => void;
  /** Requests the server's time; the reply proves that the connection is alive. */
  readonly probe: () => void;
}

/** Keeps a connection open and logged in, reconnecting until it is closed. */
export class Session implements LoginOwner {
  state: State = "idle";
  /** Why the client is closed; undefined while it is not. */
  reason: Fault | undefined;
  readonly identity = new Identity();
  credentials: CredentialsSource;
  /** Set from a login until the server's session has ended, also while its transport has dropped and it may be resumed. */
  connection: Connection | undefined;
  readonly lifecycle = new Lifecycle();
  readonly clock: Clock;
  /** True if the connection uses a legacy dialect. */
  readonly legacy: boolean;
  readonly #deps: SessionDeps;
  readonly #options: AnyOptions;
  readonly #url: string;
  readonly #retry: RetryTimer;
  readonly #dialer: Dialer;
  /** Incremented to invalidate callbacks of earlier attempts. */
  #attempt = 0;
  /** Number of failed attempts since the client was last ready. */
  #failures = 0;
  /** Why the last attempt failed; cleared when the client is ready. */
  lastFailure: Fault | undefined;
  #readySince = 0;
  /** The last drop. */
  #drop = { code: 1006, reason: "", at: 0 };
  #unwatchNetwork = () => {};

  constructor(url: string, options: AnyOptions, deps: SessionDeps) {
    this.clock = options.clock ?? systemClock;
    this.legacy = options.dialect !== undefined;
    this.#options = options;
    this.#deps = deps;
    this.credentials = options.credentials ?? options;
    this.#url = addressOf(url, options.instance);
    this.#retry = new RetryTimer(this.clock, options.random);
    this.#dialer = new Dialer(this.clock, this.#url, options.WebSocket, (code, detail) => this.#ended(code, detail));
    // The site of a legacy server does not explain faults.
    if (!this.legacy) setFaultSite(this.#url.replace(/^ws([^/]*\/\/[^/?]+).*/i, "http$1"));
  }

  /** When the next attempt to connect begins, ms since 1970. */
  get nextAttempt(): number | undefined {
    return this.#retry.next;
  }

  /** Sends a frame that only makes sense in the current session of the server; fails as dropped if there is none. */
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
    this.#retry.reset();
    this.#failures = 0;
    this.#unwatchNetwork = watchNetwork(
      () => this.wake(),
      () => {
        if (this.state === "waiting") this.#setState("offline");
        else if (this.state === "ready") this.#dialer.check();
      },
    );
    this.#open();
  }

  /**
   * Called when the network may have changed. Retries a waiting or hanging attempt immediately, and checks an open connection.
   */
  wake(): void {
    this.#retry.reset();
    if (this.state === "connecting" || this.state === "ready") this.#dialer.check();
    // The check may have ended a hanging attempt.
    if (this.state === "waiting" || this.state === "offline") this.#open();
  }

  ready(options: ReadyOptions = {}): IgnorablePromise<void> {
    return whenReady(this, this.#deps.events, options);
  }

  /** Closes the session. `final`: closed by the application; otherwise login() or start() restores it. */
  stop(fault: Fault, final = false): void {
    if (this.reason?.code === "closed" || (this.reason && !final)) return;
    this.reason = fault;
    this.#attempt++;
    this.#retry.cancel();
    this.#unwatchNetwork();
    this.#dialer.close(1000);
    this.connection = undefined;
    this.lifecycle.closed(fault, final);
    this.#setState("closed");
  }

  #open(): void {
    const attempt = ++this.#attempt;
    const current = () => attempt === this.#attempt;
    this.#retry.cancel();
    this.#setState("connecting");
    // A state listener may have closed the client.
    if (!current()) return;
    if (this.connection) {
      this.#dial(this.connection);
      return;
    }
    const source = this.credentials;
    const fail = (error: unknown) => current() && this.#failed(faultFromError(error, "failed"));
    resolveCredentials(source, fail, (credentials) => {
      if (current()) this.#dial(this.#createConnection({ source, credentials }));
    });
  }

  /** Without a login, it uses the newest credentials. */
  #createConnection(login?: Login): Connection {
    const { dialect, resume = true } = this.#options;
    const connection: Connection = new Connection(
      {
        clock: this.clock,
        received: this.#deps.receive,
        greeted: (hello) => {
          this.identity.greeted(hello);
          if (login) logIn(this, connection, login);
          else logInWithNewest(this, connection);
        },
        resumed: (hello) => this.#resumed(hello),
        notResumed: ({ missing }) => this.#notResumed(connection, numberFrom(missing)),
        outOfStep: () => this.#startOver(),
      },
      dialect?.() ?? achex2Codec,
      !this.legacy && resume,
    );
    return connection;
  }

  #dial(connection: Connection): void {
    const fault = this.#dialer.open(connection);
    if (fault) this.stop(fault);
  }

  uses(connection: Connection): boolean {
    return connection === this.#dialer.connection;
  }

  refused(fault: Fault): void {
    if (fault.retry) {
      this.#dialer.close(1000);
      this.#failed(fault);
    } else this.stop(fault);
  }

  loggedIn(result: Data, login: Login): void {
    this.credentials = login.source;
    this.identity.loggedIn(result, login);
  }

  isUp(connection: Connection): void {
    this.connection = connection;
    this.#up();
    this.lifecycle.ready(connection);
    this.#setState("ready");
    // Legacy servers are only sent frames that the application requested.
    if (!this.legacy) this.#deps.probe();
  }

  #resumed({ received: _, replay, ...hello }: Data): void {
    this.identity.greeted(hello);
    this.#up();
    this.lifecycle.resumed();
    const offline = this.clock.now() - this.#drop.at;
    this.#deps.events.emit("resumed", { replayed: numberFrom(replay) ?? 0, offline });
    if (!this.reason) this.#setState("ready");
  }

  /** Called when logged in, or resumed. */
  #up(): void {
    this.#readySince = this.clock.now();
    this.lastFailure = undefined;
    this.#failures = 0;
    this.#dialer.up(heartbeatTimes(this.#options.heartbeat, this.identity.hello), this.#deps.probe);
  }

  /** The server goes on with a new session on the same transport. */
  #notResumed(old: Connection, missing: number | undefined): Connection | undefined {
    const connection = this.#createConnection();
    this.#dialer.replace(connection);
    this.#lost(missing);
    old.end();
    return this.reason ? undefined : connection;
  }

  /** The counts of the two sides differ. */
  #startOver(): void {
    this.#drop = { code: 4006, reason: "the counts of frames differ", at: this.clock.now() };
    this.#dialer.close(this.#drop.code);
    this.#lost();
    if (!this.reason) this.#wait();
  }

  #lost(missing?: number): void {
    const { connection } = this;
    if (!connection) return;
    this.connection = undefined;
    connection.end();
    const { code, reason } = this.#drop;
    const counts = { unknown: 0, repeated: 0 };
    this.lifecycle.dropped(counts);
    this.#deps.events.emit("lost", { code, reason, ...counts, ...(missing !== undefined && { missing }) });
  }

  #ended(code: number, detail: string): void {
    const wasReady = this.state === "ready";
    const now = this.clock.now();
    if (wasReady) {
      if (now - this.#readySince > STEADY) this.#retry.reset();
      this.#drop = { code, reason: detail, at: now };
    }
    const { isResumable = false, window = 0 } = this.connection ?? {};
    const isOver = wasReady ? endsSession(code) : now - this.#drop.at > window + NOTICED;
    if (isResumable && !isOver) this.#dialer.abandon();
    else {
      this.#dialer.close();
      this.#lost();
    }
    if (this.reason) return;
    const what = `${code} ${detail}`.trim();
    const duty = dutyOf(code);
    // Before the greeting, close codes come from the runtime or a proxy and say nothing about this client.
    if (wasReady ? duty === "stop" : code >= 4_500) this.stop(ownFault("dismissed", `by the server: ${what}`));
    else if (wasReady) {
      if (duty === "resume") this.#retry.reset(true);
      const nextAttempt = now + this.#wait();
      if (!this.reason) this.#deps.events.emit("dropped", { code, reason: detail, nextAttempt });
    } else this.#failed(ownFault("unreachable", `The connection failed: ${what}.`), code);
  }

  #failed(cause: Fault, code?: number): void {
    this.lastFailure = cause;
    const attempt = ++this.#failures;
    const delay = this.#wait();
    // A state listener may have closed the client.
    if (!this.reason)
      this.#deps.events.emit("retrying", { attempt, delay, cause, code, nextAttempt: this.clock.now() + delay });
  }

  /** Returns the milliseconds until the next attempt. */
  #wait(): number {
    const delay = this.#retry.start(() => this.#open());
    this.#setState(hasNetwork() ? "waiting" : "offline");
    return delay;
  }

  #setState(state: State): void {
    if (this.state === state) return;
    this.state = state;
    this.#deps.events.emit("state", state);
  }
}
