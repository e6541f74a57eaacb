import { type Config, createConfig, options, type Settings } from "./config/config.ts";
import { environmentLayer, fileLayer } from "./config/layers.ts";
import type { Assets } from "./http/assets.ts";
import { createLog } from "./log/create-log.ts";
import { startRelay } from "./relay.ts";
import { fileHandleLimit, warnOfFewHandles } from "./start/file-handles.ts";
import { startText } from "./start/start-text.ts";
import { version } from "./version.ts";

/** What the demos of the website ask for: the rooms of the chat have a history. */
export const demoSettings: Settings = { keep: ["hub:chat* instance=chat"] };

/** The configuration from flags, environment, config file and defaults; the first that sets an option wins. Throws ConfigError. */
export function loadConfig(flags: Settings, configFile: string | undefined, defaults: Settings = {}): Config {
  const file = fileLayer(configFile ?? (process.env.ACHEX_CONFIG || undefined));
  return createConfig([
    { origin: (name) => `--${name}`, settings: flags },
    environmentLayer(process.env, options),
    ...(file ? [file] : []),
    { origin: (name) => `the default of --demos for ${name}`, settings: defaults },
  ]);
}

/** Resolves with the first signal that requests a stop. */
const stopSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    // Never removed: a terminal and a parent process often both send a signal, and the second must not interrupt the drain.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(signal));
  });

export interface ServeOptions {
  readonly colours: boolean;
  readonly assets: Assets;
}

/** Runs the relay until a signal stops it. Throws ConfigError when it cannot start. */
export async function serve(config: Config, { colours, assets }: ServeOptions): Promise<void> {
  // Without this the relay would end when the reader of its log does.
  process.stdout.on("error", () => {});
  const write = (text: string) => process.stdout.write(text);
  const log = createLog(config, { colours, write });
  const stopped = stopSignal();
  const relay = await startRelay(config, log, assets);
  if (config.log === "pretty") {
    write(`${startText({ config, ports: relay.ports, took: performance.now(), colours })}\n`);
  } else {
    const { host, auth, data } = config;
    log.info("listening", { version, ...relay.ports, host, auth, data });
  }
  warnOfFewHandles(log, fileHandleLimit(), config.limits.sessions);
  const signal = await stopped;
  log.info("stopping", { signal, drain: config.drain });
  await relay.stop();
  log.info("stopped");
}
