import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import type { Settings } from "../../src/config/config.ts";
import { type Metrics, readMetrics } from "./metrics.ts";
import { until, within } from "./wait.ts";

interface LogLine {
  readonly message: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * A free port below those that the system assigns. While the relay is down, a client that connects to one of those could be
 * assigned the very same as its own, and would be connected to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 17_000);
    const server = createServer();
    const isFree = new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!(await isFree)) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** A relay in a process that tests stop by signals and start again, on the same port and with the same data folder. */
export class RestartingRelay implements AsyncDisposable {
  readonly data = mkdtempSync(join(tmpdir(), "achex-test-"));
  /** What the process that runs now, or ran last, has logged. */
  log: LogLine[] = [];
  port = 0;
  private child: Subprocess<"ignore", "pipe", "inherit"> | undefined;
  private reading: Promise<void> = Promise.resolve();

  /** `wrap` changes the command that runs it. */
  constructor(
    private readonly settings: Settings = {},
    private readonly wrap: (command: string[]) => string[] = (command) => command,
  ) {}

  static async start(settings?: Settings): Promise<RestartingRelay> {
    const relay = new RestartingRelay(settings);
    await relay.start();
    return relay;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/root`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts the process; resolves when it listens. */
  async start(more: Settings = {}): Promise<void> {
    if (this.port === 0) this.port = await freePort();
    const own = { port: this.port, data: this.data, log: "json", drain: 0, ...this.settings, ...more };
    const script = join(import.meta.dir, "serve-process.ts");
    this.log = [];
    this.child = Bun.spawn(this.wrap([process.execPath, script, JSON.stringify(own)]), {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.reading = this.read(this.child.stdout);
    let hasEnded = false;
    void this.ended().then(() => {
      hasEnded = true;
    });
    await until("the relay to listen", () => hasEnded || this.lineOf("listening") !== undefined, 30_000);
    if (!this.lineOf("listening")) throw new Error("the relay ended before it listened");
  }

  /** The first line of the log with that message. */
  lineOf(message: string): LogLine | undefined {
    return this.log.find((line) => line.message === message);
  }

  /** Waits for a line of the log, which must have these fields. */
  async logs(message: string, fields: LogLine["properties"]): Promise<void> {
    await until(`the log to say: ${message}`, () => this.lineOf(message) !== undefined);
    expect(this.lineOf(message)?.properties).toMatchObject(fields);
  }

  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  /** Resolves with the exit code, when all of its log has been read. */
  async stopped(): Promise<number | null> {
    return within("the relay to end", this.ended(), 30_000);
  }

  private async ended(): Promise<number | null> {
    const code = await this.child?.exited;
    await this.reading;
    return code ?? null;
  }

  /** Stops it with SIGTERM and starts it again. */
  async restart(more?: Settings): Promise<void> {
    this.signal("SIGTERM");
    await this.stopped();
    await this.start(more);
  }

  metrics(): Promise<Metrics> {
    return readMetrics(`http://127.0.0.1:${this.port}/metrics`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.stopped();
    rmSync(this.data, { recursive: true, force: true });
  }

  private async read(output: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of output) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.log.push(JSON.parse(line));
    }
  }
}
