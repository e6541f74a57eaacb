import type { Position } from "./limits.ts";

/** 1: somebody must act now. 2: outside the normal band. 3: look at it when there is time. */
export type Priority = 1 | 2 | 3;

/** What an alarm is about. The same key is the same alarm. */
export interface Subject {
  readonly key: string;
  /** Id of the instrument. */
  readonly id: string;
  readonly priority: Priority;
  /** How long the value must be beyond its limit, ms. */
  readonly onDelay: number;
  /** How long it must be back, ms. */
  readonly offDelay: number;
}

/** What is stored of an alarm. Times are milliseconds since 1970. */
export interface AlarmState {
  readonly active: boolean;
  readonly acknowledged: boolean;
  readonly raisedAt: number;
  readonly clearedAt?: number | undefined;
  /** Not shown until then. */
  readonly shelvedUntil?: number | undefined;
  /** What happened, in words, when it was raised. */
  readonly text: string;
}

export type Transition = "raised" | "cleared" | "acknowledged" | "shelved" | "unshelved";

const NORMAL: AlarmState = { active: false, acknowledged: true, raisedAt: 0, text: "" };

/**
 * One alarm: active or cleared, acknowledged or not. It is active once the value has been beyond its limit for the on-delay, and cleared
 * once it has been back inside for the off-delay. One that was not acknowledged stays, so that nobody misses it.
 */
export class Alarm {
  #state: AlarmState;
  /** Since when it has been about to change. */
  #pendingSince: number | undefined;

  constructor(
    readonly subject: Subject,
    state: AlarmState = NORMAL,
  ) {
    this.#state = state;
  }

  get state(): AlarmState {
    return this.#state;
  }

  /** Nothing is left of it: neither active, nor to be acknowledged, nor about to be raised. */
  get isOver(): boolean {
    const { active, acknowledged, shelvedUntil } = this.#state;
    return !active && acknowledged && shelvedUntil === undefined && this.#pendingSince === undefined;
  }

  isShelved(now: number): boolean {
    const { shelvedUntil } = this.#state;
    return shelvedUntil !== undefined && shelvedUntil > now;
  }

  /** A new value. What has not changed for long enough changes the state, with the next tick at the latest. */
  observe(position: Position, now: number): void {
    const isChange = this.#state.active ? position === "inside" : position === "beyond";
    if (!isChange) this.#pendingSince = undefined;
    else this.#pendingSince ??= now;
  }

  /** To be called a few times per second. `text` says what happened, in words. */
  tick(now: number, text: () => string): Transition | undefined {
    const { shelvedUntil, active } = this.#state;
    if (shelvedUntil !== undefined && shelvedUntil <= now) return this.unshelve();
    const delay = active ? this.subject.offDelay : this.subject.onDelay;
    if (this.#pendingSince === undefined || now - this.#pendingSince < delay) return undefined;
    this.#pendingSince = undefined;
    if (active) {
      this.#state = { ...this.#state, active: false, clearedAt: now };
      return "cleared";
    }
    this.#state = { active: true, acknowledged: false, raisedAt: now, text: text(), shelvedUntil };
    return "raised";
  }

  acknowledge(): Transition | undefined {
    if (this.#state.acknowledged) return undefined;
    this.#state = { ...this.#state, acknowledged: true };
    return "acknowledged";
  }

  /** Hides it for some time. It still follows its value. */
  shelve(until: number): Transition {
    this.#state = { ...this.#state, shelvedUntil: until };
    return "shelved";
  }

  /** Shows it again; one that is still active must be acknowledged again. */
  unshelve(): Transition | undefined {
    if (this.#state.shelvedUntil === undefined) return undefined;
    const { active, acknowledged } = this.#state;
    this.#state = { ...this.#state, shelvedUntil: undefined, acknowledged: acknowledged && !active };
    return "unshelved";
  }
}
