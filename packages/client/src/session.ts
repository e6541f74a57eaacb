import { dutyOf } from "@achex/protocol";
import type { ClientEvents, Credentials, State } from "./api.ts";
import { pause } from "./backoff.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Data, dataFrom, numberFrom, textFrom } from "./data.ts";
import { Emitter } from "./emitter.ts";
import { type Fault, ownFault } from "./fault.ts";
import type { AnswerTaker, CallTaker, Part, Wire } from "./host.ts";
import { Link, type LinkOwner, type Reply } from "./link.ts";
import type { AnyContract, AnyOptions, AnySchemas } from "./options.ts";
import { Outcome } from "./outcome.ts";
import { addressOf, ownWebSocket } from "./socket.ts";
import { achex2, type Speech } from "./speech.ts";
import { hasNetwork, watchWake } from "./wake.ts";

/** A connection that lived for so long, ms, was no failed attempt. */
const STEADY = 5_000;

const loginOf = ({ name, passwd = "", service, idtag }: Credentials): Data =>
  service ? { serviceID: name, passwd, idtag } : { setID: name, passwd };

/** Keeps one connection up and logged in for as long as it is wanted. */
export abstract class Session extends Emitter<ClientEvents<AnyContract>> implements Wire, LinkOwner {
  state: State = "connecting";
  reason: Fault | undefined;
  sid: number | undefined;
  name: string | undefined;
  hello: Data = {};
  link: Link | undefined;
  asked: CallTaker | undefined;
  streamed: CallTaker | undefined;
  watched: ((frame: Data) => void) | undefined;
  calls = 0;
  readonly parts = new Set<Part>();
  readonly answers = new Map<number, AnswerTaker>();
  readonly clock: Clock;
  protected readonly options: AnyOptions;
  protected readonly schemas: AnySchemas;
  /** It speaks the original protocol. */
  protected readonly old: boolean;
  readonly #url: string;
  #credentials: Credentials;
  #latest: Link | undefined;
  #attempts = 0;
  #since = 0;
  #cancelPause = () => {};
  #unwatch = () => {};

  constructor(url: string, options: AnyOptions) {
    super();
    this.clock = options.clock ?? systemClock;
    this.options = options;
    this.schemas = options.schemas ?? {};
    this.old = (options.dialect ?? "achex.2") !== "achex.2";
    this.#credentials = options;
    this.#url = addressOf(url, options.instance);
  }

  abstract frame(frame: Data, bytes: Uint8Array | undefined): void;

  /** Asks the server for its time. */
  protected abstract measure(): void;

  // A field, so that it can be handed on as it is. Whoever gave up himself need not be told.
  readonly fault = (fault: Fault): void => {
    if (fault.code !== "aborted") this.emit("fault", fault);
  };

  limit(name: string): number {
    return numberFrom(dataFrom(this.hello.limits)[name]) ?? 0;
  }

  control(frame: Data, reply: Reply = () => {}, bytes?: Uint8Array): void {
    if (this.link) this.link.request(JSON.stringify(frame), reply, bytes);
    else reply({}, this.reason ?? ownFault("unknown"), true);
  }

  refuse(toS: number, id: unknown): void {
    const fault = { code: "no-handler", message: "Nobody handles it." };
    this.control({ toS, $answer: { id, fault } });
  }

  /** Begins, or begins again. Throws when the address is none. */
  protected start(): void {
    this.reason = undefined;
    const either = (idle: () => void) => () =>
      this.state === "waiting" || this.state === "offline" ? idle() : this.link?.check();
    this.#unwatch = watchWake(
      either(() => this.#open()),
      either(() => this.#set("offline")),
    );
    this.#open();
  }

  ready(): Promise<void> {
    const outcome = Outcome.open<void>();
    const look = () => {
      if (this.link || this.reason) {
        off();
        outcome.end(undefined, this.reason);
      }
    };
    const off = this.on("state", look);
    look();
    return outcome;
  }

  login(credentials: Credentials): Promise<void> {
    const outcome = Outcome.open<void>(this.fault);
    this.control(loginOf(credentials), (result, fault, cut) => {
      if (cut) {
        // It is part of the next connection's beginning.
        this.#credentials = credentials;
        if (this.reason && this.reason.code !== "closed") this.start();
        this.ready().then(outcome.resolve, outcome.reject);
      } else {
        // Refused, the session keeps the name it had (PROTOCOL.md A6).
        if (!fault) this.#named(result, credentials);
        outcome.end(undefined, fault);
      }
    });
    return outcome;
  }

  protected stop(fault: Fault): void {
    if (this.reason) return;
    this.reason = fault;
    this.#cancelPause();
    this.#unwatch();
    this.link = undefined;
    this.#latest?.close();
    for (const part of this.parts) part.stop?.(fault);
    this.#set("closed");
  }

  greeted(link: Link, hello: Data): void {
    if (this.link) return;
    this.hello = hello;
    this.sid = numberFrom(hello.sid);
    if (this.#credentials.name === undefined) this.#ready(link);
    else this.#logIn(link);
  }

  ended(code: number, reason: string): void {
    const wasUp = this.link;
    this.link = undefined;
    if (wasUp) {
      if (this.clock.now() - this.#since > STEADY) this.#attempts = 0;
      const counts = { unknown: 0, repeated: 0 };
      for (const part of this.parts) part.down?.(counts);
      this.emit("lost", { code, reason, ...counts });
    }
    if (this.reason) return;
    if (dutyOf(code) === "stop") this.stop(ownFault("dismissed", `by the server: ${code} ${reason}`));
    else this.#wait();
  }

  #open(): void {
    const { dialect, WebSocket = ownWebSocket() } = this.options;
    this.#cancelPause();
    this.#set("connecting");
    const connect = (speech: Speech) => {
      if (!this.reason) this.#latest = new Link(this, WebSocket, this.#url, speech);
    };
    if (!this.old) connect(achex2);
    else {
      import("./old.ts").then(
        ({ oldSpeech }) => connect(oldSpeech(dialect === "cloud")),
        () => this.#wait(),
      );
    }
  }

  #logIn(link: Link): void {
    const credentials = this.#credentials;
    link.request(JSON.stringify(loginOf(credentials)), (result, fault, cut) => {
      if (cut) return;
      // login() was called meanwhile.
      if (this.#credentials !== credentials) this.#logIn(link);
      else if (!fault) {
        this.#named(result, credentials);
        this.#ready(link);
      } else if (fault.duty === "stop") this.stop(fault);
      else {
        link.close();
        this.#wait();
      }
    });
  }

  #named(result: Data, credentials: Credentials): void {
    this.#credentials = credentials;
    this.sid = numberFrom(result.sid) ?? this.sid;
    this.name = textFrom(result.name) || credentials.name;
  }

  #ready(link: Link): void {
    this.#since = this.clock.now();
    this.link = link;
    link.ready(numberFrom(this.hello.heartbeat) ?? 15, () => this.measure());
    // The newest first: rooms are joined before the outbox, the first of all, sends to them.
    for (const part of [...this.parts].reverse()) part.up?.(link);
    this.#set("ready");
    // The old servers are sent nothing they were not asked for.
    if (!this.old) this.measure();
  }

  #wait(): void {
    const { random = Math.random } = this.options;
    this.#cancelPause = this.clock.after(pause(this.#attempts++, random), () => this.#open());
    this.#set(hasNetwork() ? "waiting" : "offline");
  }

  #set(state: State): void {
    if (this.state === state) return;
    this.state = state;
    this.emit("state", state);
  }
}
