// Runs a program that reads one instruction per line and answers each with one line.
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { launch, stopProcess } from "../../lib/processes.ts";

export interface Helper {
  readonly pid: number;
  writeLine(line: string): void;
  /** The next line it prints. Rejects if it ends first, or prints nothing within the time limit. */
  nextLine(limitMs: number): Promise<string>;
  end(): Promise<void>;
}

const failed = (child: ChildProcess, errors: string): Error =>
  new Error(`a helper ended with ${child.exitCode ?? child.signalCode}: ${errors.trim()}`);

export function startHelper(argv: readonly string[]): Helper {
  const child = launch(argv, "pipe");
  const { stdout, stdin, stderr } = child;
  if (!stdout || !stdin || !stderr || child.pid === undefined)
    throw new Error(`${argv.join(" ")} could not be started`);
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  let errors = "";
  stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2_000);
  });
  stdin.on("error", () => {});
  return {
    pid: child.pid,
    writeLine: (line) => void stdin.write(`${line}\n`),
    async nextLine(limitMs) {
      const limit = Promise.withResolvers<never>();
      const timer = setTimeout(() => limit.reject(new Error(`a helper said nothing for ${limitMs} ms`)), limitMs);
      try {
        const { value, done } = await Promise.race([lines.next(), limit.promise]);
        if (done) throw failed(child, errors);
        return value;
      } finally {
        clearTimeout(timer);
      }
    },
    end: () => stopProcess(child),
  };
}
