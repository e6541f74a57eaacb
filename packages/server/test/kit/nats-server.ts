import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LineReader } from "./line-reader.ts";
import { within } from "./wait.ts";

/** A NATS server on a free port of loopback, with JetStream in a folder of its own. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  /** Ends the process without a word. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** The process stops running, with its connections open, and goes on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
}

async function spawn(port: number, options: readonly string[]) {
  const child = Bun.spawn(["nats-server", "-a", "127.0.0.1", "-p", `${port}`, ...options], {
    stderr: "pipe",
    stdout: "ignore",
  });
  const lines = new LineReader(child.stderr);
  for (let used = port; ; ) {
    const line = await lines.next();
    const [, listening] = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line) ?? [];
    if (listening !== undefined) used = Number(listening);
    if (line.includes("Server is ready")) return { child, port: used };
  }
}

/** Starts a server; `options` are those of its command line. */
export async function startNats(...options: readonly string[]): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), "achex-nats-"));
  return runNats(folder, ["-js", "-sd", folder, ...options]);
}

/** The same without JetStream, unless the options ask for it. */
export const startPlainNats = (...options: readonly string[]): Promise<NatsServer> =>
  runNats(mkdtempSync(join(tmpdir(), "achex-nats-")), options);

async function runNats(folder: string, options: readonly string[]): Promise<NatsServer> {
  let { child, port } = await spawn(-1, options);
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await within("nats-server to end", child.exited);
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    async restart() {
      ({ child, port } = await spawn(port, options));
    },
    signal: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
