import { systemClock } from "./clock.ts";
import { type Config, ConfigError, createConfig, options, type Settings } from "./config/config.ts";
import { environmentLayer, fileLayer, type Layer, mergedSettings } from "./config/layers.ts";
import type { Assets } from "./http/assets.ts";
import { createLog } from "./log/create-log.ts";
import type { Log } from "./log/log.ts";
import { startRelay } from "./relay.ts";
import { fileHandleLimit, warnOfFewHandles } from "./start/file-handles.ts";
import { startText } from "./start/start-text.ts";
import { version } from "./version.ts";
import { startSupervisor } from "./workers/supervisor.ts";
import { answerSupervisor, untilAllMayOpen } from "./workers/worker-channel.ts";
import { WORKER_VARIABLE } from "./workers/worker-process.ts";

/** For a relay that is stopped before it serves. */
const STOP_MILLISECONDS = 250;

/** What the demos of the website ask for: the rooms of the chat have a history. */
export const demoSettings: Settings = { keep: ["hub:chat* instance=chat"] };

export interface LoadedConfig {
  readonly config: Config;
  /** What it was made of. */
  readonly settings: Settings;
}

/** The configuration from flags, environment, config file and defaults; the first that sets an option wins. Throws ConfigError. */
export const loadConfig = (...given: Parameters<typeof loadSettings>): Config => loadSettings(...given).config;

/** The same, with the settings that it was made of. */
export function loadSettings(flags: Settings, configFile: string | undefined, defaults: Settings = {}): LoadedConfig {
  const given = process.env[WORKER_VARIABLE];
  const layers = given ? [supervisorLayer(given)] : layersOf(flags, configFile, defaults);
  return { config: createConfig(layers), settings: mergedSettings(layers) };
}

/** A worker gets everything from its supervisor: what has changed in a file meanwhile must not make it differ from the others. */
const supervisorLayer = (given: string): Layer => ({ origin: (name) => name, settings: JSON.parse(given) });

function layersOf(flags: Settings, configFile: string | undefined, defaults: Settings): readonly Layer[] {
  const file = fileLayer(configFile ?? (process.env.ACHEX_CONFIG || undefined));
  return [
    { origin: (name) => `--${name}`, settings: flags },
    environmentLayer(process.env, options),
    ...(file ? [file] : []),
    { origin: (name) => `the default of --demos for ${name}`, settings: defaults },
  ];
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
  /** The command that runs a relay, for workers. */
  readonly command: readonly string[];
}

/** Runs the relay until a signal stops it. Throws ConfigError when it cannot start. */
export async function serve(loaded: LoadedConfig, options: ServeOptions): Promise<void> {
  const { config } = loaded;
  // Without this the relay would end when the reader of its log does.
  process.stdout.on("error", () => {});
  const log = createLog(config, { colours: options.colours, write: (text) => process.stdout.write(text) });
  const stopped = stopSignal();
  const isWorker = Boolean(process.env[WORKER_VARIABLE]);
  if (config.workers > 1 && !isWorker) await superviseUntil(stopped, loaded, log, options);
  else await serveUntil(stopped, config, log, options, isWorker);
  log.info("stopped");
}

async function serveUntil(
  stopped: Promise<NodeJS.Signals>,
  config: Config,
  log: Log,
  { colours, assets }: ServeOptions,
  isWorker: boolean,
): Promise<void> {
  const isStopped = stopped.then(() => undefined);
  // A stop that comes earlier must not wait for the other workers.
  const mayOpen = async (): Promise<void> => {
    if (await Promise.race([untilAllMayOpen(), isStopped.then(() => true)])) throw new ConfigError("it was stopped");
  };
  // A node may have to wait for its cluster.
  const starting = startRelay(config, log, assets, isWorker ? mayOpen : undefined);
  const relay = await Promise.race([starting, isStopped]);
  if (!relay) {
    // What it has restored goes back to the disk.
    await Promise.race([starting.catch(() => {}), Bun.sleep(STOP_MILLISECONDS)]);
    return;
  }
  const { ports } = relay;
  // The supervisor tells a person where all of them are.
  if (config.log === "pretty" && !isWorker)
    process.stdout.write(`${startText({ config, ports, took: performance.now(), colours })}\n`);
  else logStart(config, log, { ...ports });
  warnOfFewHandles(log, fileHandleLimit(), config.limits.sessions);
  if (isWorker) answerSupervisor(relay);
  const signal = await stopped;
  log.info("stopping", { signal, drain: config.drain });
  await relay.stop();
}

async function superviseUntil(
  stopped: Promise<NodeJS.Signals>,
  { config, settings }: LoadedConfig,
  log: Log,
  { colours, command }: ServeOptions,
): Promise<void> {
  let isStopping = false;
  void stopped.then(() => {
    isStopping = true;
  });
  const supervisor = await startSupervisor({
    config,
    stopped,
    settings,
    log,
    clock: systemClock,
    colours,
    command,
    environment: { ...process.env, ...(colours && { FORCE_COLOR: "1" }) },
    write: (text, isError) => void (isError ? process.stderr : process.stdout).write(text),
  });
  const { ports, nodes, admin } = supervisor;
  const took = performance.now();
  if (!isStopping) {
    if (config.log === "pretty")
      process.stdout.write(`${startText({ config, ports, took, colours, workers: { nodes, admin } })}\n`);
    else logStart(config, log, { ...ports, admin, workers: nodes });
  }
  const signal = await stopped;
  log.info("stopping", { signal, drain: config.drain });
  await supervisor.stop(signal);
}

function logStart({ host, auth, data }: Config, log: Log, ports: Readonly<Record<string, unknown>>): void {
  log.info("listening", { version, ...ports, host, auth, data });
}
