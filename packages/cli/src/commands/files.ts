import { Command, Option } from "commander";
import { type ReceiveFlags, receive } from "../files/receive.ts";
import { type SendFlags, send } from "../files/send.ts";
import { EXIT_CODES } from "../options.ts";

const FOOTER = `
Files are encrypted from end to end, and compared by SHA-256. A transfer that was interrupted goes on when both sides run the command
again, or open the page again. The other side can be this command or the page /demos/files of the relay.

With the link, nothing has to be compared. Without it, both people compare seven emoji; --yes skips that, and trusts anyone who has the code.

Examples:
  $ achex files send film.mkv photos
  $ achex files receive 'http://localhost:4010/demos/files?join=K7BQ2#k=…' --into ~/Downloads
  $ achex files receive K7BQ2 --relay relay.example:4010

${EXIT_CODES}`;

const withMeeting = (command: Command): Command =>
  command
    .option("--relay <URL>", "relay to use (default: that of the link, else localhost:4010)")
    .option("--as <NAME>", "name to log in as (default: a new one)")
    .addOption(new Option("--password <PASSWORD>", "its password").env("ACHEX_PASSWORD").default("", "none"))
    .option("--name <NAME>", "how the other side sees this device (default: the host name)")
    .option("--yes", "ask nothing: trust anyone who has the code, and accept the files", false)
    .addHelpText("after", FOOTER);

export function filesCommand(): Command {
  const sendFiles = withMeeting(new Command("send"))
    .description("Send files and folders. Prints the link to receive them, and their SHA-256 when they have arrived.")
    .argument("<PATH...>", "files and folders")
    .option("--to <CODE>", "room code or link of a receiver that waits (default: a new room)")
    .action((paths: string[], flags: SendFlags) => send(paths, flags));
  const receiveFiles = withMeeting(new Command("receive"))
    .description("Receive files into a folder. Nothing is overwritten.")
    .argument("<CODE>", "room code or link; with a new code, the sender joins by --to")
    .option("--into <DIR>", "the folder", ".")
    .action((code: string, flags: ReceiveFlags) => receive(code, flags));
  return new Command("files")
    .description("Send and receive files, to and from browsers and other terminals.")
    .addCommand(sendFiles)
    .addCommand(receiveFiles);
}
