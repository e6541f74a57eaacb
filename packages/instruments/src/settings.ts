export type SettingValue = number | boolean | string;

/** A number in SI units, as pages see it too. */
export interface NumberLimits {
  readonly title: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** Smallest change that makes a difference. */
  readonly step: number;
}

/** One of a few values. */
export interface ChoiceLimits {
  readonly title: string;
  readonly values: readonly SettingValue[];
}

export type Limits = NumberLimits | ChoiceLimits;

/** A setting: its limits, and its value after *RST. */
export type SettingDefinition = Limits & { readonly initial: SettingValue };

/** Codes of docs/instruments.md. */
export type SettingErrorCode = "out-of-range" | "bad-setting" | "not-now";

/** A change that is rejected; the message says what is wrong and what is allowed. */
export class SettingError extends Error {
  override readonly name = "SettingError";

  constructor(
    readonly code: SettingErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export type SettingValues = Readonly<Record<string, SettingValue>>;

/** Why this combination is not possible, or undefined. */
export type Check = (next: SettingValues, previous: SettingValues) => SettingError | undefined;

/** What else changes with these changes, such as the displayed voltage with the load. */
export type Consequences = (
  changes: Readonly<Record<string, unknown>>,
  previous: SettingValues,
) => Readonly<Record<string, unknown>>;

interface Rules {
  readonly check?: Check | undefined;
  readonly consequences?: Consequences | undefined;
  /** Called after each change. */
  readonly changed?: (() => void) | undefined;
}

/** The settings of an instrument. A change is done as a whole or not at all. */
export class Settings {
  readonly limits: Readonly<Record<string, Limits>>;
  #values: SettingValues;

  constructor(
    private readonly definitions: Readonly<Record<string, SettingDefinition>>,
    private readonly rules: Rules = {},
  ) {
    this.limits = Object.fromEntries(
      Object.entries(definitions).map(([name, { initial: _, ...limits }]) => [name, limits]),
    );
    this.#values = this.initial;
  }

  get values(): SettingValues {
    return this.#values;
  }

  /** What *RST sets. */
  get initial(): SettingValues {
    return Object.fromEntries(Object.entries(this.definitions).map(([name, { initial }]) => [name, initial]));
  }

  number(name: string): number {
    const value = this.#values[name];
    if (typeof value !== "number") throw new TypeError(`${name} is not a number`);
    return value;
  }

  isOn(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string {
    return String(this.#values[name]);
  }

  /** Changes settings from anywhere. Throws a SettingError, and then nothing has changed. */
  change(changes: Readonly<Record<string, unknown>>): void {
    const next: Record<string, SettingValue> = { ...this.#values };
    const all = { ...this.rules.consequences?.(changes, this.#values), ...changes };
    for (const [name, value] of Object.entries(all)) next[name] = this.#valid(name, value);
    const conflict = this.rules.check?.(next, this.#values);
    if (conflict) throw conflict;
    this.#values = next;
    this.rules.changed?.();
  }

  /** Sets a value that the instrument decides itself, such as an output that its protection switches off. */
  force(name: string, value: SettingValue): void {
    this.#values = { ...this.#values, [name]: value };
    this.rules.changed?.();
  }

  reset(): void {
    this.#values = this.initial;
    this.rules.changed?.();
  }

  #valid(name: string, value: unknown): SettingValue {
    const definition = Object.hasOwn(this.definitions, name) ? this.definitions[name] : undefined;
    if (!definition) {
      const known = Object.keys(this.definitions).join(", ");
      throw new SettingError(
        "bad-setting",
        `There is no setting ${JSON.stringify(name.slice(0, 64))}. The settings are: ${known}.`,
      );
    }
    return "values" in definition ? chosen(name, value, definition) : inRange(name, value, definition);
  }
}

function chosen(name: string, value: unknown, { values }: ChoiceLimits): SettingValue {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw new SettingError("bad-setting", `${name} can be ${values.map((one) => JSON.stringify(one)).join(", ")}.`);
}

function inRange(name: string, value: unknown, { min, max, step, unit }: NumberLimits): number {
  if (typeof value !== "number" || Number.isNaN(value)) throw new SettingError("bad-setting", `${name} is a number.`);
  if (value < min || value > max)
    throw new SettingError("out-of-range", `${name} can be ${min} to ${max} ${unit}, not ${value}.`.replace(/ ,/, ","));
  // Without the rounding of the division, 3.3 in steps of 0.001 would be 3.3000000000000003.
  return Number((Math.round(value / step) * step).toPrecision(12));
}
