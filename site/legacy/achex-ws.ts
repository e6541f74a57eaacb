import type { AchexLogo } from "./achex-logo.ts";
import { latency, loginReply, parse, sessionId } from "./frames.ts";
import { Memberships } from "./memberships.ts";
import { addressOf, fades, type Given, isOn, logoOptions, reconnectDelay, textOf } from "./options.ts";
import { type Status, StatusLogo } from "./status-logo.ts";

type State =
  | { readonly kind: "closed" }
  | { readonly kind: "waiting"; readonly timer: number }
  | { readonly kind: "connecting" | "ready"; readonly socket: WebSocket };

/** Limit of messages that wait for a login, so that a page that keeps sending through an outage does not fill the memory. */
const QUEUE_MESSAGES = 1_000;

/** Milliseconds a service waits for its `ok` before it logs in as a user, as servers without services require (K13). */
const SERVICE_TIMEOUT = 1_000;

// document.currentScript is set only while this script runs for the first time.
const script = typeof document === "undefined" ? undefined : document.currentScript;
const source = new URL((script instanceof HTMLScriptElement && script.src) || location.href);

/**
 * The connection of an old page. Its public fields are those of the first library, read at the moment they matter: a page may
 * set `username` before connect(), replace `callback` at any time, read `sid` or `send_buf.length`, or use `ws` itself.
 * Methods are bound, because pages pass them on: `$("#b").click($.achex.connect)`.
 */
export class AchexWs {
  url: unknown;
  port: unknown;
  username: unknown;
  password: unknown;
  service: unknown;
  /** Milliseconds, or false. */
  reconnect: unknown;
  /** Whether every frame is written to the console. */
  dbg: unknown;
  /** Whether the logo fades out once connected. */
  fade: unknown;
  callback: unknown;
  opencallback: unknown;
  closecallback: unknown;

  ready = false;
  /** Session id, -1 without one. */
  sid = -1;
  /** The last latency the server reported, such as `47ms`. */
  ping: string | undefined;
  /** The current WebSocket; an empty object before the first connection. */
  ws: WebSocket | object = {};
  /** Messages that wait for the login, as text. */
  send_buf: unknown = [];
  /** Whether to reconnect when the connection ends: set by connect(), cleared by close(). */
  reconnect_flag: unknown = false;

  #state: State = { kind: "closed" };
  /** Whether this connection began with a greeting (K1), which only classic servers send. */
  #isClassic = false;
  readonly #memberships = new Memberships();
  readonly #statusLogo: StatusLogo;

  constructor(given: Given = {}) {
    // A copy of this file opened from a disk has no host.
    this.url = given.url || (source.host === "" ? "" : addressOf(undefined, undefined, source));
    this.port = given.port ?? null;
    this.username = textOf(given.username);
    // The first servers reject an empty password.
    this.password = textOf(given.password) || "none";
    this.service = given.service ?? false;
    this.reconnect = given.reconnect ?? 3_000;
    this.dbg = isOn(given.dbg);
    this.fade = fades(given);
    this.callback = given.callback;
    this.opencallback = given.opencallback;
    this.closecallback = given.closecallback;
    this.#statusLogo = new StatusLogo(logoOptions(given));
    this.#enter(this.#state);
    if (given.autoconnect !== false) this.connect();
  }

  get canvas(): HTMLCanvasElement {
    return this.#statusLogo.logo.canvas;
  }

  get logo(): AchexLogo {
    return this.#statusLogo.logo;
  }

  isReady = (): boolean => this.ready;

  isConnected = (): boolean => this.ready;

  sID = (): number => this.sid;

  connect = (): void => {
    if (this.#state.kind === "connecting" || this.#state.kind === "ready") return;
    if (this.#state.kind === "waiting") clearTimeout(this.#state.timer);
    try {
      if (textOf(this.username) === "") throw new Error("no username was given");
      this.#open(new WebSocket(addressOf(this.url, this.port, source)));
    } catch (error) {
      this.#enter({ kind: "closed" });
      console.error(`Achex: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  /** Sends an object, or text as it is. Before the login is accepted, the message waits in `send_buf`. */
  send = (message: unknown): void => {
    const text = typeof message === "string" ? message : (JSON.stringify(message) ?? "");
    if (text === "") return;
    const waiting = this.#waiting();
    if (this.#state.kind === "ready") this.#write(this.#state.socket, text);
    else if (waiting.length < QUEUE_MESSAGES) waiting.push(text);
    else console.warn(`Achex: ${QUEUE_MESSAGES} messages are already waiting for a connection; this one was dropped.`);
  };

  /** Sends the messages in `send_buf` if logged in. */
  sendPending = (): void => {
    if (this.#state.kind !== "ready") return;
    const waiting = this.#waiting();
    this.send_buf = [];
    // A page may have put anything there.
    for (const text of waiting) if (typeof text === "string" && text !== "") this.#write(this.#state.socket, text);
  };

  join = (hub: unknown): void => this.send({ joinHub: hub });

  /** Closes the connection. It stays closed until connect() is called. */
  close = (): void => {
    const state = this.#state;
    if (state.kind === "waiting") clearTimeout(state.timer);
    this.reconnect_flag = false;
    this.#enter({ kind: "closed" });
    if ("socket" in state) state.socket.close();
  };

  #waiting(): unknown[] {
    if (Array.isArray(this.send_buf)) return this.send_buf;
    const waiting: unknown[] = [];
    this.send_buf = waiting;
    return waiting;
  }

  #enter(state: State): void {
    this.#state = state;
    this.ready = state.kind === "ready";
    if (!("socket" in state)) this.sid = -1;
    const status: Status = state.kind === "waiting" ? "connecting" : state.kind;
    this.#statusLogo.show(status, isOn(this.fade));
  }

  #open(socket: WebSocket): void {
    this.ws = socket;
    this.#isClassic = false;
    this.reconnect_flag = true;
    this.#enter({ kind: "connecting", socket });
    let serviceTimeout: number | undefined;
    socket.onopen = () => {
      serviceTimeout = this.#login(socket);
    };
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (typeof event.data === "string") this.#receive(event.data, event, socket);
    };
    socket.onclose = () => {
      clearTimeout(serviceTimeout);
      this.#ended(socket);
    };
  }

  /** Both generations accept `setID` (K2, C3) without waiting for a greeting. */
  #login(socket: WebSocket): number | undefined {
    const logIn = (key: "setID" | "serverSetID") =>
      this.#write(socket, JSON.stringify({ [key]: textOf(this.username), passwd: textOf(this.password) }));
    if (!isOn(this.service)) {
      logIn("setID");
      return undefined;
    }
    logIn("serverSetID");
    return window.setTimeout(() => {
      if (this.#state.kind === "connecting") logIn("setID");
    }, SERVICE_TIMEOUT);
  }

  #receive(text: string, event: MessageEvent, socket: WebSocket): void {
    if (isOn(this.dbg)) console.log("Achex <", text);
    const frame = parse(text);
    if (!frame || !("socket" in this.#state) || this.#state.socket !== socket) return;
    const loggingIn = this.#state.kind === "connecting";
    this.ping = latency(frame) ?? this.ping;
    const sid = loggingIn ? sessionId(frame) : undefined;
    // Only the first generation kept its callback from the server's answers to repeated logins and latency requests.
    const reply = loggingIn || this.#isClassic ? loginReply(frame) : undefined;
    if (sid !== undefined) {
      this.sid = sid;
      if (!reply) this.#isClassic = true;
    }
    if (reply?.kind === "granted") this.#granted(socket);
    // The connection stays open: asking again every three seconds with a wrong password only gets throttled.
    else if (reply) console.error(`Achex: "${textOf(this.username)}" was rejected: ${reply.reason}`);
    else if (loggingIn || (this.#isClassic && latency(frame) !== undefined)) return;
    else if (!this.#memberships.isRejoinReply(frame)) this.#call(this.callback, frame, text, event);
  }

  #granted(socket: WebSocket): void {
    // A login repeated by the page keeps its memberships (A6).
    if (this.#state.kind === "connecting") {
      this.#enter({ kind: "ready", socket });
      for (const text of this.#memberships.rejoin()) this.#write(socket, text);
      this.sendPending();
    }
    this.#call(this.opencallback);
  }

  #write(socket: WebSocket, text: string): void {
    if (isOn(this.dbg)) console.log("Achex >", text);
    this.#memberships.record(text);
    socket.send(text);
  }

  #ended(socket: WebSocket): void {
    // After close() the state is already closed. The end of an earlier socket changes nothing.
    if ("socket" in this.#state && this.#state.socket === socket) {
      const delay = isOn(this.reconnect_flag) && reconnectDelay(this.reconnect);
      // The random part prevents all pages from reconnecting to a restarted server at the same moment.
      if (delay === false) this.#enter({ kind: "closed" });
      else this.#enter({ kind: "waiting", timer: window.setTimeout(this.connect, delay * (1 + Math.random() / 5)) });
    }
    this.#call(this.closecallback);
  }

  /** Pages use `this` in their callbacks as they use `$.achex`. */
  #call(callback: unknown, ...values: unknown[]): void {
    if (typeof callback === "function") callback.apply(this, values);
  }
}
