import { createInterface } from "node:readline";
import { Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../failure.ts";
import { buildFrame, type Target } from "../frames.ts";
import { openConnection } from "../open-connection.ts";
import { ADDRESS_HELP, collect, EXIT_CODES, type LoginFlags, loginFrom, wholeNumber, withLogin } from "../options.ts";
import { Pacer } from "../pacer.ts";
import { sendStream } from "../stream/send-stream.ts";
import { notice } from "../terminal.ts";

interface Flags extends LoginFlags {
  readonly to?: readonly string[];
  readonly toSession?: readonly string[];
  readonly bc?: readonly string[];
  readonly hub?: readonly string[];
  readonly rate: number;
  readonly stream?: string | true;
  readonly format?: "csv" | "ndjson";
  readonly time?: string;
  readonly every?: number;
  readonly interval: number;
  readonly title?: string;
}

const FOOTER = `
Each argument is one message; without arguments, each line of standard input is one. A JSON object is sent as written, with the
address in front; any other text is sent as {"msg":TEXT}. Without a target, each must be a whole frame and is sent unchanged.
A target option may be repeated: the message then goes to all targets.

The exit code is 0 once the server has handled every frame, and 1 if it rejected one, for example because nobody is logged in
under that name. Servers that support only the legacy dialects do not report this.

With --stream, standard input is a stream of numbers for the page /demos/stream: CSV, whose first line has the names of the series, or
one JSON object per line. Rows get the time at which they are read; --time and --every change that. The code is printed, and part of
the address where others watch. A stream is sent until the input ends, also after a restart of the server.

Examples:
  $ achex send localhost:4010 --as bob --to alice hello
  $ achex send localhost:4010 --as bob --hub lobby '{"x":1,"y":2}' '{"x":2,"y":2}'
  $ tail -f log.jsonl | achex send wss://example.org/school --as logger --bc logs
  $ achex send localhost:4010 --as bob '{"to":"alice","msg":"hello"}'
  $ my-program | achex send localhost:4010 --as lab --stream
  $ achex send localhost:4010 --as lab --stream K7BQ2 --every 10 < recorded.csv

${EXIT_CODES}`;

/** Frames sent between two checks that the server has kept up. */
const STRIDE = 200;

function targetOf(flags: Flags): Target | undefined {
  const given: readonly (readonly [Target["key"], readonly string[] | undefined])[] = [
    ["to", flags.to],
    ["toS", flags.toSession],
    ["bc", flags.bc],
    ["toH", flags.hub],
  ];
  const targets = given.flatMap(([key, values]) => (values ? [{ key, values }] : []));
  if (targets.length > 1) throw new UsageError("give one kind of target: --to, --to-session, --bc or --hub");
  const odd = flags.toSession?.find((id) => !/^[1-9]\d{0,9}$/.test(id));
  if (odd !== undefined) throw new UsageError(`--to-session takes a session id, not ${odd}`);
  return targets[0];
}

function spacing(text: string): number {
  const milliseconds = /^\d{1,7}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  if (milliseconds >= 0.05) return milliseconds;
  throw new InvalidArgumentError("Give milliseconds, at least 0.05.");
}

async function* standardInput(): AsyncGenerator<string> {
  if (process.stdin.isTTY) notice("each line you type is sent; press Ctrl-D to end");
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== "") yield line;
  }
}

async function send(address: string, messages: readonly string[], flags: Flags): Promise<void> {
  const target = targetOf(flags);
  if (flags.stream !== undefined) {
    if (target || messages.length > 0)
      throw new UsageError("--stream reads standard input: give neither a target nor messages");
    return sendStream(address, { ...flags, stream: flags.stream });
  }
  const login = loginFrom(address, flags);
  // All arguments are checked before the first is sent. Otherwise a typo in the last one would leave the others sent.
  const frames = messages.map((message) => buildFrame(message, target));
  const client = await openConnection(login);
  const pacer = new Pacer(flags.rate);
  let sent = 0;
  const hand = async (frame: string) => {
    await pacer.turn(Buffer.byteLength(frame));
    client.send(frame);
    if (++sent % STRIDE === 0) await client.flush();
  };
  for (const frame of frames) await hand(frame);
  if (messages.length === 0) for await (const line of standardInput()) await hand(buildFrame(line, target));
  await client.flush();
  await client.close();
}

export function sendCommand(): Command {
  return withLogin(new Command("send"))
    .description("Log in, send messages, and end once the server has handled them.")
    .argument("<URL>", ADDRESS_HELP)
    .argument("[JSON...]", "messages; without any, the lines of standard input")
    .option("--to <NAME>", "everyone logged in under a name", collect)
    .option("--to-session <ID>", "one session, by its id", collect)
    .option("--bc <NAME>", "all subscribers of a broadcast", collect)
    .option("--hub <HUB>", "the members of a hub", collect)
    .addOption(
      new Option("--rate <N>", "frames per second, below the limit of the server; 0 = as fast as possible")
        .argParser(wholeNumber(0))
        .default(400),
    )
    .option("--stream [CODE]", "send numbers from standard input as a stream, under this code or a new one")
    .addOption(
      new Option("--format <FORMAT>", "of a stream (default: its first line decides)").choices(["csv", "ndjson"]),
    )
    .option("--time <COLUMN>", "column of a stream with the time: a date, or seconds or milliseconds since 1970")
    .option("--every <MS>", "milliseconds between two rows of a stream, which is sent at that pace", spacing)
    .option("--interval <MS>", "milliseconds between two messages of a stream", wholeNumber(10, 60_000), 50)
    .option("--title <TITLE>", "title of a stream")
    .addHelpText("after", FOOTER)
    .action(send);
}
