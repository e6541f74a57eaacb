import { achex2Codec } from "./codec.ts";
import { Connection, type Handover } from "./connection.ts";
import { resolveCredentials } from "./credentials.ts";
import { Dialer } from "./dialer.ts";
import { decideAfterDrop } from "./drop-decision.ts";
import { type Fault, faultFromError, ownFault } from "./fault.ts";
import { heartbeatTimes } from "./heartbeat.ts";
import { type Data, numberFrom } from "./json.ts";
import { type Login, type LoginOwner, logIn, logInWithNewest } from "./log-in.ts";
import { hasNetwork, watchNetwork } from "./network.ts";
import type { AnyOptions } from "./options.ts";
import { type LeftBehind, PageHandover } from "./page-handover.ts";
import { RetryTimer } from "./retry-timer.ts";
import { SessionBase, type SessionDeps } from "./session-base.ts";

/** A connection that lasted at least this long, ms, does not count as a failed attempt. */
const STEADY = 5_000;

/** Keeps a connection open and logged in, reconnecting until it is closed. */
export class Session extends SessionBase implements LoginOwner {
  readonly #retry: RetryTimer;
  readonly #dialer: Dialer;
  readonly #handover: PageHandover | undefined;
  /** The connection of the page before, until it is resumed. */
  #inherited: Connection | undefined;
  /** Incremented to invalidate callbacks of earlier attempts. */
  #attempt = 0;
  /** Number of failed attempts since the client was last ready. */
  #failures = 0;
  #readySince = 0;
  /** The last drop. */
  #drop = { code: 1006, reason: "", at: 0 };
  #unwatchNetwork = () => {};
  #unwatchPage = () => {};

  constructor(url: string, options: AnyOptions, deps: SessionDeps) {
    super(url, options, deps);
    this.#retry = new RetryTimer(this.clock, options.random);
    this.#dialer = new Dialer(this.clock, this.url, options.WebSocket, (code, detail) => this.#ended(code, detail));
    if (options.survive === "reload") this.#handover = new PageHandover(this.clock, this.url);
  }

  /** When the next attempt to connect begins, ms since 1970. */
  get nextAttempt(): number | undefined {
    return this.#retry.next;
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
        if (this.state === "waiting") this.setState("offline");
        else if (this.state === "ready") this.#dialer.check();
      },
    );
    this.#unwatchPage =
      this.#handover?.watch(
        () => this.#leave(),
        () => this.wake(),
      ) ?? (() => {});
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

  /** Closes the session. `final`: closed by the application; otherwise login() or start() restores it. */
  stop(fault: Fault, final = false): void {
    if (this.reason?.code === "closed" || (this.reason && !final)) return;
    this.reason = fault;
    this.#attempt++;
    this.#retry.cancel();
    this.#unwatchNetwork();
    this.#unwatchPage();
    this.#inherited = undefined;
    this.#dialer.close(1000);
    this.connection = undefined;
    this.lifecycle.closed(fault, final);
    this.setState("closed");
  }

  #open(): void {
    const attempt = ++this.#attempt;
    const current = () => attempt === this.#attempt;
    this.#retry.cancel();
    this.setState("connecting");
    // A state listener may have closed the client.
    if (!current()) return;
    const held = this.connection ?? this.#inherited;
    if (held) {
      this.#dial(held);
      return;
    }
    const source = this.credentials;
    const fail = (error: unknown) => current() && this.#failed(faultFromError(error, "failed"));
    resolveCredentials(source, fail, (credentials) => {
      if (current()) this.#dial(this.#inherit({ source, credentials }));
    });
  }

  /** The connection of the page before, if that left one; otherwise a new one. */
  #inherit(login: Login): Connection {
    const left = this.#handover?.take(login.credentials.name);
    const connection = this.#createConnection(login, left);
    if (left) {
      this.#inherited = connection;
      this.#drop = { code: 1001, reason: "", at: left.at };
    }
    return connection;
  }

  /** Called when the page goes away. It may come back, from the browser's cache. */
  #leave(): LeftBehind | undefined {
    if (!this.connection?.isResumable) return undefined;
    this.#drop = { code: 1001, reason: "", at: this.clock.now() };
    this.#retry.cancel();
    this.#dialer.abandon();
    this.setState("waiting");
    return { ...this.connection.handover, name: this.identity.name ?? "", at: this.#drop.at };
  }

  /** Without a login, it uses the newest credentials. */
  #createConnection(login?: Login, left?: Handover): Connection {
    const { dialect, resume = true, survive } = this.options;
    const connection: Connection = new Connection(
      {
        clock: this.clock,
        received: this.deps.receive,
        greeted: (hello) => {
          this.isInherited = false;
          this.identity.greeted(hello);
          if (login) logIn(this, connection, login);
          else logInWithNewest(this, connection);
        },
        resumed: (hello) => this.#resumed(connection, hello, login),
        notResumed: ({ missing }) => this.#notResumed(connection, numberFrom(missing)),
        outOfStep: () => this.#startOver(),
      },
      dialect?.() ?? achex2Codec,
      !this.legacy && resume && (survive ?? true),
      left,
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

  becomeReady(connection: Connection): void {
    this.connection = connection;
    this.#up();
    this.lifecycle.ready(connection);
    this.setState("ready");
    // Legacy servers are only sent frames that the application requested.
    if (!this.legacy) this.deps.probe();
  }

  #resumed(connection: Connection, { received: _, replay, ...hello }: Data, login: Login | undefined): void {
    const isInherited = connection === this.#inherited;
    this.#inherited = undefined;
    this.connection = connection;
    this.identity.greeted(hello);
    this.isInherited ||= isInherited;
    if (isInherited && login) this.loggedIn(hello, login);
    const offline = this.clock.now() - this.#drop.at;
    this.#up();
    if (isInherited) this.lifecycle.ready(connection);
    else this.lifecycle.resumed();
    this.deps.events.emit("resumed", { replayed: numberFrom(replay) ?? 0, offline });
    if (!this.reason) this.setState("ready");
    this.deps.probe();
  }

  /** Called when logged in, or resumed. */
  #up(): void {
    this.#readySince = this.clock.now();
    this.lastFailure = undefined;
    this.#failures = 0;
    this.#dialer.up(heartbeatTimes(this.options.heartbeat, this.identity.hello), this.deps.probe);
  }

  /** The server goes on with a new session on the same transport. */
  #notResumed(old: Connection, missing: number | undefined): Connection | undefined {
    const connection = this.#createConnection();
    this.#inherited = undefined;
    this.#dialer.replace(connection);
    this.#lost(missing);
    old.end();
    return this.reason ? undefined : connection;
  }

  /** The counts of the two sides differ. */
  #startOver(): void {
    this.#inherited = undefined;
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
    this.deps.events.emit("lost", { code, reason, ...counts, ...(missing !== undefined && { missing }) });
  }

  #ended(code: number, detail: string): void {
    const wasReady = this.state === "ready";
    const now = this.clock.now();
    if (wasReady) {
      if (now - this.#readySince > STEADY) this.#retry.reset();
      this.#drop = { code, reason: detail, at: now };
    }
    const { isResumable = false, window = 0 } = this.connection ?? this.#inherited ?? {};
    const { resumes, duty } = decideAfterDrop(code, wasReady, now - this.#drop.at, window);
    if (isResumable && resumes) this.#dialer.abandon();
    else {
      this.#dialer.close();
      this.#lost();
    }
    if (this.reason) return;
    const what = `${code} ${detail}`.trim();
    if (duty === "stop") this.stop(ownFault("dismissed", `by the server: ${what}`));
    else if (wasReady) {
      if (duty === "resume") this.#retry.reset(true);
      const nextAttempt = now + this.#wait();
      if (!this.reason) this.deps.events.emit("dropped", { code, reason: detail, nextAttempt });
    } else this.#failed(ownFault("unreachable", `The connection failed: ${what}.`), code);
  }

  #failed(cause: Fault, code?: number): void {
    this.lastFailure = cause;
    const attempt = ++this.#failures;
    const delay = this.#wait();
    // A state listener may have closed the client.
    if (!this.reason)
      this.deps.events.emit("retrying", { attempt, delay, cause, code, nextAttempt: this.clock.now() + delay });
  }

  /** Returns the milliseconds until the next attempt. */
  #wait(): number {
    const delay = this.#retry.start(() => this.#open());
    this.setState(hasNetwork() ? "waiting" : "offline");
    return delay;
  }
}
