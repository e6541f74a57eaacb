import { existsSync, readFileSync } from "node:fs";
import { failureText } from "../log/failure-text.ts";
import { ConfigError } from "./config-error.ts";
import type { Layer, Settings } from "./layers.ts";

/** Read from the working directory when no other file is named. */
const CONFIG_FILES = ["achex.toml", "achex.json"];

const isSettings = (value: unknown): value is Settings =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The settings of a TOML or JSON file: the one named, else achex.toml or achex.json where there is one. Throws ConfigError
 * when it cannot be read.
 */
export function fileLayer(path: string | undefined): Layer | undefined {
  const file = path ?? CONFIG_FILES.find((name) => existsSync(name));
  if (file === undefined) return undefined;
  const value = contentOf(file);
  if (!isSettings(value))
    throw new ConfigError(`config file ${file} should hold settings by name, such as port = 4010`);
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
