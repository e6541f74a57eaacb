import { type Clock, systemClock } from "./clock.ts";
import type { Connection, Reply } from "./connection.ts";
import { sendControl } from "./control.ts";
import type { CredentialsSource } from "./credentials.ts";
import type { Emitter } from "./emitter.ts";
import { type Fault, setFaultSite } from "./fault.ts";
import { Identity } from "./identity.ts";
import type { IgnorablePromise } from "./ignorable-promise.ts";
import type { Bytes, Data } from "./json.ts";
import { deviceFrom } from "./kept/device.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { AnyEvents, AnyOptions, ReadyOptions, State } from "./options.ts";
import { addressOf } from "./socket.ts";
import { whenReady } from "./when-ready.ts";

/** What a session needs from its client. */
export interface SessionDeps {
  readonly events: Emitter<AnyEvents>;
  /** Called for every frame that is not a reply. */
  readonly receive: (frame: Data, text: string, bytes: Bytes | undefined) => void;
  /** Requests the server's time; the reply proves that the connection is alive. */
  readonly probe: () => void;
}

/** What the rest of the client sees of its session. */
export abstract class SessionBase {
  state: State = "idle";
  /** Why the client is closed; undefined while it is not. */
  reason: Fault | undefined;
  readonly identity = new Identity();
  /** Those of the next login. */
  credentials: CredentialsSource;
  /** Set from a login until the server's session has ended, also while its transport has dropped and it may be resumed. */
  connection: Connection | undefined;
  /** Why the last attempt failed; cleared when the client is ready. */
  lastFailure: Fault | undefined;
  readonly lifecycle = new Lifecycle();
  readonly clock: Clock;
  /** The device whose inbox follows a login. */
  readonly device: string | undefined;
  /** The session was taken over from the page before. */
  isInherited = false;
  /** True if the connection uses a legacy dialect. */
  readonly legacy: boolean;
  protected readonly deps: SessionDeps;
  protected readonly options: AnyOptions;
  protected readonly url: string;

  constructor(url: string, options: AnyOptions, deps: SessionDeps) {
    this.clock = options.clock ?? systemClock;
    this.device = deviceFrom(options.inbox);
    this.legacy = options.dialect !== undefined;
    this.options = options;
    this.deps = deps;
    this.credentials = options.credentials ?? options;
    this.url = addressOf(url, options.instance);
    // The site of a legacy server does not explain faults.
    if (!this.legacy) setFaultSite(this.url.replace(/^ws([^/]*\/\/[^/?]+).*/i, "http$1"));
  }

  /** Sends a frame that only makes sense in the current session of the server; fails as dropped if there is none. */
  control(frame: Data, reply?: Reply, bytes?: Uint8Array): void {
    sendControl(this, frame, reply, bytes);
  }

  ready(options: ReadyOptions = {}): IgnorablePromise<void> {
    return whenReady(this, this.deps.events, options);
  }

  protected setState(state: State): void {
    if (this.state === state) return;
    this.state = state;
    this.deps.events.emit("state", state);
  }
}
