import type { Clock } from "../clock.ts";
import type { Log } from "../log/log.ts";

const FIRST_DELAY_MILLISECONDS = 250;
const MAX_DELAY_MILLISECONDS = 10_000;
/** After this long a process is taken to work, and the next restart is quick again. */
const STEADY_MILLISECONDS = 60_000;

/** A process that was started. */
export interface ChildProcess {
  readonly pid: number;
  /** Resolves when it has ended, with how, in a few words. */
  readonly ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

export interface KeptProcessDeps {
  readonly name: string;
  readonly clock: Pick<Clock, "now" | "every">;
  readonly log: Log;
  start(): ChildProcess;
}

/** Runs a process, and starts it again when it ends, until it is stopped. One that keeps ending is started less and less often. */
export class KeptProcess {
  private child: ChildProcess | undefined;
  private delay = FIRST_DELAY_MILLISECONDS;
  private startedAt = 0;
  private cancelRestart: (() => void) | undefined;
  private isStopping = false;
  private readonly stopped = Promise.withResolvers<void>();
  /** Times it was started again. */
  restarts = 0;

  constructor(private readonly deps: KeptProcessDeps) {
    this.start();
  }

  get name(): string {
    return this.deps.name;
  }

  /** undefined while it is not running. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Sends the signal, and does not start the process again. Resolves when it has ended. */
  stop(signal: NodeJS.Signals): Promise<void> {
    this.isStopping = true;
    this.cancelRestart?.();
    if (this.child) this.child.kill(signal);
    else this.stopped.resolve();
    return this.stopped.promise;
  }

  private start(): void {
    const child = this.deps.start();
    this.child = child;
    this.startedAt = this.deps.clock.now();
    void child.ended.then((how) => this.ended(how));
  }

  private ended(how: string): void {
    this.child = undefined;
    if (this.isStopping) {
      this.stopped.resolve();
      return;
    }
    const { clock, log, name } = this.deps;
    if (clock.now() - this.startedAt >= STEADY_MILLISECONDS) this.delay = FIRST_DELAY_MILLISECONDS;
    log.error("a process has ended; starting it again", { process: name, how, seconds: this.delay / 1000 });
    this.cancelRestart = clock.every(this.delay, () => {
      this.cancelRestart?.();
      this.restarts++;
      this.start();
    });
    this.delay = Math.min(this.delay * 2, MAX_DELAY_MILLISECONDS);
  }
}
