import type { Fault, Room } from "@achex/client";
import { type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import type { Schemas } from "./definition.ts";
import { shortHash } from "./hash.ts";

type Data = Record<string, unknown>;
type Accepted = ReadonlyMap<string, unknown>;

/** Keys of the room's state: one for each value, and one with the hashes of all values. */
const HASHES = "host";
const keyOf = (name: string) => `${HASHES}/${name}`;
/** The attribute of the host with the hash of the hashes. */
export const SUM = "sum";
/** Faults that another member can cause: by own keys of the same name, or by filling the state. */
const OBSTRUCTED: readonly string[] = ["not-owner", "state-full"];
/** Pause before a value that was overwritten is written again, ms. A member who overwrites all the time must not set the pace. */
const REPAIR = 50;

const isData = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);

export interface CheckpointsOptions {
  readonly hub: Room<Data, Data>;
  /** By name. */
  readonly schemas: Schemas;
  setSum(sum: string): void;
  /** Sends values to everybody, or to a session, as the host. */
  sendValues(values: Data, sid?: number): void;
  reject(reason: string): void;
}

/**
 * What the host has decided, for members who join later, for those who return, and for the next host: values in the state of the room.
 *
 * Any member may write the state. So the host says in its attributes, which only it can set, a hash of what it wrote; members accept
 * values only if they match, and the host writes again what somebody else has overwritten. If it cannot, it sends the values as messages.
 */
export class Checkpoints {
  readonly values: ReadonlySignal<Accepted>;
  readonly #values = signal<Accepted>(new Map());
  readonly #options: CheckpointsOptions;
  readonly #hashes = new WeakMap<object, string>();
  #writes = 0;
  #sum = "";
  /** The state cannot be written: newcomers get the values as messages. */
  #isObstructed = false;
  #repair: ReturnType<typeof setTimeout> | undefined;

  constructor(options: CheckpointsOptions) {
    this.values = this.#values;
    this.#options = options;
    options.hub.on("joined", ({ sid }) => {
      if (this.#isObstructed && options.hub.isHost) options.sendValues(Object.fromEntries(this.#values.peek()), sid);
    });
  }

  /** Writes values as the host; undefined removes one. Returns whether this client is the host. */
  publish(values: Data): boolean {
    if (!this.#options.hub.isHost) return false;
    const next = new Map(this.#values.peek());
    const changed: string[] = [];
    for (const [name, value] of Object.entries(values)) {
      const text: string | undefined = JSON.stringify(value);
      if (text === JSON.stringify(next.get(name))) continue;
      changed.push(name);
      // A copy: the game goes on changing its objects, and what was published would no longer be what its hash says.
      if (text === undefined) next.delete(name);
      else next.set(name, JSON.parse(text));
    }
    if (changed.length === 0) return true;
    this.#values.value = next;
    this.#write(changed);
    return true;
  }

  /** To be called when this client becomes the host: continues from what the one before has written. Returns whether that is nothing. */
  takeOver(): boolean {
    const { hub } = this.#options;
    // A member who has just joined may never have seen the host before; then the state is all there is.
    if (this.#values.peek().size === 0)
      this.#accept(new Map(this.#namesIn(hub.state.get(HASHES)).map((name) => [name, hub.state.get(keyOf(name))])));
    this.#sum = "";
    const names = [...this.#values.peek().keys()];
    if (names.length > 0) this.#write(names.filter((name) => this.#isForeign(name)));
    return names.length === 0;
  }

  /** To be called when state, members or host have changed. */
  update(): void {
    const { hub } = this.#options;
    if (hub.isHost) {
      const isForeign =
        this.#writes === 0 && [HASHES, ...this.#values.peek().keys()].some((name) => this.#isForeign(name));
      if (isForeign && this.#repair === undefined) {
        this.#options.reject("the host's state was written by another member");
        this.#planRepair();
      }
      return;
    }
    const host = hub.members.find(({ sid }) => sid === hub.host?.sid);
    const hashes = hub.state.get(HASHES);
    if (!host || !isData(hashes) || shortHash(JSON.stringify(hashes)) !== host.attributes[SUM]) return;
    const before = this.#values.peek();
    const next = new Map<string, unknown>();
    for (const name of this.#namesIn(hashes)) {
      const value = hub.state.get(keyOf(name));
      const isGenuine = value !== undefined && this.#hashOf(value) === hashes[name];
      // Until the host has repaired it, the value before remains.
      if (isGenuine || before.has(name)) next.set(name, isGenuine ? value : before.get(name));
    }
    this.#accept(next);
  }

  /** Values in a message of the host. */
  received(values: Data): void {
    this.#accept(new Map([...this.#values.peek(), ...Object.entries(values)]));
  }

  close(): void {
    clearTimeout(this.#repair);
  }

  #namesIn(hashes: unknown): string[] {
    return isData(hashes) ? Object.keys(hashes).filter((name) => Object.hasOwn(this.#options.schemas, name)) : [];
  }

  #accept(next: ReadonlyMap<string, unknown>): void {
    const before = this.#values.peek();
    const valid = new Map<string, unknown>();
    for (const [name, value] of next) {
      const schema = Object.hasOwn(this.#options.schemas, name) ? this.#options.schemas[name] : undefined;
      if (!schema) continue;
      if (before.has(name) && before.get(name) === value) valid.set(name, value);
      else if (v.is(schema, value)) valid.set(name, value);
      else this.#options.reject(`the host's value "${name}" is malformed`);
    }
    const isSame = valid.size === before.size && [...valid].every(([name, value]) => before.get(name) === value);
    if (!isSame) this.#values.value = valid;
  }

  #hashOf(value: unknown): string {
    if (typeof value !== "object" || value === null) return shortHash(JSON.stringify(value));
    const known = this.#hashes.get(value);
    const hash = known ?? shortHash(JSON.stringify(value));
    if (known === undefined) this.#hashes.set(value, hash);
    return hash;
  }

  #hashesOfAll(): Data {
    return Object.fromEntries([...this.#values.peek()].map(([name, value]) => [name, this.#hashOf(value)]));
  }

  /** Whether the state has another value than this host has published. */
  #isForeign(name: string): boolean {
    const expected = name === HASHES ? this.#hashesOfAll() : this.#values.peek().get(name);
    const found = this.#options.hub.state.get(name === HASHES ? HASHES : keyOf(name));
    return JSON.stringify(found) !== JSON.stringify(expected);
  }

  #planRepair(): void {
    this.#repair ??= setTimeout(() => {
      this.#repair = undefined;
      if (this.#options.hub.isHost)
        this.#write([...this.#values.peek().keys()].filter((name) => this.#isForeign(name)));
    }, REPAIR);
  }

  #write(names: readonly string[]): void {
    const { hub, setSum, sendValues } = this.#options;
    const hashes = this.#hashesOfAll();
    const values = new Map(names.map((name) => [keyOf(name), this.#values.peek().get(name)]));
    this.#writes++;
    const done = () => {
      this.#writes--;
      this.update();
    };
    const failed = (fault: Fault) => {
      this.#isObstructed = OBSTRUCTED.includes(fault.code);
      if (this.#isObstructed) sendValues(Object.fromEntries(this.#values.peek()));
      this.#writes--;
      // Otherwise what could not be stored just now would be missing until somebody changes something.
      if (!this.#isObstructed && hub.isHost) this.#planRepair();
    };
    hub.state.set(Object.fromEntries([...values, [HASHES, hashes]]), { term: hub.term }).then(done, failed);
    const sum = shortHash(JSON.stringify(hashes));
    if (sum === this.#sum) return;
    this.#sum = sum;
    setSum(sum);
  }
}
