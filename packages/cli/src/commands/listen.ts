import { Command } from "commander";
import { Achex2Connection } from "../achex2-connection.ts";
import { Failure } from "../failure.ts";
import { formatFrame, oneLine } from "../format-frame.ts";
import { interrupted } from "../interrupted.ts";
import { openConnection } from "../open-connection.ts";
import { ADDRESS_HELP, collect, EXIT_CODES, type LoginFlags, loginFrom, wholeNumber, withLogin } from "../options.ts";
import { formatLatency, notice, wantsColours } from "../terminal.ts";

interface Flags extends LoginFlags {
  readonly hub?: readonly string[];
  readonly bc?: readonly string[];
  readonly count?: number;
  readonly presence?: boolean;
  readonly reconnect?: boolean;
}

const FOOTER = `
Frames are printed to standard output, one per line: coloured on a terminal, unchanged in a pipe. Other messages go to
standard error. The command ends on Ctrl-C, after --count frames, or with a failure when the connection ends.

Examples:
  $ achex listen localhost:4010 --as alice
  $ achex listen wss://example.org/school --as alice --hub lobby --hub games
  $ achex listen localhost --as logger --bc weather | jq .temperature

${EXIT_CODES}`;

async function listen(address: string, flags: Flags): Promise<void> {
  const { hub: hubs = [], bc: broadcasts = [], count = Number.POSITIVE_INFINITY } = flags;
  const { presence = false, reconnect = false } = flags;
  const terminal = process.stdout.isTTY === true;
  const colours = wantsColours(process.stdout, process.env);
  const view = (frame: string) => (terminal || colours ? formatFrame(frame, colours) : oneLine(frame));
  const enough = Promise.withResolvers<void>();
  const stopped = interrupted();
  let seen = 0;
  const client = await openConnection({ ...loginFrom(address, flags), presence, reconnect }, (frame) => {
    if (seen++ < count) process.stdout.write(`${view(frame)}\n`);
    if (seen >= count) enough.resolve();
  });
  for (const hub of hubs) await client.join(hub);
  for (const broadcast of broadcasts) await client.register(broadcast);
  if (broadcasts.length > 0) await client.flush();
  const distance = client instanceof Achex2Connection ? `, latency ${formatLatency(await client.latency())}` : "";
  notice(
    `listening as ${JSON.stringify(flags.as)}${client.sessionId ? `, session ${client.sessionId}` : ""}${distance}`,
  );
  const why = await Promise.race([stopped, enough.promise, client.closed]);
  if (why) throw new Failure(why);
  await client.close();
}

export function listenCommand(): Command {
  return withLogin(new Command("listen"))
    .description("Log in and print every frame received.")
    .argument("<URL>", ADDRESS_HELP)
    .option("--hub <HUB>", "join a hub; may be repeated", collect)
    .option("--bc <NAME>", "subscribe to a broadcast; may be repeated", collect)
    .option("--presence", "show members and who joins, leaves or changes (achex.2)")
    .option("--reconnect", "reconnect after a lost connection instead of ending (achex.2)")
    .option("--count <N>", "end after N frames", wholeNumber(1))
    .addHelpText("after", FOOTER)
    .action(listen);
}
