import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Clock } from "../clock.ts";
import { ConfigError } from "../config/layers.ts";
import type { Log } from "../log/log.ts";
import { type ChildProcess, KeptProcess } from "./kept-process.ts";
import { eachLine } from "./log-lines.ts";
import { howItEnded } from "./worker-process.ts";

const PROGRAM = "nats-server";
const USER = "achex";
const START_MILLISECONDS = 20_000;

/**
 * Ends nats-server when this process is gone, also after SIGKILL: then the pipe closes and `read` fails. Before a stop a line is written
 * into it, so that nothing is killed that is gone already.
 */
const GUARD = 'exec 3<&0; (read -r _ <&3 || kill "$$") 2>/dev/null & exec "$@" 3<&- </dev/null';
/** Of a password that is in a file which only this user can read, and changes with each start. */
const PLAIN_PASSWORD = "Plaintext passwords detected";

export interface NatsDeps {
  /** For the store of JetStream and the configuration. */
  readonly folder: string;
  readonly clock: Pick<Clock, "now" | "every">;
  readonly log: Log;
  /** A line of its log that reports trouble. */
  wrote(line: string): void;
}

/** A nats-server of our own. */
export interface OwnNats {
  /** With user and password. */
  readonly url: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

const quoted = (text: string): string => JSON.stringify(text);

/** Only this machine can connect, and only who knows the password, which changes with each start. */
const configuration = (folder: string, port: number, password: string): string => `# Written at each start.
host: 127.0.0.1
port: ${port}
server_name: achex-workers
authorization { user: ${USER}, password: ${quoted(password)} }
jetstream { store_dir: ${quoted(resolve(folder, "jetstream"))} }
`;

interface RunDeps {
  readonly file: string;
  wrote(line: string): void;
  listening(port: number): void;
  /** It ended, with its last lines. */
  failed(lines: string): void;
}

function run({ file, wrote, listening, failed }: RunDeps): ChildProcess {
  const child = Bun.spawn(["sh", "-c", GUARD, "sh", PROGRAM, "-c", file], {
    stdio: ["pipe", "ignore", "pipe"],
    // Ctrl-C reaches every process of the terminal's group, and NATS must outlive the workers.
    detached: true,
  });
  let port = 0;
  let trouble = "";
  const read = eachLine(child.stderr, (line) => {
    const [, number] = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line) ?? [];
    if (number !== undefined) port = Number(number);
    if (line.includes("Server is ready")) listening(port);
    if (/\[(INF|DBG|TRC)\]/.test(line) || line.includes(PLAIN_PASSWORD)) return;
    trouble = line;
    wrote(line);
  });
  const ended = child.exited.then(async () => {
    await read;
    const how = howItEnded(child);
    failed(trouble || how);
    return how;
  });
  return {
    pid: child.pid,
    ended,
    kill(signal) {
      child.stdin.write("\n");
      void child.stdin.flush();
      child.kill(signal);
    },
  };
}

/** Starts nats-server, and again when it ends, on the same port. Rejects with ConfigError when it cannot be started. */
export async function startOwnNats({ folder, clock, log, wrote }: NatsDeps): Promise<OwnNats> {
  if (!Bun.which(PROGRAM))
    throw new ConfigError(
      `${PROGRAM}, which connects the workers, is not installed; on Debian and Ubuntu: apt-get install nats-server; or name one with --cluster`,
    );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "nats.conf");
  const password = crypto.getRandomValues(new Uint8Array(24)).toHex();
  // Any free port at first, and that one again after a restart, because the workers look for it there.
  const write = (port: number): void => writeFileSync(file, configuration(folder, port, password), { mode: 0o600 });
  write(-1);
  const first = Promise.withResolvers<number>();
  const listening = (port: number): void => {
    write(port);
    first.resolve(port);
  };
  const failed = (lines: string): void => first.reject(new ConfigError(`${PROGRAM} could not start: ${lines}`));
  const kept = new KeptProcess({ name: PROGRAM, clock, log, start: () => run({ file, wrote, listening, failed }) });
  const timer = setTimeout(() => failed("it was not ready in time"), START_MILLISECONDS);
  try {
    const port = await first.promise;
    return {
      url: `nats://${USER}:${password}@127.0.0.1:${port}`,
      get pid() {
        return kept.pid;
      },
      stop: () => kept.stop("SIGTERM"),
    };
  } catch (error) {
    await kept.stop("SIGTERM");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
