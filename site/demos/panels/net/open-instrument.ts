import { type Client, Fault } from "@achex/client/full";
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { changeSettings, runAction, runScpi, textOfFault } from "../../shared/instruments/asking.ts";
import { FollowedInstrument } from "../../shared/instruments/description.ts";
import type { Announced } from "../../shared/instruments/directory.ts";
import type { Reading } from "../../shared/instruments/readings.ts";
import type { Answer, Settings } from "../../shared/instruments/wire.ts";
import { ControlDesk } from "./control-desk.ts";
import { ScpiLine } from "./scpi-line.ts";
import { SettingsDesk } from "./settings-desk.ts";
import { realTimers, type Timers } from "./timers.ts";

/** Digits change at most four times a second. */
const READING_SPACING = 250;
const NONE: Settings = {};

interface OpenOptions {
  readonly client: Client<object>;
  readonly id: string;
  /** The instrument as its hub shows it now; undefined while it is not there. */
  readonly announced: ReadonlySignal<Announced | undefined>;
  /** How others see this operator. */
  readonly name: string;

  readonly timers?: Timers;
}

/** A reading and when it came, by the clock of the timers. */
export interface Received extends Reading {
  readonly received: number;
}

/** The instrument whose panel is open: what it describes, who controls it, changes on their way, readings, and its line of commands. */
export class OpenInstrument {
  readonly id: string;
  readonly announced: ReadonlySignal<Announced | undefined>;
  readonly followed: FollowedInstrument;
  readonly control: ControlDesk;
  readonly settings: SettingsDesk;
  readonly scpi: ScpiLine;
  /** The last reading, at most four in a second; its status words are always the newest. */
  readonly reading: ReadonlySignal<Received | undefined>;
  readonly #reading: Signal<Received | undefined> = signal(undefined);
  readonly #timers: Timers;
  readonly #client: Client<object>;
  #waiting: Received | undefined;
  #cancel: (() => void) | undefined;

  constructor({ client, id, announced, name, timers = realTimers }: OpenOptions) {
    this.id = id;
    this.announced = announced;
    this.#client = client;
    this.#timers = timers;
    this.reading = this.#reading;
    this.followed = new FollowedInstrument(client, id);
    this.control = new ControlDesk(client, id, { name, timers });
    const settings = computed(() => this.followed.description.value.settings ?? NONE);
    this.settings = new SettingsDesk({
      ...{ settings, timers, textOf: textOfFault },
      ask: async (set) => changeSettings(client, this.#sid(), set),
    });
    this.scpi = new ScpiLine(async (line) => runScpi(client, this.#sid(), line), textOfFault);
  }

  /** Whether this operator may change something: in control, or nobody is. */
  get isLocked(): boolean {
    const { holder, isKnown } = this.control;
    return !isKnown.value || (holder.value !== undefined && !holder.value.isMe);
  }

  /** Says why nothing happens, if somebody else is in control. Returns whether it is so. */
  refuses(name: string): boolean {
    if (!this.isLocked) return false;
    const holder = this.control.holder.peek();
    this.settings.refuse(name, holder ? `${holder.name} is in control. Ask for control first.` : "Not connected.");
    return true;
  }

  /** Carries out an action. */
  async act(action: string): Promise<void> {
    if (this.refuses(action)) return;
    try {
      await this.#answered(runAction(this.#client, this.#sid(), action));
    } catch (error) {
      this.settings.refuse(action, textOfFault(error));
    }
  }

  receive(reading: Reading): void {
    const received = { ...reading, received: this.#timers.now() };
    const shown = this.#reading.peek();
    const isNews = !shown || String(shown.status) !== String(reading.status);
    this.#waiting = received;
    if (isNews || received.received - shown.received >= READING_SPACING) this.#show();
    else this.#cancel ??= this.#timers.after(shown.received + READING_SPACING - received.received, () => this.#show());
  }

  #show(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#waiting) this.#reading.value = { ...this.#waiting, received: this.#timers.now() };
    this.#waiting = undefined;
  }

  async #answered(answer: Promise<Answer>): Promise<void> {
    await answer;
    this.settings.dismiss();
  }

  /** The session that announced the instrument. */
  #sid(): number {
    const announced = this.announced.peek();
    if (!announced) throw new Fault("no-such-session", `${this.id} is offline.`);
    return announced.sid;
  }

  close(): void {
    this.#cancel?.();
    this.settings.close();
    this.control.close();
    this.followed.close();
  }
}
