import type { Clock } from "../clock.ts";
import type { Settings } from "../config/layers.ts";
import type { Health } from "../http/pages.ts";
import type { Log } from "../log/log.ts";
import { KeptProcess } from "./kept-process.ts";
import { mergedMetrics, type NodeMetrics } from "./merged-metrics.ts";
import { startWorkerProcess, type WorkerProcess, type WorkerProcessDeps } from "./worker-process.ts";

export interface WorkerSettings {
  /** Of the node. */
  readonly name: string;
  readonly settings: Settings;
}

export interface WorkersDeps extends Pick<WorkerProcessDeps, "command" | "environment"> {
  readonly workers: readonly WorkerSettings[];
  readonly version: string;
  readonly clock: Pick<Clock, "now" | "every">;
  readonly log: Log;
  wrote(worker: string, line: string, isError: boolean): void;
}

/** A worker as /health of the supervisor shows it; one that does not answer has no more than this. */
export type WorkerHealth = { readonly pid: number | undefined; readonly restarts: number } & (
  | Health
  | { readonly node: string; readonly status: "down" }
);

export interface WorkersHealth {
  /** `degraded` while some of the workers do not answer, `down` while none does. */
  readonly status: "ok" | "degraded" | "down" | "stopping";
  readonly version: string;
  /** Of all workers. */
  readonly sessions: number;
  readonly workers: readonly WorkerHealth[];
}

interface Worker {
  readonly kept: KeptProcess;
  readonly run: () => WorkerProcess;
}

/** The processes that serve one port. */
export class Workers {
  private readonly workers: readonly Worker[];
  private isStopping = false;
  private mayOpen = false;

  constructor(private readonly deps: WorkersDeps) {
    this.workers = deps.workers.map((worker) => this.create(worker));
  }

  /** Resolves when all accept connections. Rejects with the last line of one that ended instead. */
  async ready(): Promise<void> {
    const first = this.workers.map(({ run }) => run());
    await Promise.race([Promise.all(first.map(({ prepared }) => prepared)), ...first.map(({ ready }) => ready)]);
    // Later runs of a worker need not wait for others.
    this.mayOpen = true;
    for (const { open } of first) open();
    await Promise.all(first.map(({ ready }) => ready));
  }

  /** Passes the signal on. Resolves when all have ended. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.workers.map(({ kept }) => kept.stop(signal)));
  }

  async health(): Promise<WorkersHealth> {
    const answers = await this.answers();
    const workers = answers.map(
      ({ kept, status }): WorkerHealth => ({
        ...(status?.health ?? { node: kept.name, status: "down" }),
        pid: kept.pid,
        restarts: kept.restarts,
      }),
    );
    const up = answers.filter(({ status }) => status).length;
    const status = up === answers.length ? "ok" : up > 0 ? "degraded" : "down";
    return {
      status: this.isStopping ? "stopping" : status,
      version: this.deps.version,
      sessions: answers.reduce((sum, one) => sum + (one.status?.health.sessions ?? 0), 0),
      workers,
    };
  }

  /** Of all workers that answer, in the text format of Prometheus. */
  async metrics(): Promise<string> {
    const answers = await this.answers();
    const nodes = answers.map(({ kept, status }): NodeMetrics => {
      const own = [
        "# HELP achex_worker_up 1 while the worker answers its supervisor",
        "# TYPE achex_worker_up gauge",
        `achex_worker_up ${status ? 1 : 0}`,
        "# HELP achex_worker_restarts_total Times the worker was started again",
        "# TYPE achex_worker_restarts_total counter",
        `achex_worker_restarts_total ${kept.restarts}`,
      ];
      return { node: kept.name, text: `${own.join("\n")}\n${status?.metrics ?? ""}` };
    });
    return mergedMetrics(nodes);
  }

  private answers() {
    return Promise.all(this.workers.map(async ({ kept, run }) => ({ kept, status: await run().status() })));
  }

  private create({ name, settings }: WorkerSettings): Worker {
    const { clock, log, command, environment, wrote } = this.deps;
    const start = (): WorkerProcess =>
      startWorkerProcess({
        command,
        environment,
        settings,
        wrote: (line, isError) => wrote(name, line, isError),
      });
    const mayOpen = (): boolean => this.mayOpen;
    let run = start();
    // The first run is there already.
    let isFirst = true;
    const kept = new KeptProcess({
      name,
      clock,
      log,
      start() {
        if (!isFirst) run = start();
        isFirst = false;
        if (mayOpen()) run.open();
        return run;
      },
    });
    return { kept, run: () => run };
  }
}
