import type { Client, Data, Member, Message } from "@achex/client/full";
import { type ReadonlySignal, signal } from "@preact/signals";
import { nameFrom } from "../../shared/room/names.ts";
import { realTimers, type Timers } from "./timers.ts";

/** How long the operator in control has to answer, ms. */
export const ANSWER_TIME = 30_000;
/** Longer than that without an answer, the page in control is frozen or does not follow the rules, ms. */
const PATIENCE = 3_000;
/** Requests that are shown at the same time. */
const MAX_REQUESTS = 16;

export interface Operator {
  readonly sid: number;
  readonly name: string;
  readonly isMe: boolean;
  readonly isAway: boolean;
  /** Declines to be in control. */
  readonly watches: boolean;
}

/** Somebody asks this operator, who is in control. */
export interface Request {
  readonly sid: number;
  readonly name: string;
  /** When control passes on without an answer, by the clock of the timers. */
  readonly until: number;
}

/** What became of this operator's own request. */
export type Asking =
  | { readonly state: "asked"; readonly of: string; readonly until: number }
  | { readonly state: "refused" | "unanswered"; readonly of: string };

interface ControlOptions {
  /** How others see this operator. */
  readonly name: string;
  readonly watches?: boolean;
  readonly timers?: Timers;
}

interface Pending extends Request {
  readonly cancel: () => void;
}

const isOperator = ({ attributes }: Member): boolean => typeof attributes.operator === "string";

/**
 * Who controls an instrument, as docs/instruments.md describes it: the host of the hub `control-` and its id. The relay names the host
 * and the instrument checks it; this part only asks, answers, and hands over.
 */
export class ControlDesk {
  readonly operators: ReadonlySignal<readonly Operator[]>;
  /** Who is in control; undefined if nobody is, or while it is not known. */
  readonly holder: ReadonlySignal<Operator | undefined>;
  /** Whether the relay has told who is in control. */
  readonly isKnown: ReadonlySignal<boolean>;
  /** The requests of others, oldest first; empty unless this operator is in control. */
  readonly requests: ReadonlySignal<readonly Request[]>;
  readonly asking: ReadonlySignal<Asking | undefined>;
  readonly #operators = signal<readonly Operator[]>([]);
  readonly #holder = signal<Operator | undefined>(undefined);
  readonly #isKnown = signal(false);
  readonly #requests = signal<readonly Pending[]>([]);
  readonly #asking = signal<Asking | undefined>(undefined);
  readonly #timers: Timers;
  readonly #hub: ReturnType<Client<object>["hub"]>;
  readonly #stop: (() => void)[];
  #cancelAsking = () => {};

  constructor(
    private readonly client: Client<object>,
    readonly instrument: string,
    { name, watches = false, timers = realTimers }: ControlOptions,
  ) {
    this.operators = this.#operators;
    this.holder = this.#holder;
    this.isKnown = this.#isKnown;
    this.requests = this.#requests;
    this.asking = this.#asking;
    this.#timers = timers;
    const hub = client.hub(`control-${instrument}`);
    this.#hub = hub;
    this.#stop = [
      hub.subscribe(() => this.#look()),
      hub.on("message", (message) => this.#received(message)),
      // A refusal comes to the session, not through the hub.
      client.on("message", (message) => message.kind === "session" && this.#answered(message)),
    ];
    hub.join({ state: true, presence: true, host: !watches, attributes: { operator: name, watches } }).then(
      () => this.#look(),
      () => {},
    );
  }

  get isMine(): boolean {
    return this.#holder.value?.isMe === true;
  }

  setName(name: string): void {
    this.#hub.setAttributes({ operator: name }).catch(() => {});
  }

  /** Whether this operator only watches. Control passes to somebody else, if there is anybody. */
  async watch(watches: boolean): Promise<void> {
    if (watches) this.withdraw();
    await this.#hub.setAttributes({ watches });
    await this.#hub.join({ host: !watches });
    this.#look();
  }

  /** Asks the operator in control. */
  ask(): void {
    const holder = this.#holder.peek();
    if (!holder || holder.isMe) return;
    this.#cancelAsking();
    this.#asking.value = { state: "asked", of: holder.name, until: this.#timers.now() + ANSWER_TIME };
    this.#hub.send({ ask: "control" }).catch(() => this.#endAsking(undefined));
    const giveUp = () => this.#endAsking({ state: "unanswered", of: holder.name });
    this.#cancelAsking = this.#timers.after(ANSWER_TIME + PATIENCE, giveUp);
  }

  withdraw(): void {
    if (this.#asking.peek()?.state === "asked") this.#hub.send({ ask: "withdrawn" }).catch(() => {});
    this.#endAsking(undefined);
  }

  /** Hands over, to somebody who has asked or not. */
  async grant(sid: number): Promise<void> {
    this.#forget(sid);
    await this.#hub.handOver(sid);
  }

  refuse(sid: number): void {
    this.#forget(sid);
    this.client
      .session(sid)
      .send({ ask: "refused", instrument: this.instrument })
      .catch(() => {});
  }

  #look(): void {
    const { members, host, status } = this.#hub;
    const operators = members.filter(isOperator).map(
      ({ sid, name, attributes, away = false }): Operator => ({
        ...{ sid, isAway: away, isMe: sid === this.client.sid },
        name: nameFrom(attributes.operator, nameFrom(name, "Operator")),
        watches: attributes.watches === true,
      }),
    );
    this.#operators.value = operators;
    const before = this.#holder.peek();
    // A script can be in control without telling how it wants to be called.
    this.#holder.value =
      host &&
      (operators.find(({ sid }) => sid === host.sid) ?? {
        ...{ sid: host.sid, name: nameFrom(host.name, "Operator"), isMe: host.sid === this.client.sid },
        ...{ isAway: false, watches: false },
      });
    this.#isKnown.value = status === "in";
    if (before?.sid !== host?.sid) this.#passed();
    for (const { sid } of this.#requests.peek()) if (!members.some((one) => one.sid === sid)) this.#forget(sid);
  }

  /** Somebody else is in control now. */
  #passed(): void {
    const holder = this.#holder.peek();
    if (!holder?.isMe) this.#forgetAll();
    if (this.#asking.peek()?.state !== "asked") {
      this.#endAsking(undefined);
      return;
    }
    if (!holder || holder.isMe) this.#endAsking(undefined);
    // The request was for the one before.
    else this.ask();
  }

  #received({ data, sid }: Message<Data>): void {
    if (data.ask === "withdrawn") this.#forget(sid);
    if (data.ask !== "control" || !this.#hub.isHost || sid === this.client.sid) return;
    const requests = this.#requests.peek();
    if (requests.length >= MAX_REQUESTS || requests.some((one) => one.sid === sid)) return;
    const member = this.#hub.members.find((one) => one.sid === sid);
    const request = {
      ...{ sid, name: nameFrom(member?.attributes.operator, nameFrom(member?.name, "Somebody")) },
      until: this.#timers.now() + ANSWER_TIME,
      cancel: this.#timers.after(ANSWER_TIME, () => void this.grant(sid).catch(() => {})),
    };
    this.#requests.value = [...requests, request];
  }

  #answered({ data, sid }: Message<Data>): void {
    const holder = this.#holder.peek();
    if (data.ask !== "refused" || sid !== holder?.sid || this.#asking.peek()?.state !== "asked") return;
    if (data.instrument !== undefined && data.instrument !== this.instrument) return;
    this.#endAsking({ state: "refused", of: holder.name });
  }

  #endAsking(asking: Asking | undefined): void {
    this.#cancelAsking();
    this.#cancelAsking = () => {};
    this.#asking.value = asking;
  }

  #forget(sid: number): void {
    const found = this.#requests.peek().find((one) => one.sid === sid);
    if (!found) return;
    found.cancel();
    this.#requests.value = this.#requests.peek().filter((one) => one !== found);
  }

  #forgetAll(): void {
    for (const { cancel } of this.#requests.peek()) cancel();
    this.#requests.value = [];
  }

  close(): void {
    this.withdraw();
    this.#forgetAll();
    for (const stop of this.#stop) stop();
    this.#hub.leave().catch(() => {});
  }
}
