import { type Config, createConfig, options, type Settings } from "./config/config.ts";
import { fileLayer } from "./config/file.ts";
import { environmentLayer } from "./config/layers.ts";
import type { Assets } from "./http/assets.ts";
import { createLog } from "./log/create-log.ts";
import { createRelay } from "./relay.ts";
import { startText } from "./start/start-text.ts";
import { version } from "./version.ts";

/** The configuration of flags, environment and config file, in this order of rank. Throws ConfigError. */
export function loadConfig(flags: Settings, configFile: string | undefined): Config {
  const file = fileLayer(configFile ?? (process.env.ACHEX_CONFIG || undefined));
  return createConfig([
    { origin: (name) => `--${name}`, settings: flags },
    environmentLayer(process.env, options),
    ...(file ? [file] : []),
  ]);
}

/** Resolves with the first signal that asks for a stop. */
const stopSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    // Kept after the first one: a terminal and a parent process often both send it, and the second must not cut the drain short.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(signal));
  });

export interface ServeOptions {
  readonly colours: boolean;
  readonly assets: Assets;
}

/** Runs the relay until it is told to stop. Throws ConfigError when it cannot start. */
export async function serve(config: Config, { colours, assets }: ServeOptions): Promise<void> {
  // Whoever reads the log may go away; the relay stays.
  process.stdout.on("error", () => {});
  const write = (text: string) => process.stdout.write(text);
  const log = createLog(config, { colours, write });
  const stopped = stopSignal();
  const relay = createRelay(config, log, assets);
  if (config.log === "pretty") {
    write(`${startText({ config, ports: relay.ports, took: performance.now(), colours })}\n`);
  } else {
    const { host, auth, data } = config;
    log.info("listening", { version, ...relay.ports, host, auth, data });
  }
  const signal = await stopped;
  log.info("stopping", { signal, drain: config.drain });
  await relay.stop();
  log.info("stopped");
}
