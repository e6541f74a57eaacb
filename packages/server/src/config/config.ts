import { ConfigError } from "./config-error.ts";
import { type Layer, readOption, refuseUnknownKeys } from "./layers.ts";
import { type Config, options, settings } from "./settings.ts";

export { ConfigError } from "./config-error.ts";
export type { Layer, Settings } from "./layers.ts";
export type { Option } from "./options.ts";
export { type Config, groups, options } from "./settings.ts";

/** Settings of all origins as one configuration; an earlier layer outranks a later one. Throws ConfigError. */
export function createConfig(layers: readonly Layer[] = []): Config {
  for (const layer of layers) refuseUnknownKeys(layer, options);
  const config = settings((option) => readOption(option, layers));
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    throw new ConfigError("tls-cert and tls-key go together: give both or neither");
  }
  refuseSharedPort(config);
  return config;
}

function refuseSharedPort({ port, cloudPort, tlsPort, tlsCert }: Config): void {
  const used = { port, "cloud-port": cloudPort, "tls-port": tlsCert === undefined ? undefined : tlsPort };
  const owners = new Map<number, string>();
  for (const [name, number] of Object.entries(used)) {
    // 0 takes any free port, so two of them never meet.
    if (number === undefined || number === 0) continue;
    const other = owners.get(number);
    if (other) throw new ConfigError(`${other} and ${name} are both ${number}; give each a port of its own`);
    owners.set(number, name);
  }
}
