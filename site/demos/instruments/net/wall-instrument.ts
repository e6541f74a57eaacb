import type { Described } from "../../shared/instruments/description.ts";
import type { Announced } from "../../shared/instruments/directory.ts";
import { formatAge, formatText } from "../../shared/instruments/format.ts";
import { measuredValue, type Reading } from "../../shared/instruments/readings.ts";
import type { Announcement, Quantity, Settings } from "../../shared/instruments/wire.ts";
import type { Subject } from "../rules/alarm.ts";
import { Allowance } from "../rules/allowance.ts";
import { calibrationAt } from "../rules/calibration.ts";
import { Channel, hasPrefix, isOffScale } from "../rules/channel.ts";
import { highPosition, lowPosition, type Position } from "../rules/limits.ts";
import { type Liveness, livenessAt } from "../rules/liveness.ts";
import { type MarkCode, Marks } from "../rules/marks.ts";

/** Until it has described itself, ms: when it is missed, and how often it may send. */
const USUAL_INTERVAL = 1_000;
const SHORTEST_INTERVAL = 20;
/** A clock that differs by more makes its times useless, ms. */
const CLOCK_TOLERANCE = 10_000;
/** Status words that are alarms: protections that have tripped, and what the instrument itself calls a fault. */
const CRITICAL_WORDS: ReadonlySet<string> = new Set(["ovp", "ocp", "otp", "fault"]);
/** Readings after which an instrument is missed when it leaves. */
const SETTLED = 5;

/** What is stored of an instrument, so that one that is offline is still on the wall after a reload. */
export interface Known {
  readonly id: string;
  readonly announcement: Announcement;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly lastAt: number | undefined;
}

/** Takes what an alarm is about, and where its value is. */
export type Observe = (subject: Subject, position: Position, now: number) => void;

let made = 0;

/** One instrument on the wall: what it said about itself, its values and trends, whether it is alive, and what is wrong with it. */
export class WallInstrument {
  readonly id: string;
  /** Of this object: an instrument that was forgotten and found again is another one. */
  readonly number = ++made;
  readonly marks = new Marks();
  announcement: Announcement;
  liveness: Liveness = "offline";
  isPresent = false;
  channels: readonly Channel[] = [];
  settings: Settings = {};
  status: readonly string[] = [];
  interval = USUAL_INTERVAL;
  sendsWaveforms = false;
  /** When the last reading arrived, ms. */
  lastAt: number | undefined;
  received = 0;
  missed = 0;
  ignored = 0;
  /** Grows when something other than a value has changed. */
  revision = 0;
  /** Grows with each reading. */
  readings = 0;
  #announcedAt = 0;
  #sid: number | undefined;
  #isDescribed = false;
  #allowance = new Allowance();
  readonly #offline: Subject;
  readonly #fault: Subject;
  readonly #doubtful: Subject;
  readonly #calibration: Subject;

  constructor(announcement: Announcement, known?: Known) {
    const { id } = announcement;
    this.id = id;
    this.announcement = announcement;
    this.lastAt = known?.lastAt;
    if (known) this.channels = Object.entries(known.quantities).map(([name, one]) => new Channel(id, name, one));
    this.#offline = { key: `${id}/offline`, id, priority: 1, onDelay: 0, offDelay: 500 };
    this.#fault = { key: `${id}/fault`, id, priority: 1, onDelay: 200, offDelay: 2_000 };
    this.#doubtful = { key: `${id}/doubtful`, id, priority: 3, onDelay: 1_000, offDelay: 2_000 };
    this.#calibration = { key: `${id}/calibration`, id, priority: 3, onDelay: 0, offDelay: 0 };
  }

  get known(): Known {
    const quantities = Object.fromEntries(this.channels.map(({ name, quantity }) => [name, quantity]));
    return { id: this.id, announcement: this.announcement, quantities, lastAt: this.lastAt };
  }

  /** What the directory says about it now; undefined: it is not there. */
  announce(announced: Announced | undefined, now: number): void {
    const isPresent = announced !== undefined && !announced.isAway;
    if (announced && announced.sid !== this.#sid) {
      if (this.announcement.kind !== announced.kind) this.mark("changed", now, "It says that it is another kind.");
      this.#sid = announced.sid;
      this.#announcedAt = now;
      this.#allowance = new Allowance();
    }
    if (announced) {
      const { sid: _, name: _name, isAway: _away, rivals, ...announcement } = announced;
      this.announcement = announcement;
      if (rivals > 0) this.mark("rivals", now, "Another session announces the same id. The first one counts.");
    }
    if (isPresent && !this.isPresent) this.#announcedAt = now;
    this.isPresent = isPresent;
    this.revision++;
    this.#judge(now);
  }

  describe({ description, problems }: Described, now: number): void {
    const { quantities, settings, interval, waveform } = description;
    this.sendsWaveforms = waveform !== undefined;
    this.interval = interval ?? this.interval;
    this.#isDescribed ||= interval !== undefined;
    this.settings = settings ?? this.settings;
    const [problem] = problems;
    if (problem !== undefined) this.mark("description", now, `Its description does not conform: ${problem}`);
    if (quantities) this.#setQuantities(quantities, now);
    this.revision++;
  }

  #setQuantities(quantities: Readonly<Record<string, Quantity>>, now: number): void {
    const before = new Map(this.channels.map((channel) => [channel.name, channel]));
    this.channels = Object.entries(quantities).map(([name, quantity]) => {
      const { unit, title } = quantity;
      if (hasPrefix(unit)) this.mark("unit", now, `The unit of ${title} is ${unit}, not one without prefix.`);
      const known = before.get(name);
      if (known && known.quantity.unit === unit) {
        known.quantity = quantity;
        return known;
      }
      // Values of two units in one trend would be a lie.
      if (known) this.mark("unit", now, `The unit of ${title} changed from ${known.quantity.unit} to ${unit}.`);
      return new Channel(this.id, name, quantity);
    });
    if (
      this.lastAt !== undefined &&
      before.size > 0 &&
      [...before.keys()].some((name) => !Object.hasOwn(quantities, name))
    )
      this.mark("changed", now, "It does not measure the same as before.");
  }

  /** `clock` is the time by the server's clock. */
  receive(
    { values, status, missed, time }: Reading,
    times: { readonly now: number; readonly clock: number },
    observe: Observe,
  ): void {
    const { now, clock } = times;
    if (!this.#allowance.take(now, this.#isDescribed ? this.interval : SHORTEST_INTERVAL)) {
      this.ignored++;
      if (!this.#isDescribed) return;
      this.mark(
        "flood",
        now,
        `It sends more than its interval of ${formatText(this.interval / 1_000, "s", 2)} allows. The rest is ignored.`,
      );
      return;
    }
    this.lastAt = now;
    this.readings++;
    this.received++;
    this.missed += missed;
    if (Math.abs(clock - time) > CLOCK_TOLERANCE)
      this.mark("clock", now, `Its clock differs by ${formatAge(Math.abs(clock - time))}.`);
    for (const channel of this.channels) this.#measure(channel, measuredValue({ values }, channel.name), now, observe);
    if (status.length !== this.status.length || status.some((word, at) => word !== this.status[at])) {
      this.status = status;
      this.revision++;
    }
    observe(this.#fault, status.some((word) => CRITICAL_WORDS.has(word)) ? "beyond" : "inside", now);
    if (this.liveness !== "live") this.#judge(now);
  }

  #measure(channel: Channel, value: number | null | undefined, now: number, observe: Observe): void {
    const { quantity } = channel;
    channel.take(value, now);
    if (value === undefined) this.mark("not-a-number", now, `${quantity.title} is not a number.`);
    if (typeof value !== "number") return;
    if (isOffScale(value, quantity))
      this.mark("off-scale", now, `${quantity.title} was ${channel.text}, which is off its scale.`);
    observe(channel.high, highPosition(value, quantity), now);
    observe(channel.low, lowPosition(value, quantity), now);
  }

  /** To be called a few times per second. `clock` is the time by the server's clock. */
  tick({ now, clock }: { readonly now: number; readonly clock: number }, observe: Observe): void {
    if (this.marks.expire(now)) this.revision++;
    this.#judge(now);
    // One that was there before the page was loaded is missed as well.
    const wasThere = this.received >= SETTLED || (this.lastAt !== undefined && this.#announcedAt === 0);
    observe(this.#offline, this.liveness !== "offline" ? "inside" : wasThere ? "beyond" : "between", now);
    observe(this.#doubtful, this.marks.isDoubtful ? "beyond" : "inside", now);
    observe(this.#calibration, calibrationAt(clock, this.announcement.due) === "overdue" ? "beyond" : "inside", now);
  }

  #judge(now: number): void {
    const { isPresent, lastAt, interval } = this;
    const since = lastAt === undefined || lastAt < this.#announcedAt ? undefined : lastAt;
    const next = livenessAt(now, { isPresent, lastAt: since, announcedAt: this.#announcedAt, interval });
    if (next === this.liveness) return;
    this.liveness = next;
    this.revision++;
  }

  mark(code: MarkCode, now: number, text: string): void {
    if (this.marks.set(code, now, text)) this.revision++;
  }

  /** What an alarm of this instrument says. */
  textFor({ key }: Subject): string {
    if (key === this.#offline.key)
      return this.isPresent ? "Offline: no readings" : "Offline: it left, or its connection is down";
    if (key === this.#fault.key) return `Fault: ${this.status.join(", ")}`;
    if (key === this.#calibration.key) return `Calibration was due on ${this.announcement.due ?? "?"}`;
    if (key === this.#doubtful.key)
      return `Doubtful: ${this.marks.list.find(({ code }) => code !== "impostor")?.text ?? ""}`;
    const channel = this.channels.find(({ high, low }) => high.key === key || low.key === key);
    if (!channel) return "Limit";
    const { quantity, text } = channel;
    const isHigh = channel.high.key === key;
    const limit = channel.textOf(isHigh ? quantity.high : quantity.low);
    return `${quantity.title} ${text} is ${isHigh ? "above" : "below"} ${limit}`;
  }
}
