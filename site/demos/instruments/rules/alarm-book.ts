import { Alarm, type AlarmState, type Priority, type Subject, type Transition } from "./alarm.ts";
import type { Position } from "./limits.ts";

/** Alarms at most. Beyond, one that is new is not taken: 200 instruments with 16 quantities each could make more. */
const MOST = 1_000;

/** An alarm as others see it. */
export interface ListedAlarm extends AlarmState, Pick<Subject, "key" | "id" | "priority"> {
  readonly isShelved: boolean;
}

export interface AlarmEvent {
  readonly at: number;
  readonly transition: Transition;
  readonly alarm: ListedAlarm;
}

export interface AlarmBookOptions {
  /** What happened, in words, when an alarm is raised. */
  text(subject: Subject): string;
  /** Called for each change. */
  changed(event: AlarmEvent): void;
}

/** Those that need somebody first: not acknowledged before acknowledged, then by priority, active before cleared, newest first. */
export const byUrgency = (one: ListedAlarm, other: ListedAlarm): number =>
  Number(one.acknowledged) - Number(other.acknowledged) ||
  one.priority - other.priority ||
  Number(other.active) - Number(one.active) ||
  other.raisedAt - one.raisedAt;

/** All alarms. Each has a state of its own: to acknowledge one never changes another. */
export class AlarmBook {
  readonly #alarms = new Map<string, Alarm>();
  /** Alarms that there was no room for. */
  rejected = 0;

  constructor(private readonly options: AlarmBookOptions) {}

  /** Takes alarms that were stored. */
  restore(stored: Iterable<readonly [Subject, AlarmState]>): void {
    for (const [subject, state] of stored)
      if (this.#alarms.size < MOST) this.#alarms.set(subject.key, new Alarm(subject, state));
  }

  /** A new value of what the subject is about. Costs next to nothing while it is normal. */
  observe(subject: Subject, position: Position, now: number): void {
    const known = this.#alarms.get(subject.key);
    if (known) known.observe(position, now);
    else if (position === "beyond") this.#add(subject).observe(position, now);
  }

  #add(subject: Subject): Alarm {
    const alarm = new Alarm(subject);
    if (this.#alarms.size < MOST) this.#alarms.set(subject.key, alarm);
    else this.rejected++;
    return alarm;
  }

  /** To be called a few times per second. */
  tick(now: number): void {
    for (const [key, alarm] of this.#alarms) {
      const transition = alarm.tick(now, () => this.options.text(alarm.subject));
      if (transition) this.#report(alarm, transition, now);
      if (alarm.isOver) this.#alarms.delete(key);
    }
  }

  acknowledge(keys: Iterable<string>, now: number): void {
    for (const key of keys) {
      const alarm = this.#alarms.get(key);
      const transition = alarm?.acknowledge();
      if (alarm && transition) this.#report(alarm, transition, now);
    }
  }

  shelve(key: string, until: number, now: number): void {
    const alarm = this.#alarms.get(key);
    if (alarm) this.#report(alarm, alarm.shelve(until), now);
  }

  unshelve(key: string, now: number): void {
    const alarm = this.#alarms.get(key);
    const transition = alarm?.unshelve();
    if (alarm && transition) this.#report(alarm, transition, now);
  }

  /** Drops the alarms of an instrument that is forgotten. */
  forget(id: string): void {
    for (const [key, { subject }] of this.#alarms) if (subject.id === id) this.#alarms.delete(key);
  }

  /** Those that were raised and are not over, most urgent first. */
  list(now: number): readonly ListedAlarm[] {
    return [...this.#alarms.values()]
      .filter(({ state }) => state.active || !state.acknowledged || state.shelvedUntil !== undefined)
      .map((alarm) => listed(alarm, now))
      .sort(byUrgency);
  }

  /** Those that are worth storing. */
  stored(): readonly { readonly subject: Subject; readonly state: AlarmState }[] {
    return [...this.#alarms.values()]
      .filter(({ state }) => state.active || !state.acknowledged || state.shelvedUntil !== undefined)
      .map(({ subject, state }) => ({ subject, state }));
  }

  #report(alarm: Alarm, transition: Transition, at: number): void {
    this.options.changed({ at, transition, alarm: listed(alarm, at) });
  }
}

const listed = (alarm: Alarm, now: number): ListedAlarm => {
  const { key, id, priority } = alarm.subject;
  return { ...alarm.state, key, id, priority, isShelved: alarm.isShelved(now) };
};

export type Counts = Readonly<Record<Priority, { readonly active: number; readonly unacknowledged: number }>>;

/** How many there are of each priority, without those that are shelved. */
export function countsOf(alarms: readonly ListedAlarm[]): Counts {
  const count = (priority: Priority) => {
    const mine = alarms.filter((one) => one.priority === priority && !one.isShelved);
    return {
      active: mine.filter(({ active }) => active).length,
      unacknowledged: mine.filter(({ acknowledged }) => !acknowledged).length,
    };
  };
  return { 1: count(1), 2: count(2), 3: count(3) };
}
