import { join } from "node:path";
import { Mailbox } from "../../../server/test/kit/mailbox.ts";
import { within } from "../../../server/test/kit/wait.ts";

export const LAUNCHER = join(import.meta.dir, "../../bin/achex.mjs");
/** Each command starts two runtimes one after the other, possibly on a busy machine. */
const PATIENCE = 20_000;

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The command before the arguments; by default the launcher under Node. */
  readonly by?: readonly string[];
}

/** The current environment without variables that change what a command does or prints. */
function environmentOf(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(ACHEX_|NO_COLOR|FORCE_COLOR|CI$)/.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), ...extra };
}

async function collectLines(stream: ReadableStream<Uint8Array>, lines: Mailbox<string>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let open = "";
  for await (const chunk of stream) {
    const added = decoder.decode(chunk, { stream: true });
    text += added;
    const parts = (open + added).split("\n");
    open = parts.pop() ?? "";
    for (const part of parts) lines.put(part);
  }
  lines.end("the command ended");
  return text;
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A running achex command, started as a user starts it: through the Node launcher. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** Lines of standard output and standard error, in the order they arrive. */
  readonly out: Mailbox<string>;
  readonly err: Mailbox<string>;
  readonly ended: Promise<Ended>;
  write(text: string): void;
  endInput(): void;
  signal(signal: NodeJS.Signals): void;
}

export function start(args: readonly string[], { env, cwd, by = ["node", LAUNCHER] }: Surroundings = {}): Running {
  const child = Bun.spawn([...by, ...args], {
    env: environmentOf(env),
    cwd: cwd ?? import.meta.dir,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = [new Mailbox<string>(), new Mailbox<string>()];
  const texts = Promise.all([collectLines(child.stdout, out), collectLines(child.stderr, err)]);
  const ended = child.exited.then(async (code) => {
    const [outText, errText] = await texts;
    return { code, out: outText, err: errText };
  });
  return {
    pid: child.pid,
    out,
    err,
    ended,
    write: (text) => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
    signal: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await within(`achex ${args[0]} to end`, ended, PATIENCE).catch((error: unknown) => {
        child.kill("SIGKILL");
        throw error;
      });
    },
  };
}

/** Runs a command to its end with the given standard input. */
export async function achex(args: readonly string[], { input = "", ...rest }: Surroundings & { input?: string } = {}) {
  await using running = start(args, rest);
  if (input !== "") running.write(input);
  running.endInput();
  return await within(`achex ${args.join(" ")} to end`, running.ended, PATIENCE);
}
