import type { Client, Data, Lease, Message } from "@achex/client/full";
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { changeSettings, textOfFault } from "../../shared/instruments/asking.ts";
import { FollowedInstrument } from "../../shared/instruments/description.ts";
import type { InstrumentDirectory } from "../../shared/instruments/directory.ts";
import type { SettingLimits, Settings } from "../../shared/instruments/wire.ts";
import { SettingQueue } from "./setting-queue.ts";
import type { Source, SourceListener } from "./source.ts";

/** An instrument on the relay that captures waveforms. */
export class RemoteSource implements Source {
  readonly title: ReadonlySignal<string>;
  readonly isOnline: ReadonlySignal<boolean>;
  readonly settings: ReadonlySignal<Settings>;
  readonly unconfirmed: ReadonlySignal<ReadonlySet<string>>;
  readonly limits: ReadonlySignal<Readonly<Record<string, SettingLimits>>>;
  readonly watchers: ReadonlySignal<number | undefined>;
  readonly problem: ReadonlySignal<string>;
  readonly #followed: FollowedInstrument;
  readonly #queue: SettingQueue;
  readonly #lease: Promise<Lease>;
  readonly #listeners = new Set<SourceListener>();
  readonly #off: (() => void)[] = [];

  constructor(
    private readonly client: Client<object>,
    private readonly directory: InstrumentDirectory,
    readonly id: string,
  ) {
    const announced = computed(() => directory.byId(id));
    this.title = computed(() => announced.value?.title ?? id);
    this.isOnline = computed(() => announced.value?.isAway === false);
    const followed = new FollowedInstrument(client, id);
    const queue = new SettingQueue(
      (set) => {
        const { sid } = announced.peek() ?? {};
        if (sid === undefined) throw new Error(`${id} is offline.`);
        return changeSettings(client, sid, set);
      },
      (error) => (error instanceof Error && error.constructor === Error ? error.message : textOfFault(error)),
    );
    this.#followed = followed;
    this.#queue = queue;
    this.settings = computed(() => ({ ...followed.description.value.settings, ...queue.wanted.value }));
    this.unconfirmed = queue.names;
    this.limits = computed(() => followed.description.value.limits ?? {});
    this.problem = queue.problem;
    const room = client.hub(`waveform-${id}`);
    const count = signal(room.count);
    // The instrument is a member as well.
    this.watchers = computed(() => Math.max(1, count.value - (this.isOnline.value ? 1 : 0)));
    this.#off.push(
      room.subscribe(() => {
        count.value = room.count;
      }),
      room.on("message", (message) => this.#receive(message)),
    );
    this.#lease = room.hold({ presence: true });
    this.#lease.catch(() => {});
  }

  now(): number {
    return this.client.clock.now();
  }

  change(set: Settings): void {
    this.#queue.change(set);
  }

  listen(listener: SourceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #receive(message: Message<Data>): void {
    const isOwn = this.directory.byId(this.id)?.sid === message.sid;
    for (const listener of this.#listeners) {
      if (isOwn) listener.waveform(message);
      else listener.ignored(`session ${message.sid} has not announced ${this.id}`);
    }
  }

  close(): void {
    for (const off of this.#off) off();
    this.#followed.close();
    this.#lease.then(
      (lease) => lease.release(),
      () => {},
    );
  }
}
