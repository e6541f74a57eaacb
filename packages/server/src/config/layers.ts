import { ConfigError } from "./config-error.ts";
import { nearest } from "./nearest.ts";
import type { Option } from "./options.ts";

/** Settings of one origin by their name: flags without dashes, config-file keys. */
export type Settings = Readonly<Record<string, unknown>>;

/** One origin of settings; `origin` names a setting as its writer knows it, for the error line. */
export interface Layer {
  readonly origin: (name: string) => string;
  readonly settings: Settings;
}

export const environmentName = (name: string): string => `ACHEX_${name.toUpperCase().replaceAll("-", "_")}`;

/** Variables that say something to the command line and nothing to the relay. */
const OTHER_VARIABLES: readonly string[] = ["ACHEX_CONFIG", "ACHEX_PASSWORD"];

/** The settings among environment variables; an empty one counts as not set, as compose files write it. */
export function environmentLayer(
  environment: Readonly<Record<string, string | undefined>>,
  options: readonly Option[],
): Layer {
  const byVariable = new Map(options.map(({ name }) => [environmentName(name), name]));
  const settings: Record<string, string> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith("ACHEX_") || OTHER_VARIABLES.includes(variable) || !value) continue;
    const name = byVariable.get(variable);
    if (name === undefined) {
      throw new ConfigError(unknownKey(`environment variable ${variable}`, variable, [...byVariable.keys()]));
    }
    settings[name] = value;
  }
  return { origin: environmentName, settings };
}

/** Throws ConfigError at the first key that is no setting. */
export function refuseUnknownKeys({ origin, settings }: Layer, options: readonly Option[]): void {
  const names = options.map(({ name }) => name);
  const unknown = Object.keys(settings).find((key) => !names.includes(key));
  if (unknown !== undefined) throw new ConfigError(unknownKey(origin(unknown), unknown, names));
}

function unknownKey(what: string, key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `${what} is no setting; ${near ? `did you mean ${near}?` : `the settings are ${known.join(", ")}`}`;
}

/** The text of a value as a config file may hold it: 4010 and "4010" mean the same. */
function textOf(value: unknown, many: boolean): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return many && Array.isArray(value) && value.every((item) => typeof item === "string") ? value.join(",") : undefined;
}

/** The value of the first layer that has one, else the fallback. Throws ConfigError when it is none of the allowed ones. */
export function readOption<Value>(option: Option<Value>, layers: readonly Layer[]): Value {
  for (const { origin, settings } of layers) {
    const given = settings[option.name];
    if (given === undefined) continue;
    const text = textOf(given, option.many);
    const value = text === undefined ? undefined : option.read(text);
    if (value !== undefined) return value;
    // A flag that may be repeated is a list even when it was given once.
    const shown = Array.isArray(given) && text !== undefined ? text : given;
    throw new ConfigError(`${origin(option.name)}: ${JSON.stringify(shown)} is not allowed; give ${option.allowed}`);
  }
  return option.fallback;
}
