import { batch, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { GameConnection } from "../../shared/connection/game-connection.ts";
import { type Announced, InstrumentDirectory } from "../../shared/instruments/directory.ts";
import { type Reading, Readings } from "../../shared/instruments/readings.ts";
import type { Subject } from "../rules/alarm.ts";
import { AlarmBook, type AlarmEvent, type ListedAlarm } from "../rules/alarm-book.ts";
import type { Position } from "../rules/limits.ts";
import { Descriptions } from "./descriptions.ts";
import type { WallStore } from "./store.ts";
import { WallInstrument } from "./wall-instrument.ts";

/** How often states and alarms are looked at, ms. */
const TICK = 200;
/** Instruments on the wall; of more, those that have been offline for longest are forgotten. */
const MOST = 300;
/** How often what is known of an instrument is stored at most, ms. */
const STORE = 30_000;
/** The same, after it has described itself, ms. */
const SOON = 500;

/** Milliseconds since 1970, never going back. */
const pageClock = (): number => performance.timeOrigin + performance.now();

export interface WallOptions {
  readonly connection: GameConnection;
  readonly store: WallStore;
  /** Alarms that were raised since the last tick. */
  readonly raised?: (alarms: readonly ListedAlarm[]) => void;
  /** Instruments that end with the page: nothing of them is stored, and nobody misses them. */
  readonly isTemporary?: (id: string) => boolean;
  readonly now?: () => number;
}

/** All instruments of an installation, their alarms, and what is stored of both. */
export class Wall {
  /** In the order in which they were found. The array changes when instruments appear or are forgotten. */
  readonly instruments: ReadonlySignal<readonly WallInstrument[]>;
  readonly alarms: ReadonlySignal<readonly ListedAlarm[]>;
  /** Grows when the state of an instrument has changed: for what is drawn of all of them. */
  readonly revision: ReadonlySignal<number>;
  readonly directory: InstrumentDirectory;
  readonly now: () => number;
  readonly connection: GameConnection;
  readonly store: WallStore;
  readonly #byId = new Map<string, WallInstrument>();
  readonly #instruments = signal<readonly WallInstrument[]>([]);
  readonly #alarms = signal<readonly ListedAlarm[]>([]);
  readonly #revision = signal(0);
  readonly #book: AlarmBook;
  readonly #descriptions: Descriptions;
  readonly #raised: (alarms: readonly ListedAlarm[]) => void;
  readonly #isTemporary: (id: string) => boolean;
  readonly #stop: (() => void)[] = [];
  #events: AlarmEvent[] = [];
  #storedAt = 0;
  readonly #observe = (subject: Subject, position: Position, now: number) => this.#book.observe(subject, position, now);

  constructor({ connection, store, raised = () => {}, isTemporary = () => false, now = pageClock }: WallOptions) {
    const { client } = connection;
    this.connection = connection;
    this.store = store;
    this.now = now;
    this.#raised = raised;
    this.#isTemporary = isTemporary;
    this.instruments = this.#instruments;
    this.alarms = this.#alarms;
    this.revision = this.#revision;
    this.#book = new AlarmBook({
      text: (subject) => this.#byId.get(subject.id)?.textFor(subject) ?? "",
      changed: (event) => this.#events.push(event),
    });
    this.#descriptions = new Descriptions(client, (id, described) => {
      this.#byId.get(id)?.describe(described, this.now());
      // Soon, and not for each description: somebody may change theirs all the time.
      this.#storedAt = Math.min(this.#storedAt, this.now() - STORE + SOON);
    });
    this.directory = new InstrumentDirectory(client);
    const readings = new Readings(client, this.directory, {
      reading: (one) => this.#receive(one),
      ignored: ({ data }) => this.#ignored(data.r),
    });
    const stopDirectory = effect(() => {
      if (!this.directory.isKnown.value) return;
      const list = this.directory.instruments.value;
      untracked(() => this.#announced(list));
    });
    const timer = setInterval(() => this.#tick(), TICK);
    this.#stop.push(
      () => clearInterval(timer),
      stopDirectory,
      () => readings.close(),
      () => this.#descriptions.close(),
      () => this.directory.close(),
    );
  }

  /** Puts the instruments and alarms back that were there before the page was loaded. */
  async restore(): Promise<void> {
    const { alarms, known } = await this.store.load();
    for (const one of known)
      if (!this.#byId.has(one.id)) this.#byId.set(one.id, new WallInstrument(one.announcement, one));
    this.#book.restore(alarms.map(({ subject, state }) => [subject, state] as const));
    this.#publish();
    this.#alarms.value = this.#book.list(this.now());
  }

  byId(id: string): WallInstrument | undefined {
    return this.#byId.get(id);
  }

  acknowledge(keys: Iterable<string>): void {
    this.#book.acknowledge(keys, this.now());
    this.#settle();
  }

  /** Hides an alarm for so many milliseconds. */
  shelve(key: string, milliseconds: number): void {
    this.#book.shelve(key, this.now() + milliseconds, this.now());
    this.#settle();
  }

  unshelve(key: string): void {
    this.#book.unshelve(key, this.now());
    this.#settle();
  }

  /** Takes an instrument that is offline from the wall, with its alarms. It is back when it is announced again. */
  forget(id: string): void {
    if (this.#byId.get(id)?.isPresent !== false) return;
    this.#drop(id);
    this.#publish();
    this.#settle();
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.#storeKnown();
  }

  #announced(list: readonly Announced[]): void {
    const now = this.now();
    const present = new Map(list.map((one) => [one.id, one]));
    for (const announced of list)
      if (!this.#byId.has(announced.id)) this.#byId.set(announced.id, new WallInstrument(announced));
    for (const [id, instrument] of this.#byId) instrument.announce(present.get(id), now);
    for (const id of this.#byId.keys()) if (!present.has(id) && this.#isTemporary(id)) this.#drop(id);
    this.#makeRoom();
    this.#descriptions.want([...present.keys()]);
    this.#publish();
  }

  /** Somebody who announces new ids all the time must not fill the page. */
  #makeRoom(): void {
    const excess = this.#byId.size - MOST;
    if (excess <= 0) return;
    const absent = [...this.#byId.values()].filter(({ isPresent }) => !isPresent);
    absent.sort((one, other) => (one.lastAt ?? 0) - (other.lastAt ?? 0));
    for (const { id } of absent.slice(0, excess)) this.#drop(id);
  }

  #drop(id: string): void {
    this.#byId.delete(id);
    for (const { key } of this.#alarms.peek().filter((alarm) => alarm.id === id)) this.store.setAlarm(key, undefined);
    this.#book.forget(id);
    this.store.setKnown(id, undefined);
  }

  #publish(): void {
    batch(() => {
      const next = [...this.#byId.values()];
      const now = this.#instruments.peek();
      if (next.length !== now.length || next.some((one, at) => one !== now[at])) this.#instruments.value = next;
      this.#revision.value++;
    });
  }

  #receive(reading: Reading): void {
    const times = { now: this.now(), clock: this.connection.now() };
    this.#byId.get(reading.id)?.receive(reading, times, this.#observe);
  }

  #ignored(id: unknown): void {
    const instrument = typeof id === "string" ? this.#byId.get(id) : undefined;
    if (!instrument) return;
    instrument.ignored++;
    instrument.mark(
      "impostor",
      this.now(),
      "Messages that are not readings, or come from another session, are ignored.",
    );
  }

  #revisions = 0;

  #tick(): void {
    // While the page itself is not connected, it knows nothing about the instruments: that is shown, and no alarm of theirs.
    const isConnected = this.connection.state.peek() === "ready";
    const times = { now: this.now(), clock: this.connection.now() };
    let revisions = 0;
    for (const instrument of this.#byId.values()) {
      instrument.tick(times, isConnected && this.directory.isKnown.peek() ? this.#observe : ignore);
      revisions += instrument.revision;
    }
    this.#descriptions.tick();
    this.#book.tick(times.now);
    this.#settle();
    if (revisions !== this.#revisions) this.#revision.value++;
    this.#revisions = revisions;
    if (times.now - this.#storedAt > STORE) this.#storeKnown();
  }

  /** Stores and shows what has changed. */
  #settle(): void {
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    const raised: ListedAlarm[] = [];
    for (const { at, transition, alarm } of events) {
      const { key, id, priority, text } = alarm;
      const title = this.#byId.get(id)?.announcement.title ?? id;
      if (!this.#isTemporary(id)) this.store.add({ at, transition, key, id, title, priority, text });
      if (transition === "raised" && !alarm.isShelved) raised.push(alarm);
    }
    const listed = this.#book.list(this.now());
    const stored = new Map(this.#book.stored().map((one) => [one.subject.key, one]));
    for (const { alarm } of events)
      if (!this.#isTemporary(alarm.id)) this.store.setAlarm(alarm.key, stored.get(alarm.key));
    this.#alarms.value = listed;
    if (raised.length > 0) this.#raised(raised);
  }

  #storeKnown(): void {
    this.#storedAt = this.now();
    for (const { id, known } of this.#byId.values()) if (!this.#isTemporary(id)) this.store.setKnown(id, known);
  }
}

const ignore = (): void => {};
