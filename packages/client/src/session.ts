import { dutyOf } from "@achex/protocol";
import type { Credentials, State } from "./api.ts";
import { pause } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { type Data, numberFrom, textFrom } from "./data.ts";
import { Fault, ownFault } from "./fault.ts";
import { Link, type LinkParts, type Reply } from "./link.ts";
import { achex2, type Speech } from "./speech.ts";
import { hasNetwork, watchWake } from "./wake.ts";

/** A connection that lived for so long, ms, was no failed attempt. */
const STEADY = 5_000;

export interface SessionParts extends Omit<LinkParts, "hello" | "ended" | "speech"> {
  readonly dialect: "achex.2" | "classic" | "cloud";
  readonly random: () => number;
  readonly clock: Clock;
  /** Logged in, for the first time or again. */
  up(link: Link, hello: Data): void;
  /** A connection that was up is cut. */
  down(code: number, reason: string): void;
  changed(state: State): void;
  /** Nothing will be sent any more. */
  stopped(fault: Fault): void;
}

/** Keeps one connection up and logged in for as long as it is wanted. */
export class Session {
  state: State = "connecting";
  reason: Fault | undefined;
  sid: number | undefined;
  name: string | undefined;
  hello: Data = {};
  /** Set while logged in. */
  link: Link | undefined;
  #opening: Link | undefined;
  #attempts = 0;
  #since = 0;
  #cancelPause: (() => void) | undefined;
  #unwatch: () => void;

  readonly #parts: SessionParts;
  #credentials: Credentials;

  constructor(parts: SessionParts, credentials: Credentials) {
    this.#parts = parts;
    this.#credentials = credentials;
    this.#unwatch = this.#watch();
  }

  /** Throws when the address is none. */
  open(): void {
    const { dialect } = this.#parts;
    this.#cancelPause?.();
    this.#set("connecting");
    if (dialect === "achex.2") this.#connect(achex2);
    else {
      import("./old.ts").then(
        ({ oldSpeech }) => this.reason || this.#connect(oldSpeech(dialect)),
        () => this.#wait(),
      );
    }
  }

  #connect(speech: Speech): void {
    let greeted = false;
    const link: Link = new Link({
      ...this.#parts,
      speech,
      hello: (hello) => {
        if (greeted) return;
        greeted = true;
        this.#greeted(link, hello);
      },
      ended: (code, reason) => this.#ended(code, reason),
    });
    this.#opening = link;
  }

  /** Logs in under other credentials, now or with the next connection. Rejects as cut without a connection. */
  login(credentials: Credentials, reply: Reply): void {
    const before = this.#credentials;
    this.#credentials = credentials;
    if (this.reason) {
      this.reason = undefined;
      this.#unwatch = this.#watch();
      this.open();
    }
    const { link } = this;
    if (!link) {
      reply.reject(ownFault("unknown"), true);
      return;
    }
    link.request(loginBody(credentials), undefined, {
      resolve: (result) => {
        this.#named(result, credentials);
        reply.resolve(result);
      },
      reject: (fault, cut) => {
        // The session keeps the name it had (PROTOCOL.md A6), also over the next cut.
        if (!cut && this.#credentials === credentials) this.#credentials = before;
        reply.reject(fault, cut);
      },
    });
  }

  stop(fault: Fault): void {
    if (this.reason) return;
    this.reason = fault;
    this.#cancelPause?.();
    this.#unwatch();
    const link = this.link ?? this.#opening;
    this.link = undefined;
    this.#opening = undefined;
    link?.close();
    this.#parts.stopped(fault);
    this.#set("closed");
  }

  #greeted(link: Link, hello: Data): void {
    this.hello = hello;
    this.sid = numberFrom(hello.sid);
    if (this.#credentials.name === undefined) this.#ready(link);
    else this.#logIn(link);
  }

  #logIn(link: Link): void {
    const credentials = this.#credentials;
    link.request(loginBody(credentials), undefined, {
      resolve: (result) => {
        // login() was called meanwhile.
        if (this.#credentials !== credentials) return this.#logIn(link);
        this.#named(result, credentials);
        this.#ready(link);
      },
      reject: (fault, cut) => {
        if (cut) return;
        if (this.#credentials !== credentials) return this.#logIn(link);
        if (fault.duty === "stop") return this.stop(fault);
        link.close();
        this.#opening = undefined;
        this.#wait();
      },
    });
  }

  #named(result: Data, { name }: Credentials): void {
    this.sid = numberFrom(result.sid) ?? this.sid;
    this.name = textFrom(result.name) || name;
  }

  #ready(link: Link): void {
    this.#since = this.#parts.clock.now();
    this.#opening = undefined;
    this.link = link;
    link.ready(numberFrom(this.hello.heartbeat) ?? 15);
    this.#parts.up(link, this.hello);
    this.#set("ready");
  }

  #ended(code: number, reason: string): void {
    const wasUp = this.link !== undefined;
    this.link = undefined;
    this.#opening = undefined;
    if (wasUp) {
      if (this.#parts.clock.now() - this.#since > STEADY) this.#attempts = 0;
      this.#parts.down(code, reason);
    }
    if (this.reason) return;
    if (dutyOf(code) === "stop") this.stop(new Fault("closed", `The server closed the connection: ${code} ${reason}`));
    else this.#wait();
  }

  #wait(): void {
    const { clock, random } = this.#parts;
    this.#cancelPause = clock.after(pause(this.#attempts++, random), () => this.open());
    this.#set(hasNetwork() ? "waiting" : "offline");
  }

  #watch(): () => void {
    const idle = () => this.state === "waiting" || this.state === "offline";
    return watchWake({
      wake: () => {
        if (idle()) this.open();
        else this.link?.check();
      },
      offline: () => {
        if (idle()) this.#set("offline");
        else this.link?.check();
      },
    });
  }

  #set(state: State): void {
    if (this.state === state && state !== "connecting") return;
    this.state = state;
    this.#parts.changed(state);
  }
}

function loginBody({ name, passwd = "", service, idtag }: Credentials): string {
  if (service) return JSON.stringify({ serviceID: name, passwd, idtag });
  return JSON.stringify({ setID: name, passwd });
}
