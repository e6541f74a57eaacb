import type { Settings } from "../config/layers.ts";
import type { ChildProcess } from "./kept-process.ts";
import { eachLine } from "./log-lines.ts";
import type { FromWorker, ToWorker, WorkerStatus } from "./worker-channel.ts";

/** The environment variable in which a worker finds its settings; they may contain a password, which arguments would show. */
export const WORKER_VARIABLE = "ACHEX_WORKER";

const ANSWER_MILLISECONDS = 1_000;

export interface WorkerProcessDeps {
  /** The command that runs a relay. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly settings: Settings;
  /** A line of its log. */
  wrote(line: string, isError: boolean): void;
}

/** One run of a worker. */
export interface WorkerProcess extends ChildProcess {
  /** Lets it accept connections once it can. */
  open(): void;
  /** Resolves when it could accept connections. */
  readonly prepared: Promise<void>;
  /** Resolves when it accepts connections; rejects with its last line when it ends before. */
  readonly ready: Promise<void>;
  readonly isReady: boolean;
  /** undefined when it does not answer within a second. */
  status(): Promise<WorkerStatus | undefined>;
}

/** In a few words. */
export const howItEnded = ({ exitCode, signalCode }: Pick<Bun.Subprocess, "exitCode" | "signalCode">): string =>
  signalCode === null ? `exit code ${exitCode}` : String(signalCode);

/** Starts a worker. It stops when this process is gone, because the channel between the two closes. */
export function startWorkerProcess({ command, environment, settings, wrote }: WorkerProcessDeps): WorkerProcess {
  const prepared = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  // Nobody may be waiting for it.
  ready.promise.catch(() => {});
  const open: Questions = new Map();
  let asked = 0;
  let isReady = false;
  let lastLine = "";
  const child = Bun.spawn([...command], {
    env: { ...environment, [WORKER_VARIABLE]: JSON.stringify(settings) },
    stdio: ["ignore", "pipe", "pipe"],
    ipc(message: FromWorker) {
      if ("prepared" in message) {
        prepared.resolve();
        return;
      }
      if ("ready" in message) {
        isReady = true;
        ready.resolve();
        return;
      }
      open.get(message.answer)?.(message.status);
      open.delete(message.answer);
    },
  });
  const take = (isError: boolean) => (line: string) => {
    lastLine = line;
    wrote(line, isError);
  };
  const read = Promise.all([eachLine(child.stdout, take(false)), eachLine(child.stderr, take(true))]);
  const ended = child.exited.then(async () => {
    await read;
    isReady = false;
    ready.reject(new Error(lastLine.replace(/^achex: /, "")));
    for (const answer of open.values()) answer(undefined);
    open.clear();
    return howItEnded(child);
  });
  const tell = (message: ToWorker): void => void child.send(message);
  return {
    pid: child.pid,
    ended,
    prepared: prepared.promise,
    open: () => void prepared.promise.then(() => tell({ open: true })),
    ready: ready.promise,
    get isReady() {
      return isReady;
    },
    kill: (signal) => child.kill(signal),
    status: () => (isReady ? answered(open, ++asked, tell) : Promise.resolve(undefined)),
  };
}

type Questions = Map<number, (status: WorkerStatus | undefined) => void>;

/** Asks, and resolves with the answer; undefined when there is none in time. */
function answered(
  open: Questions,
  number: number,
  tell: (message: ToWorker) => void,
): Promise<WorkerStatus | undefined> {
  const { promise, resolve } = Promise.withResolvers<WorkerStatus | undefined>();
  open.set(number, resolve);
  tell({ ask: number });
  const timer = setTimeout(() => {
    open.delete(number);
    resolve(undefined);
  }, ANSWER_MILLISECONDS);
  return promise.finally(() => clearTimeout(timer));
}
