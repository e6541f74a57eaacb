import { Emitter } from "../emitter.ts";
import { type Fault, faultFromError, ownFault } from "../fault.ts";
import { kindOf } from "../frames.ts";
import { IgnorablePromise } from "../ignorable-promise.ts";
import type { ClientInternals } from "../internals.ts";
import { type Data, dataFrom, isData, numberFrom } from "../json.ts";
import { entryFor, type StateSchemas, validated } from "../schema.ts";
import { StateReplica } from "./replica.ts";
import type { RoomState, StateEvents, WriteOptions, Written } from "./state-api.ts";

/** Attempts of update() before it gives up; each conflict means that another write succeeded. */
const ATTEMPTS = 100;

const nothing = () => {};

interface Waiter {
  /** The version it waits for. */
  readonly version: number;
  readonly wake: (fault?: Fault) => void;
}

/** The state of one room as applications see it: a copy that follows the server, and requests to change it. */
export class ClientRoomState implements RoomState<Data> {
  readonly #internals: ClientInternals;
  readonly #address: Data;
  readonly #schemas: StateSchemas | undefined;
  readonly #follows: () => boolean;
  readonly #events = new Emitter<StateEvents<Data>>();
  readonly #replica: StateReplica;
  readonly #waiters = new Set<Waiter>();
  /** The last update() of each key: two of this client would only conflict with each other. */
  readonly #updates = new Map<string, Promise<void>>();

  /** `address` names the room, such as `{ hub: "h" }`; `follows` says whether the server sends its state to this client. */
  constructor(internals: ClientInternals, address: Data, schemas: StateSchemas | undefined, follows: () => boolean) {
    this.#internals = internals;
    this.#address = address;
    this.#schemas = schemas;
    this.#follows = follows;
    this.#replica = new StateReplica((key, value) => {
      try {
        return this.#validated(key, value);
      } catch (error) {
        internals.report(faultFromError(error, "invalid"));
        throw error;
      }
    });
  }

  get size(): number {
    return this.#replica.size;
  }

  get version(): number {
    return this.#replica.version ?? 0;
  }

  get(key: string): unknown {
    return this.#replica.get(key);
  }

  has(key: string): boolean {
    return this.#replica.has(key);
  }

  entries(prefix = ""): IterableIterator<[string, unknown]> {
    return this.#replica.entries(prefix);
  }

  [Symbol.iterator](): IterableIterator<[string, unknown]> {
    return this.entries();
  }

  snapshot(): Readonly<Data> {
    return this.#replica.snapshot;
  }

  on<E extends keyof StateEvents<Data>>(type: E, listener: (event: StateEvents<Data>[E]) => void): () => void {
    return this.#events.on(type, listener);
  }

  subscribe(listener: () => void): () => void {
    return this.on("change", listener);
  }

  set(key: string | object, value?: unknown, options?: WriteOptions): IgnorablePromise<Written> {
    return this.#run((promise) => {
      if (typeof key === "string") this.#write(promise, { [key]: value }, options);
      else this.#write(promise, objectFrom(key), value);
    });
  }

  delete(key: string | readonly string[], options?: WriteOptions): IgnorablePromise<Written> {
    return this.#run((promise) => {
      const keys = [key].flat().map((one) => [textKey(one), undefined]);
      this.#write(promise, Object.fromEntries(keys), options);
    });
  }

  increment(key: string, by = 1, options?: WriteOptions): IgnorablePromise<number> {
    return this.#run((promise) => {
      const change = { increment: { [textKey(key)]: by } };
      this.#send(
        [key],
        change,
        options,
        promise,
        ({ values }) => numberFrom(dataFrom(values)[key] ?? this.get(key)) ?? 0,
      );
    });
  }

  update(key: string, fn: (value: unknown) => unknown, options?: WriteOptions): IgnorablePromise<unknown> {
    return this.#run((promise) => {
      textKey(key);
      if (typeof fn !== "function") throw ownFault("invalid", "update() takes a function.");
      const update = (this.#updates.get(key) ?? Promise.resolve()).then(() => this.#update(key, fn, options));
      const done: Promise<void> = update.then(nothing, nothing).then(() => {
        if (this.#updates.get(key) === done) this.#updates.delete(key);
      });
      this.#updates.set(key, done);
      promise.follow(update);
    });
  }

  /** Handles a `$state` frame. */
  received(frame: Data): void {
    const change = this.#replica.apply(frame);
    if (!change) return;
    const { version } = this;
    for (const waiter of this.#waiters) if (change.whole || waiter.version <= version) this.#wake(waiter);
    if (change.keys.length > 0 || change.whole) this.#events.emit("change", { ...change, version });
  }

  /** Called when this client no longer follows the state. */
  ended(fault: Fault): void {
    for (const waiter of this.#waiters) this.#wake(waiter, fault);
    const keys = [...this.#replica.entries("")].map(([key]) => key);
    this.#replica.clear();
    if (keys.length > 0) this.#events.emit("change", { keys, version: 0, whole: true });
  }

  async #update(key: string, fn: (value: unknown) => unknown, options: WriteOptions | undefined): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      // Before the first map it would be called with undefined, as if the key did not exist.
      await this.#reached(this.#replica.version ?? 0);
      const unchangedSince = this.version;
      const value = fn(this.get(key));
      if (value === undefined) return this.get(key);
      try {
        await this.set(key, value, { ...options, unchangedSince, ifConnected: false });
        return value;
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "state-conflict") || attempt >= ATTEMPTS)
          throw error;
      }
      // The other write may still be on its way.
      await this.#reached(unchangedSince + 1);
    }
  }

  /** Resolves when this copy has the version. */
  #reached(version: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#follows()) reject(ownFault("invalid", "update() needs the state: join({ state: true })."));
      else if (this.#replica.version !== undefined && this.version >= version) resolve();
      else this.#waiters.add({ version, wake: (fault) => (fault ? reject(fault) : resolve()) });
    });
  }

  #wake(waiter: Waiter, fault?: Fault): void {
    if (this.#waiters.delete(waiter)) waiter.wake(fault);
  }

  #run<T>(begin: (promise: IgnorablePromise<T>) => void): IgnorablePromise<T> {
    return IgnorablePromise.run(this.#internals.report, begin);
  }

  #validated(key: string, value: unknown): unknown {
    return validated(entryFor(this.#schemas, key), value, `state ${key}`, this.#name);
  }

  get #name(): string {
    return String(Object.values(this.#address)[0]);
  }

  /** Sets the keys that have a value and deletes the others. */
  #write(promise: IgnorablePromise<Written>, changes: object, options: unknown): void {
    const entries: readonly [string, unknown][] = Object.entries(changes);
    const set = entries.filter(([, value]) => value !== undefined);
    for (const [key, value] of set) this.#validated(key, value);
    const gone = entries.filter(([, value]) => value === undefined).map(([key]) => key);
    const change = {
      ...(set.length > 0 && { values: Object.fromEntries(set) }),
      ...(gone.length > 0 && { delete: gone }),
    };
    const keys = entries.map(([key]) => key);
    this.#send(keys, change, options, promise, ({ version, dropped }) => ({
      version: numberFrom(version) ?? this.version,
      ...(dropped === true && { dropped }),
    }));
  }

  /** The promise resolves when the change shows in this copy, so that a program reads what it has written. */
  #send<T>(
    keys: readonly string[],
    change: Data,
    options: unknown,
    promise: IgnorablePromise<T>,
    resultFrom: (result: Data) => T,
  ): void {
    const { own, term, unchangedSince, ifConnected } = dataFrom(options);
    // A term that is missing by mistake would make an unfenced write of a fenced one.
    for (const [name, number] of Object.entries({ term, unchangedSince }))
      if (name in dataFrom(options) && typeof number !== "number")
        throw ownFault("invalid", `${name} must be a number.`);
    const conditions = unchangedSince !== undefined && {
      if: Object.fromEntries(keys.map((key) => [key, unchangedSince])),
    };
    const $set = { ...this.#address, ...change, ...conditions, term, ...(own === true && { own }) };
    this.#internals.outbox.send({
      body: JSON.stringify({ $set }, checkedJson),
      ifConnected: ifConnected === true,
      done: (result, fault) => {
        const version = numberFrom(result.version) ?? 0;
        const settle = (end?: Fault) => promise.settle(resultFrom(result), end);
        if (fault || result.dropped === true || !this.#follows() || version <= this.version) settle(fault);
        // Accepted, even if the state is no longer followed when it would have arrived.
        else this.#waiters.add({ version, wake: () => settle() });
      },
    });
  }
}

function textKey(key: unknown): string {
  if (typeof key === "string") return key;
  throw ownFault("bad-payload", `A key of state must be a string, not ${kindOf(key)}.`);
}

function objectFrom(values: unknown): object {
  if (isData(values) && kindOf(values) === "Object") return values;
  throw ownFault("bad-payload", `set() takes a key or an object, not ${kindOf(values)}.`);
}

const jsonKinds: readonly string[] = ["Object", "Array", "String", "Number", "Boolean", "Null", "Undefined"];

/** A replacer for JSON.stringify that rejects what it would turn into something else without saying so: NaN, a Map, a function. */
function checkedJson(_: string, value: unknown): unknown {
  const kind = kindOf(value);
  if (jsonKinds.includes(kind) && (typeof value !== "number" || Number.isFinite(value))) return value;
  throw ownFault("bad-payload", `State holds JSON values, not ${kind === "Number" ? value : kind}.`);
}
