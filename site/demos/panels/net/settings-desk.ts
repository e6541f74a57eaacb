import { type ReadonlySignal, signal } from "@preact/signals";
import type { Answer, Settings, SettingValue } from "../../shared/instruments/wire.ts";
import { realTimers, type Timers } from "./timers.ts";

/** Time between two questions about the same setting, ms: a knob that is turned changes more often than anybody can see. */
const SPACING = 33;

/** How a setting is shown. */
export interface Shown {
  readonly value: SettingValue | undefined;
  /** The instrument has not confirmed it yet. */
  readonly isPending: boolean;
}

/** A change that the instrument refused. */
export interface Rejection {
  readonly name: string;
  readonly text: string;
  /** Counts up, so that the same text twice is two events. */
  readonly number: number;
}

interface Draft {
  wanted: SettingValue;
  /** What the question on its way says; undefined while there is none. */
  asked: SettingValue | undefined;
  /** When the last question was sent. */
  sent: number;
  cancel?: () => void;
}

interface SettingsDeskOptions {
  readonly settings: ReadonlySignal<Settings>;
  /** Asks the instrument. */
  readonly ask: (set: Settings) => Promise<Answer>;
  readonly textOf: (error: unknown) => string;
  readonly timers?: Timers;
}

/**
 * Changes of settings on their way to the instrument. Each setting has at most one question on its way; what is wanted meanwhile is asked
 * next, and only the newest of it. What the instrument confirms comes from its state, so a value is never shown as true before it is.
 */
export class SettingsDesk {
  readonly rejection: ReadonlySignal<Rejection | undefined>;
  readonly #rejection = signal<Rejection | undefined>(undefined);
  readonly #drafts = new Map<string, Draft>();
  readonly #changed = signal(0);
  readonly #options: SettingsDeskOptions;
  readonly #timers: Timers;
  #isClosed = false;

  constructor(options: SettingsDeskOptions) {
    this.#options = options;
    this.#timers = options.timers ?? realTimers;
    this.rejection = this.#rejection;
  }

  /** Follows changes when it is read in a component. */
  shown(name: string): Shown {
    this.#changed.value;
    const draft = this.#drafts.get(name);
    if (draft) return { value: draft.wanted, isPending: true };
    const { settings } = this.#options;
    return { value: Object.hasOwn(settings.value, name) ? settings.value[name] : undefined, isPending: false };
  }

  /** Confirmed settings with the wanted ones on top, to compute what is possible next. */
  get wanted(): Settings {
    this.#changed.value;
    const drafts = [...this.#drafts].map(([name, { wanted }]) => [name, wanted] as const);
    return { ...this.#options.settings.value, ...Object.fromEntries(drafts) };
  }

  /** Changes a setting. It is shown as wanted until the instrument has answered. */
  want(name: string, value: SettingValue): void {
    const draft = this.#drafts.get(name);
    if (draft) draft.wanted = value;
    else if (this.shown(name).value === value) return;
    const own = draft ?? { wanted: value, asked: undefined, sent: Number.NEGATIVE_INFINITY };
    this.#drafts.set(name, own);
    this.#changed.value++;
    this.#next(name, own);
  }

  /** Forgets what the instrument refused, for example because somebody has read it. */
  dismiss(): void {
    this.#rejection.value = undefined;
  }

  /** Shows a refusal that the page itself knows about. */
  refuse(name: string, text: string): void {
    this.#rejection.value = { name, text, number: (this.#rejection.peek()?.number ?? 0) + 1 };
  }

  #next(name: string, draft: Draft): void {
    if (draft.asked !== undefined || draft.cancel || this.#isClosed) return;
    const wait = draft.sent + SPACING - this.#timers.now();
    if (wait > 0) {
      draft.cancel = this.#timers.after(wait, () => {
        delete draft.cancel;
        this.#next(name, draft);
      });
      return;
    }
    draft.sent = this.#timers.now();
    const asked = draft.wanted;
    draft.asked = asked;
    this.#options.ask({ [name]: asked }).then(
      () => this.#answered(name, draft, asked),
      (error) => this.#refused(name, draft, asked, error),
    );
  }

  #answered(name: string, draft: Draft, asked: SettingValue): void {
    draft.asked = undefined;
    this.dismiss();
    if (draft.wanted === asked) this.#drop(name);
    else this.#next(name, draft);
  }

  #refused(name: string, draft: Draft, asked: SettingValue, error: unknown): void {
    draft.asked = undefined;
    // The knob has moved on: the newer value may be possible.
    if (draft.wanted !== asked) {
      this.#next(name, draft);
      return;
    }
    this.#drop(name);
    if (!this.#isClosed) this.refuse(name, this.#options.textOf(error));
  }

  #drop(name: string): void {
    this.#drafts.delete(name);
    this.#changed.value++;
  }

  close(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#drafts.values()) cancel?.();
    this.#drafts.clear();
  }
}
