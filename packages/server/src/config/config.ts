import { ConfigError, type Layer, readOption, rejectUnknownKeys } from "./layers.ts";
import { type Config, options, settings } from "./settings.ts";

export { ConfigError, type Layer, type Settings } from "./layers.ts";
export type { Option } from "./options.ts";
export { type Config, groups, options } from "./settings.ts";

/** Merges the settings of all origins into one configuration; earlier layers take precedence. Throws ConfigError. */
export function createConfig(layers: readonly Layer[] = []): Config {
  for (const layer of layers) rejectUnknownKeys(layer, options);
  const config = settings((option) => readOption(option, layers));
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    throw new ConfigError("tls-cert and tls-key must be set together: set both or neither");
  }
  rejectSharedPort(config);
  return config;
}

function rejectSharedPort({ port, cloudPort, tlsPort, tlsCert }: Config): void {
  const used = { port, "cloud-port": cloudPort, "tls-port": tlsCert === undefined ? undefined : tlsPort };
  const owners = new Map<number, string>();
  for (const [name, number] of Object.entries(used)) {
    // 0 means any free port, so two settings of 0 do not conflict.
    if (number === undefined || number === 0) continue;
    const other = owners.get(number);
    if (other) throw new ConfigError(`${other} and ${name} are both ${number}; use a different port for each`);
    owners.set(number, name);
  }
}
