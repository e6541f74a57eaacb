import { dutyOf } from "@achex/protocol";
import { type Clock, systemClock } from "./clock.ts";
import { achex2Codec } from "./codec.ts";
import { Connection, type Reply } from "./connection.ts";
import type { Emitter } from "./emitter.ts";
import { type Fault, faultFromError, ownFault } from "./fault.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import { type Data, dataFrom, numberFrom, textFrom } from "./json.ts";
import { createLegacyCodec } from "./legacy-codec.ts";
import { Lifecycle } from "./lifecycle.ts";
import { hasNetwork, watchNetwork } from "./network.ts";
import type { AnyOptions, ClientEvents, Credentials, State } from "./options.ts";
import { addressOf, runtimeWebSocket } from "./socket.ts";

/** A connection that lasted this long, ms, was no failed attempt. */
const STEADY = 5_000;
/** The pause before the next attempt is random, since clients that dropped together must not come back together, ms. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;

const loginFrame = ({ name, passwd = "", service, idtag }: Credentials): Data =>
  service ? { serviceID: name, passwd, idtag } : { setID: name, passwd };

/** What a session needs of the client around it. */
export interface SessionDeps {
  readonly events: Emitter<ClientEvents<object>>;
  /** Takes every frame that is no reply. */
  readonly receive: (frame: Data, bytes: Uint8Array | undefined) => void;
  /** Asks the server for its time: the reply proves that the connection is alive. */
  readonly probe: () => void;
}

/** Keeps one connection up and logged in for as long as it is wanted. */
export class Session {
  state: State = "connecting";
  /** Set once the client is closed: why. */
  reason: Fault | undefined;
  sid: number | undefined;
  name: string | undefined;
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
  #credentials: Credentials;
  /** The newest connection, logged in or not. */
  #latest: Connection | undefined;
  #attempts = 0;
  #readySince = 0;
  #cancelPause = () => {};
  #unwatchNetwork = () => {};

  constructor(url: string, options: AnyOptions, deps: SessionDeps) {
    this.clock = options.clock ?? systemClock;
    this.legacy = (options.dialect ?? "achex.2") !== "achex.2";
    this.#options = options;
    this.#deps = deps;
    this.#credentials = options;
    this.#url = addressOf(url, options.instance);
  }

  /** A limit from the server's hello, in its own unit; 0 is none. */
  limit(name: string): number {
    return numberFrom(dataFrom(this.hello.limits)[name]) ?? 0;
  }

  /** Sends a frame that is of no use on another connection; without one it is refused as dropped. */
  control(frame: Data, reply: Reply = () => {}, bytes?: Uint8Array): void {
    if (this.connection) this.connection.request(JSON.stringify(frame), reply, bytes);
    else reply({}, this.reason ?? ownFault("unknown"), true);
  }

  /** Begins, or begins again. Throws when the address is invalid. */
  start(): void {
    this.reason = undefined;
    const when = (waiting: () => void) => () =>
      this.state === "waiting" || this.state === "offline" ? waiting() : this.connection?.check();
    this.#unwatchNetwork = watchNetwork(
      when(() => this.#open()),
      when(() => this.#setState("offline")),
    );
    this.#open();
  }

  ready(): IgnorablePromise<void> {
    const promise = IgnorablePromise.open<void>();
    const look = () => {
      if (this.connection || this.reason) {
        off();
        promise.settle(undefined, this.reason);
      }
    };
    const off = this.#deps.events.on("state", look);
    look();
    return promise;
  }

  login(credentials: Credentials, promise: IgnorablePromise<void>): void {
    this.control(loginFrame(credentials), (result, fault, dropped) => {
      if (dropped) {
        // The next connection logs in with them.
        this.#credentials = credentials;
        if (this.reason && this.reason.code !== "closed") this.start();
        this.ready().then(promise.resolve, (error) => promise.reject(faultFromError(error, "failed")));
      } else {
        // Refused, the session keeps the name it had (PROTOCOL.md A6).
        if (!fault) this.#loggedIn(result, credentials);
        promise.settle(undefined, fault);
      }
    });
  }

  stop(fault: Fault): void {
    if (this.reason) return;
    this.reason = fault;
    this.#cancelPause();
    this.#unwatchNetwork();
    this.connection = undefined;
    this.#latest?.close();
    this.lifecycle.closed(fault);
    this.#setState("closed");
  }

  #open(): void {
    const { dialect, WebSocket = runtimeWebSocket() } = this.#options;
    this.#cancelPause();
    this.#setState("connecting");
    const owner = {
      clock: this.clock,
      received: this.#deps.receive,
      greeted: (connection: Connection, hello: Data) => this.#greeted(connection, hello),
      ended: (code: number, reason: string) => this.#ended(code, reason),
    };
    // A listener may have closed the client.
    if (this.reason) return;
    const codec = this.legacy ? createLegacyCodec(dialect === "cloud") : achex2Codec;
    this.#latest = new Connection(owner, WebSocket, this.#url, codec);
  }

  #greeted(connection: Connection, hello: Data): void {
    if (this.connection) return;
    this.hello = hello;
    this.sid = numberFrom(hello.sid);
    if (this.#credentials.name === undefined) this.#ready(connection);
    else this.#logIn(connection);
  }

  #logIn(connection: Connection): void {
    const credentials = this.#credentials;
    connection.request(JSON.stringify(loginFrame(credentials)), (result, fault, dropped) => {
      if (dropped) return;
      // login() was called meanwhile.
      if (this.#credentials !== credentials) this.#logIn(connection);
      else if (!fault) {
        this.#loggedIn(result, credentials);
        this.#ready(connection);
      } else if (fault.duty === "stop") this.stop(fault);
      else {
        connection.close();
        this.#wait();
      }
    });
  }

  #loggedIn(result: Data, credentials: Credentials): void {
    this.#credentials = credentials;
    this.sid = numberFrom(result.sid) ?? this.sid;
    this.name = textFrom(result.name) || credentials.name;
  }

  #ready(connection: Connection): void {
    this.#readySince = this.clock.now();
    this.connection = connection;
    connection.startHeartbeat(numberFrom(this.hello.heartbeat) ?? 15, this.#deps.probe);
    this.lifecycle.ready(connection);
    this.#setState("ready");
    // Legacy servers are sent nothing the application did not ask for.
    if (!this.legacy) this.#deps.probe();
  }

  #ended(code: number, reason: string): void {
    const wasReady = this.connection;
    this.connection = undefined;
    if (wasReady) {
      if (this.clock.now() - this.#readySince > STEADY) this.#attempts = 0;
      const counts = { unknown: 0, repeated: 0 };
      this.lifecycle.dropped(counts);
      this.#deps.events.emit("lost", { code, reason, ...counts });
    }
    if (this.reason) return;
    if (dutyOf(code) === "stop") this.stop(ownFault("dismissed", `by the server: ${code} ${reason}`));
    else this.#wait();
  }

  #wait(): void {
    const { random = Math.random } = this.#options;
    const pause = random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#attempts++);
    this.#cancelPause = this.clock.after(pause, () => this.#open());
    this.#setState(hasNetwork() ? "waiting" : "offline");
  }

  #setState(state: State): void {
    if (this.state === state) return;
    this.state = state;
    this.#deps.events.emit("state", state);
  }
}
