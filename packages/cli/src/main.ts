import { ConfigError } from "@achex/server/config";
import { version } from "@achex/server/version";
import { Command, CommanderError } from "commander";
import { serviceCommand, userCommand } from "./commands/accounts.ts";
import { askCommand } from "./commands/ask.ts";
import { benchCommand } from "./commands/bench.ts";
import { clusterCommand } from "./commands/cluster.ts";
import { demoCommand } from "./commands/demo.ts";
import { filesCommand } from "./commands/files.ts";
import { historyCommand } from "./commands/history.ts";
import { keepCommand } from "./commands/keep.ts";
import { listenCommand } from "./commands/listen.ts";
import { sendCommand } from "./commands/send.ts";
import { serveCommand } from "./commands/serve.ts";
import { statusCommand } from "./commands/status.ts";
import { Failure } from "./failure.ts";
import { EXIT_CODES } from "./options.ts";
import { flushed, notice } from "./terminal.ts";

const FOOTER = `
Examples:
  $ achex serve
  $ achex listen localhost:4010 --as alice
  $ achex send localhost:4010 --as bob --to alice hello

${EXIT_CODES}`;

const program = new Command("achex")
  .description("The WebSocket relay that just works.")
  .version(version, "-v, --version", "print the version")
  .addHelpText("after", FOOTER);
for (const command of [
  serveCommand(),
  clusterCommand(),
  serviceCommand(),
  userCommand(),
  listenCommand(),
  sendCommand(),
  askCommand(),
  statusCommand(),
  historyCommand(),
  keepCommand(),
  filesCommand(),
  demoCommand(),
  benchCommand(),
]) {
  program.addCommand(command);
}

/**
 * Stops this process, as SIGTERM does, when its launcher has ended. A launcher killed by SIGKILL cannot forward a signal, so
 * without this the process would keep running unnoticed (see bin/find-bun.mjs).
 */
function endWithLauncher(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
}

const fullName = (command: Command): string =>
  command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();

/** A command-line error on one line, followed by a pointer to the help if the text itself does not say what to do. */
function errorLine(command: Command, text: string): string {
  const line = text
    .replace(/^error: /, "")
    .trim()
    .replace(/\n/g, " ");
  if (/Did you mean|Allowed choices|Give a/.test(line)) return `achex: ${line}\n`;
  return `achex: ${line.replace(/\.$/, "")}; see ${fullName(command)} --help\n`;
}

/** Command-line errors are thrown to `main` instead of ending the process. */
function prepare(command: Command): void {
  command.exitOverride().configureOutput({ outputError: (text, write) => write(errorLine(command, text)) });
  command.helpOption("-h, --help", "show this help");
  // Otherwise a command without subcommands would list `help` as its only one.
  if (command.commands.length > 0) command.helpCommand("help [command]", "show the help of a command");
  for (const sub of command.commands) prepare(sub);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigError || error instanceof Failure) {
    notice(error.message);
    return error instanceof Failure ? error.exitCode : 1;
  }
  notice("unexpected error; please report it:");
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}

prepare(program);
endWithLauncher();
const exitCode = await program.parseAsync().then(() => 0, exitCodeOf);
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(exitCode);
