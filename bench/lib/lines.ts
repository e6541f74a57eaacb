import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { stopProcess } from "./processes.ts";

/** Reads the lines a process prints. `next` rejects if the process ends, or prints none in time. */
export class Lines {
  private readonly lines: AsyncIterator<string>;
  private errors = "";

  constructor(private readonly child: ChildProcess) {
    if (!child.stdout) throw new Error("no output to read");
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr?.on("data", (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString()).slice(-2_000);
    });
  }

  async next(limitMs: number): Promise<string> {
    const limit = setTimeout(() => void stopProcess(this.child), limitMs);
    const { value, done } = await this.lines.next();
    clearTimeout(limit);
    // What it has written to standard error may still be on the way.
    if (done && this.child.exitCode === null) await once(this.child, "close");
    if (done) throw new Error(`a process of the benchmark ended early: ${this.errors.trim()}`);
    return value;
  }
}
