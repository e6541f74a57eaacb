import { existsSync, readFileSync } from "node:fs";
import { isJsonObject } from "@achex/protocol";
import { closestMatch } from "leven";
import { failureText } from "../log/log-text.ts";
import type { Option } from "./options.ts";

/** A setting, or something outside the process, that prevents the start. The message is one line for the operator. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Settings of one origin by name, which is that of the flag without dashes. */
export type Settings = Readonly<Record<string, unknown>>;

/** One origin of settings. `origin` gives the name of a setting as it is written there, for error messages. */
export interface Layer {
  readonly origin: (name: string) => string;
  readonly settings: Settings;
}

export const environmentName = (name: string): string => `ACHEX_${name.toUpperCase().replaceAll("-", "_")}`;

/** Variables that the command line reads and the relay does not. */
const OTHER_VARIABLES: readonly string[] = ["ACHEX_CONFIG", "ACHEX_PASSWORD", "ACHEX_WORKER"];

/** The settings among the environment variables. An empty variable counts as not set, because compose files pass those. */
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

/** Read from the working directory when no file is named. */
const CONFIG_FILES = ["achex.toml", "achex.json"];

/**
 * The settings of a TOML or JSON file: the named one, or else achex.toml or achex.json if there is one. Throws ConfigError
 * when the file cannot be read.
 */
export function fileLayer(path: string | undefined): Layer | undefined {
  const file = path ?? CONFIG_FILES.find((name) => existsSync(name));
  if (file === undefined) return undefined;
  const value = contentOf(file);
  if (!isJsonObject(value))
    throw new ConfigError(`config file ${file} must contain settings by name, such as port = 4010`);
  return { origin: (name) => `${file}, key ${name}`, settings: value };
}

function contentOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`config file ${file} cannot be read: ${failureText(error)}`);
  }
  const json = file.endsWith(".json");
  try {
    return json ? JSON.parse(text) : Bun.TOML.parse(text);
  } catch (error) {
    throw new ConfigError(`config file ${file} is not valid ${json ? "JSON" : "TOML"}: ${failureText(error)}`);
  }
}

/** Throws ConfigError for the first key that is not a setting. */
export function rejectUnknownKeys({ origin, settings }: Layer, options: readonly Option[]): void {
  const names = options.map(({ name }) => name);
  const unknown = Object.keys(settings).find((key) => !names.includes(key));
  if (unknown !== undefined) throw new ConfigError(unknownKey(origin(unknown), unknown, names));
}

function unknownKey(what: string, key: string, known: readonly string[]): string {
  // Up to a third of the letters may be wrong; beyond that a suggestion is more likely to mislead than to help.
  const maxDistance = Math.floor(Math.max(2, key.length / 3));
  const byLowerCase = new Map(known.map((name) => [name.toLowerCase(), name]));
  const near = byLowerCase.get(closestMatch(key.toLowerCase(), [...byLowerCase.keys()], { maxDistance }) ?? "");
  return `${what} is not a setting; ${near ? `did you mean ${near}?` : `the settings are ${known.join(", ")}`}`;
}

/** What the layers say together: of each setting the value that takes precedence. */
export function mergedSettings(layers: readonly Layer[]): Settings {
  const given = layers.map(({ settings }) => Object.entries(settings).filter(([, value]) => value !== undefined));
  return Object.fromEntries(given.toReversed().flat());
}

/** The text of a value in a config file, where 4010 and "4010" mean the same. */
function textOf(value: unknown, { isList, fromTable }: Pick<Option, "isList" | "fromTable">): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (!isList || !Array.isArray(value)) return undefined;
  const items = value.map((item) => (typeof item === "string" ? item : fromTable?.(item)));
  return items.includes(undefined) ? undefined : items.join(",");
}

/** The value of an option in the first layer that sets it, or else its default. Throws ConfigError when it is not allowed. */
export function readOption<Value>(option: Option<Value>, layers: readonly Layer[]): Value {
  for (const { origin, settings } of layers) {
    const given = settings[option.name];
    if (given === undefined) continue;
    const text = textOf(given, option);
    const value = text === undefined ? undefined : option.parse(text);
    if (value !== undefined) return value;
    // A repeatable flag is a list even when it was given once.
    const shown = Array.isArray(given) && text !== undefined ? text : given;
    throw new ConfigError(`${origin(option.name)}: ${JSON.stringify(shown)} is not allowed; use ${option.allowed}`);
  }
  return option.fallback;
}
