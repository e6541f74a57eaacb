import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { KeptFolder } from "@achex/server/keep/maintenance";
import { printable } from "@achex/server/printable";
import { Command, InvalidArgumentError } from "commander";
import { Failure } from "../failure.ts";
import { EXIT_CODES } from "../options.ts";
import { notice } from "../terminal.ts";

interface KeepFlags {
  readonly data?: string;
  readonly config?: string;
}

interface ChannelFlags extends KeepFlags {
  readonly instance: string;
}

const kinds = ["hub", "broadcast", "name"] as const;

interface ChannelArgument {
  readonly kind: (typeof kinds)[number];
  readonly name: string;
}

function parseChannel(text: string): ChannelArgument {
  const kind = kinds.find((one) => text.startsWith(`${one}:`));
  const name = kind && text.slice(kind.length + 1);
  if (kind === undefined || !name) throw new InvalidArgumentError("Give hub:NAME, broadcast:NAME or name:NAME.");
  return { kind, name };
}

/** Runs one command on the kept channels of the configured data folder; a folder without any is a Failure. */
async function withKept(
  { data, config: file }: KeepFlags,
  act: (kept: KeptFolder, folder: string) => void | Promise<void>,
): Promise<void> {
  const { loadConfig } = await import("@achex/server/main");
  const folder = resolve(loadConfig(data === undefined ? {} : { data }, file).data);
  if (!existsSync(folder)) throw new Failure(`there is no data folder ${folder}; set it with --data`);
  const { KeptFolder } = await import("@achex/server/keep/maintenance");
  try {
    using kept = KeptFolder.open(folder);
    if (!kept)
      throw new Failure(`nothing has been kept in ${folder}; "achex serve --keep" says which channels to keep`);
    await act(kept, folder);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { failureText } = await import("@achex/server/failure-text");
    throw new Failure(`the kept messages in ${folder} cannot be used: ${failureText(error)}`);
  }
}

const timeOf = (at: number | null): string => (at === null ? "" : new Date(at).toISOString());

function list(kept: KeptFolder, folder: string): void {
  const channels = kept.list();
  for (const { instance, kind, name, messages, bytes, oldest, newest, keys } of channels) {
    const counts = [messages, bytes].map(String);
    const state = keys === null ? [] : [`${keys} keys`];
    const columns = [instance, `${kind}:${name}`, ...counts, timeOf(oldest), timeOf(newest), ...state];
    console.log(columns.map(printable).join("\t"));
  }
  if (channels.length === 0) notice(`nothing is kept in ${folder}`);
}

const missing = ({ kind, name }: ChannelArgument, instance: string, folder: string): Failure =>
  new Failure(`${kind}:${name} of instance ${instance} is not kept in ${folder}; "achex keep list" lists what is`);

/**
 * One JSON object a line: first the keys of the state, then the messages with position, time, and the text or, in base64, the bytes.
 */
function exportChannel(kept: KeptFolder, folder: string, channel: ChannelArgument, instance: string): void {
  const state = kept.state({ ...channel, instance });
  const messages = kept.messages({ ...channel, instance }) ?? (state && []);
  if (!messages) throw missing(channel, instance, folder);
  for (const { key, text } of state?.keys ?? []) console.log(`{"key":${JSON.stringify(key)},"value":${text}}`);
  for (const { seq, at, frame } of messages) {
    const content = typeof frame === "string" ? { frame } : { base64: Buffer.from(frame).toString("base64") };
    console.log(JSON.stringify({ seq, time: timeOf(at), ...content }));
  }
}

async function purge(kept: KeptFolder, folder: string, channel: ChannelArgument, instance: string): Promise<void> {
  const { lockData } = await import("@achex/server/data-lock");
  let lock: ReturnType<typeof lockData>;
  try {
    lock = lockData(folder);
  } catch {
    throw new Failure(`a relay is using ${folder}; stop it, purge, and start it again`);
  }
  try {
    const removed = kept.purge({ ...channel, instance });
    const state = kept.purgeState({ ...channel, instance });
    kept.vacuum();
    notice(
      `deleted ${removed} messages${state === true ? " and the state" : ""} of ${channel.kind}:${channel.name} (instance ${instance}) from ${folder}`,
    );
    if (state === "shared")
      notice(
        "its state is that of a cluster, where all nodes must have the same, and was not deleted: delete its keys as a client",
      );
  } finally {
    lock.release();
  }
}

const FOOTER = `
CHANNEL is hub:NAME, broadcast:NAME or name:NAME.

Examples:
  $ achex keep list
  $ achex keep export hub:chat-1 > chat-1.ndjson
  $ achex keep purge hub:chat-1 --instance hall

${EXIT_CODES}`;

const withFolder = (command: Command): Command =>
  command
    .option("--data <FOLDER>", "data folder of the server (default: $ACHEX_DATA, else ./data)")
    .option("--config <FILE>", "config file of the server, which names the data folder");

/** `achex keep`: lists, exports and deletes what is kept of channels. */
export function keepCommand(): Command {
  const command = new Command("keep")
    .description("List, export and delete kept messages and states of rooms.")
    .addHelpText("after", FOOTER);
  const sub = (usage: string, text: string) => withFolder(command.command(usage).description(text));
  const onChannel = (usage: string, text: string, act: typeof purge | typeof exportChannel) =>
    withFolder(command.command(usage).description(text))
      .argument("<CHANNEL>", "hub:NAME, broadcast:NAME or name:NAME", parseChannel)
      .option("--instance <NAME>", "instance of the channel", "root")
      .action((channel: ChannelArgument, flags: ChannelFlags) =>
        withKept(flags, (kept, folder) => act(kept, folder, channel, flags.instance)),
      );
  sub(
    "list",
    "List the channels: instance, channel, messages, bytes, time of the oldest and the newest, and keys of a kept state.",
  ).action((flags: KeepFlags) => withKept(flags, list));
  onChannel("export", "Print the state and the messages of a channel, one JSON object a line.", exportChannel);
  onChannel("purge", "Delete the messages of a channel and the state of the room. The relay must be stopped.", purge);
  return command;
}
