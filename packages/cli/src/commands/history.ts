import { type Client, connect, type Message, type Position, type Room } from "@achex/client";
import { Command, InvalidArgumentError, Option } from "commander";
import { closeReason, failing } from "../connection-errors.ts";
import { Failure, UsageError } from "../failure.ts";
import { formatFrame, oneLine } from "../format-frame.ts";
import { interrupted } from "../interrupted.ts";
import { observedWebSocket } from "../observed-socket.ts";
import { ADDRESS_HELP, EXIT_CODES, type LoginFlags, wholeNumber, withCredentials } from "../options.ts";
import { relayUrl } from "../relay-url.ts";
import { notice, wantsColours } from "../terminal.ts";

type Start = Position | "start";

interface Flags extends Pick<LoginFlags, "as" | "password"> {
  readonly hub?: string;
  readonly bc?: string;
  readonly last: number;
  readonly after?: Start;
  readonly before?: Position;
  readonly follow?: boolean;
}

/** Most messages of `--last`, which are collected before they are printed, and of a join (PROTOCOL.md R143). */
const MOST = 100_000;
const MOST_OF_JOIN = 1_000;

const FOOTER = `
Prints the messages that a kept hub or broadcast holds, one per line, oldest first: in a pipe as JSON, with their position ($seq), the
time ($at, milliseconds since 1970) and the bytes of binary messages in base64 ($binary). With --follow, it goes on with new messages until
Ctrl-C, also after a restart of the server, and leaves none out. Other messages go to standard error; the last of them says how to go on
later. The server must support achex.2 and keep the channel (achex serve --keep).

Examples:
  $ achex history localhost:4010 --as me --hub chat-1 --last 20
  $ achex history localhost:4010 --as me --hub chat-1 --after start > chat-1.ndjson
  $ achex history localhost:4010 --as logger --bc weather --after k3f.7/123 --follow

${EXIT_CODES}`;

function parsePosition(text: string): Position {
  const [, epoch, digits] = /^(.+)\/(\d{1,15})$/.exec(text) ?? [];
  if (epoch === undefined) throw new InvalidArgumentError("Give EPOCH/SEQ, as this command prints it.");
  return { epoch, seq: Number(digits) };
}

const textOf = ({ epoch, seq }: Position): string => `${epoch}/${seq}`;

/** The frame of a message as the server sends it, with what a page of history adds. */
function frameOf({ text, from, sid, position, at, bytes }: Message): string {
  const more = {
    ...{ sID: sid, FROM: from, $seq: position?.seq, $at: at },
    $binary: bytes && Buffer.from(bytes).toString("base64"),
  };
  return `${text.trimEnd().slice(0, -1)},${JSON.stringify(more).slice(1)}`.replace(/^\{,/, "{");
}

function createPrinter() {
  const colours = wantsColours(process.stdout, process.env);
  const isTerminal = process.stdout.isTTY === true;
  return (message: Message) => {
    const frame = frameOf(message);
    process.stdout.write(`${isTerminal || colours ? formatFrame(frame, colours) : oneLine(frame)}\n`);
  };
}

async function printStored(room: Room<Message["data"]>, flags: Flags): Promise<Position | undefined> {
  const print = createPrinter();
  const { last, after, before } = flags;
  let newest: Position | undefined;
  const show = (messages: readonly Message[]) => {
    for (const message of messages) print(message);
    newest = messages.at(-1)?.position ?? newest;
  };
  if (after !== undefined) {
    for await (const { messages, missed, reset } of room.history({ after })) {
      if (reset) notice(`the position is of another epoch; printing everything that ${room.name} holds`);
      if (missed > 0) notice(`${missed} messages after it are no longer held`);
      show(messages);
    }
    return newest;
  }
  const pages: (readonly Message[])[] = [];
  let missing = last;
  const size = Math.min(last, 200);
  for await (const { messages } of room.history(before ? { before, limit: size } : { last: size })) {
    pages.unshift(messages.slice(-missing));
    missing -= messages.length;
    if (missing <= 0) break;
  }
  for (const messages of pages) show(messages);
  return newest;
}

async function follow(client: Client<object>, room: Room<Message["data"]>, { last, after }: Flags): Promise<void> {
  room.on("message", createPrinter());
  room.on("gap", ({ missed, reset }) => {
    if (missed > 0) notice(`${missed} messages are no longer held`);
    else if (reset && after !== "start") notice("another epoch has begun; printing everything that is held");
  });
  client.on("dropped", ({ code }) => notice(`connection lost (${code}); reconnecting`));
  // No epoch has this name, so everything is sent.
  const since = after === "start" ? { epoch: "start", seq: 0 } : after;
  const { kept } = await room.join(since ? { since } : { history: Math.min(last, MOST_OF_JOIN) });
  if (!kept) throw new Failure(`${room.name} is not kept; the operator decides with "achex serve --keep"`);
}

async function history(address: string, flags: Flags): Promise<void> {
  const { as, password, hub, bc } = flags;
  if ((hub === undefined) === (bc === undefined))
    throw new UsageError("give either --hub or --bc; see achex history --help");
  const unreachable = Promise.withResolvers<never>();
  const stop = (why: string) => unreachable.reject(new Failure(why));
  let isUp = false;
  const client = connect(relayUrl(address).url, {
    name: as,
    passwd: password,
    WebSocket: observedWebSocket({
      frame() {},
      otherDialect: () => stop(`${address} does not support achex.2, which "achex history" needs`),
      failed: (error) => isUp || unreachable.reject(error),
      closed: (code, reason) => (isUp && flags.follow) || stop(closeReason(code, reason)),
    }),
  });
  const stopped = interrupted();
  const room: Room<Message["data"]> = hub === undefined ? client.broadcast(bc ?? "") : client.hub(hub);
  const what = `history of ${hub === undefined ? "broadcast" : "hub"} ${JSON.stringify(room.name)}`;
  try {
    await Promise.race([client.ready(), unreachable.promise]).catch(failing("login rejected"));
    isUp = true;
    const reading = flags.follow
      ? follow(client, room, flags).then(() => stopped)
      : room.join().then(() => printStored(room, flags));
    await Promise.race([reading, stopped, unreachable.promise]).catch(failing(what));
    const position = flags.follow ? room.position : ((await reading) ?? undefined);
    if (position) notice(`to go on from here, use --after ${textOf(position)}`);
  } finally {
    client.close();
  }
}

export function historyCommand(): Command {
  return withCredentials(new Command("history"))
    .description("Log in and print the messages that a kept hub or broadcast holds.")
    .argument("<URL>", ADDRESS_HELP)
    .option("--hub <HUB>", "the hub")
    .option("--bc <NAME>", "or the broadcast")
    .addOption(new Option("--last <N>", "print the newest N messages").argParser(wholeNumber(1, MOST)).default(50))
    .addOption(
      new Option("--after <POSITION>", 'print all messages after this position; "start" is the oldest')
        .argParser((text): Start => (text === "start" ? text : parsePosition(text)))
        .conflicts("before"),
    )
    .addOption(
      new Option("--before <POSITION>", "print the newest N messages before this position")
        .argParser(parsePosition)
        .conflicts("follow"),
    )
    .option("--follow", "go on with new messages")
    .addHelpText("after", FOOTER)
    .action(history);
}
