import { loginReply, parse, sessionId } from "./frames.ts";
import { Memberships } from "./memberships.ts";
import type { Options } from "./options.ts";

/** What the logo shows. */
export type Status = "closed" | "connecting" | "ready";

type State =
  | { readonly kind: "closed" }
  | { readonly kind: "waiting"; readonly timer: number }
  | { readonly kind: "connecting" | "ready"; readonly socket: WebSocket };

/** Frames kept until the next login; a page that sends on through an outage must not fill the memory. */
const QUEUE_FRAMES = 1_000;

/** How long a service waits for its `ok` before it logs in as a user, which is what servers without services know (K13). */
const SERVICE_PATIENCE = 1_000;

/** One connection to the relay after another, logged in, with what the page sends meanwhile kept in order. */
export class Connection {
  #state: State = { kind: "closed" };
  #sid = -1;
  #queue: string[] = [];
  readonly #memberships = new Memberships();
  readonly #options: Options;
  readonly #show: (status: Status) => void;

  constructor(options: Options, show: (status: Status) => void) {
    this.#options = options;
    this.#show = show;
  }

  get isReady(): boolean {
    return this.#state.kind === "ready";
  }

  /** Session id of the connection at hand, -1 without one. */
  get sid(): number {
    return this.#sid;
  }

  connect(): void {
    if (this.#state.kind === "connecting" || this.#state.kind === "ready") return;
    if (this.#state.kind === "waiting") clearTimeout(this.#state.timer);
    const socket = new WebSocket(this.#options.url);
    this.#enter({ kind: "connecting", socket });
    let patience: number | undefined;
    socket.onopen = () => {
      patience = this.#login(socket);
    };
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (typeof event.data === "string") this.#receive(event.data, event, socket);
    };
    socket.onclose = () => {
      clearTimeout(patience);
      this.#ended(socket);
    };
  }

  send(text: string): void {
    if (text === "") return;
    if (this.#state.kind === "ready") this.#write(this.#state.socket, text);
    else if (this.#queue.length < QUEUE_FRAMES) this.#queue.push(text);
    else console.warn(`Achex: not connected, and ${QUEUE_FRAMES} messages wait already; this one is dropped.`);
  }

  /** Ends it; nothing reconnects until connect() is called. */
  close(): void {
    const state = this.#state;
    if (state.kind === "waiting") clearTimeout(state.timer);
    this.#enter({ kind: "closed" });
    if ("socket" in state) state.socket.close();
  }

  #enter(state: State): void {
    this.#state = state;
    if (!("socket" in state)) this.#sid = -1;
    this.#show(state.kind === "waiting" ? "connecting" : state.kind);
  }

  /** Both generations take `setID` (K2, C3), and neither needs to be waited for. */
  #login(socket: WebSocket): number | undefined {
    const { username, password, service } = this.#options;
    const logIn = (key: "setID" | "serverSetID") =>
      this.#write(socket, JSON.stringify({ [key]: username, passwd: password }));
    if (!service) {
      logIn("setID");
      return undefined;
    }
    logIn("serverSetID");
    return window.setTimeout(() => {
      if (this.#state.kind === "connecting") logIn("setID");
    }, SERVICE_PATIENCE);
  }

  #receive(text: string, event: MessageEvent, socket: WebSocket): void {
    if (this.#options.debug) console.log("Achex <", text);
    const frame = parse(text);
    if (!frame || !("socket" in this.#state) || this.#state.socket !== socket) return;
    const reply = this.#state.kind === "connecting" ? loginReply(frame) : undefined;
    if (this.#state.kind === "connecting") this.#sid = sessionId(frame) ?? this.#sid;
    if (reply?.kind === "granted") this.#granted(socket);
    // The connection stays: whoever asks again every three seconds with a wrong password only gets throttled.
    else if (reply) console.error(`Achex: "${this.#options.username}" was refused: ${reply.reason}`);
    else if (this.#state.kind === "ready" && !this.#memberships.isOwnAnswer(frame)) {
      this.#options.received(frame, text, event);
    }
  }

  #granted(socket: WebSocket): void {
    this.#enter({ kind: "ready", socket });
    for (const text of this.#memberships.restore()) this.#write(socket, text);
    const waiting = this.#queue;
    this.#queue = [];
    for (const text of waiting) this.#write(socket, text);
    this.#options.opened();
  }

  #write(socket: WebSocket, text: string): void {
    if (this.#options.debug) console.log("Achex >", text);
    this.#memberships.note(text);
    socket.send(text);
  }

  #ended(socket: WebSocket): void {
    const { reconnect, closed } = this.#options;
    // After close() the state is closed already; a socket of an earlier connection changes nothing.
    if ("socket" in this.#state && this.#state.socket === socket) {
      // A restarted server must not be met by all its pages in the same instant.
      const pause = reconnect === false ? 0 : reconnect * (1 + Math.random() / 5);
      if (reconnect === false) this.#enter({ kind: "closed" });
      else this.#enter({ kind: "waiting", timer: window.setTimeout(() => this.connect(), pause) });
    }
    closed();
  }
}
