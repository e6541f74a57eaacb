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
  if (config.cluster.length > 0) rejectUnshared(config);
  return config;
}

/** What the nodes of a cluster do not have in common yet must not be switched on: it would be another thing on each node. */
function rejectUnshared(config: Config): void {
  if (config.node === undefined)
    throw new ConfigError("--cluster needs --node, a name that no other relay of the cluster has");
}

function rejectSharedPort({ port, cloudPort, tlsPort, tlsCert, adminPort }: Config): void {
  const tls = tlsCert === undefined ? undefined : tlsPort;
  const used = { port, "cloud-port": cloudPort, "tls-port": tls, "admin-port": adminPort };
  const owners = new Map<number, string>();
  for (const [name, number] of Object.entries(used)) {
    // 0 means any free port, so two settings of 0 do not conflict.
    if (number === undefined || number === 0) continue;
    const other = owners.get(number);
    if (other) throw new ConfigError(`${other} and ${name} are both ${number}; use a different port for each`);
    owners.set(number, name);
  }
}
