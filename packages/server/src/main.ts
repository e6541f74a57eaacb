import { existsSync, readFileSync } from "node:fs";
import {
  type Config,
  ConfigError,
  createConfig,
  environmentName,
  type Layer,
  type Settings,
  settingsFromEnvironment,
} from "./config.ts";
import { createLog } from "./log-lines.ts";
import { createRelay } from "./relay.ts";
import { startText } from "./start-text.ts";

const CONFIG_FILES = ["achex.toml", "achex.json"];

const isSettings = (value: unknown): value is Settings =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads achex.toml or achex.json, or the file named. */
function fileLayer(path: string | undefined): Layer | undefined {
  const file = path ?? CONFIG_FILES.find((name) => existsSync(name));
  if (file === undefined) return undefined;
  let value: unknown;
  try {
    const text = readFileSync(file, "utf8");
    value = file.endsWith(".json") ? JSON.parse(text) : Bun.TOML.parse(text);
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isSettings(value)) throw new ConfigError(`${file} should hold settings by name, such as port = 4010`);
  return { origin: (name) => `${file}, key ${name}`, settings: value };
}

/** The configuration of flags, environment and config file, in this order of rank. Throws ConfigError. */
export function loadConfig(flags: Settings, configFile: string | undefined): Config {
  const file = fileLayer(configFile ?? process.env.ACHEX_CONFIG);
  return createConfig([
    { origin: (name) => `--${name}`, settings: flags },
    { origin: environmentName, settings: settingsFromEnvironment(process.env) },
    ...(file ? [file] : []),
  ]);
}

/** Runs the relay until it is told to stop; resolves with the exit code. */
export async function serve(config: Config): Promise<number> {
  const log = createLog(config);
  const relay = createRelay(config, log);
  if (config.log === "pretty")
    console.log(startText(config, relay.ports, process.stdout.isTTY && !process.env.NO_COLOR));
  else log.info("listening", { ...relay.ports, host: config.host, auth: config.auth, data: config.data });
  const signal = await new Promise<string>((resolve) => {
    // Kept after the first one: a terminal and a parent process often both send it, and the second must not cut the drain short.
    for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => resolve(name));
  });
  log.info("stopping", { signal, drainSeconds: config.drain });
  await relay.stop();
  log.info("stopped");
  return 0;
}
