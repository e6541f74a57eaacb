import { SettingError, type Settings } from "../settings.ts";
import { ScpiError } from "./errors.ts";
import type { Action } from "./interpreter.ts";
import { readBoolean, readChoice, readNumber, writeNumber } from "./values.ts";

/** Changes settings; what they reject becomes SCPI's error. */
export function change(settings: Settings, changes: Readonly<Record<string, unknown>>): void {
  try {
    settings.change(changes);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new ScpiError(error.code === "out-of-range" ? "out-of-range" : "conflict", error.message);
  }
}

function given(parameters: readonly string[]): string {
  const [first] = parameters;
  if (first === undefined) throw new ScpiError("missing-parameter");
  return first;
}

/** Command and query of a number. `unit` is SCPI's word for its unit. A query may ask for MIN, MAX or DEF. */
export function numberAction(settings: Settings, header: string, name: string, unit: string): Action {
  const limits = settings.limits[name];
  const initial = settings.initial[name];
  if (!limits || "values" in limits || typeof initial !== "number") throw new TypeError(`${name} is not a number`);
  const range = { unit, min: limits.min, max: limits.max, default: initial };
  return {
    header,
    about: `${limits.title}, ${limits.min} to ${limits.max} ${limits.unit}`.trimEnd(),
    parameters: 1,
    query: ([word]) => writeNumber(word === undefined ? settings.number(name) : readNumber(word, range)),
    command: (parameters) => change(settings, { [name]: readNumber(given(parameters), range) }),
  };
}

/** Command and query of a switch. */
export const switchAction = (settings: Settings, header: string, name: string): Action => ({
  header,
  about: `${settings.limits[name]?.title ?? name}: ON or OFF`,
  query: () => (settings.isOn(name) ? "1" : "0"),
  command: (parameters) => change(settings, { [name]: readBoolean(given(parameters)) }),
});

/** Command and query of a choice; `words` has SCPI's spelling for each value, such as `SINusoid` for `sine`. */
export function choiceAction(
  settings: Settings,
  header: string,
  name: string,
  words: Readonly<Record<string, string>>,
): Action {
  const spellings = Object.values(words);
  return {
    header,
    about: `${settings.limits[name]?.title ?? name}: ${spellings.join(", ")}`,
    query: () => (words[settings.text(name)] ?? "").replace(/[a-z]+$/, ""),
    command: (parameters) => {
      const spelling = readChoice(given(parameters), spellings);
      const value = Object.keys(words).find((one) => words[one] === spelling);
      change(settings, { [name]: value });
    },
  };
}

/** A query of a measured value. */
export const measurement = (header: string, about: string, value: () => number | null): Action => ({
  header,
  about,
  query: () => writeNumber(value()),
});

/** A command without parameters. */
export const plainAction = (header: string, about: string, run: () => void): Action => ({
  ...{ header, about },
  parameters: 0,
  command: run,
});
