import { groups, type Option as Setting } from "@achex/server/config";
import { Command, Option } from "commander";
import { collect, EXIT_CODES } from "../options.ts";
import { wantsColours } from "../terminal.ts";

const FOOTER = `
Each setting can also come from the environment (--max-frame is ACHEX_MAX_FRAME) or from a config file (key max-frame).
Flags override the environment, which overrides the file. Sizes may have a unit: 65536, 64KiB, 4MiB. 0 switches a limit off.

Examples:
  $ achex serve
  $ achex serve --host 0.0.0.0 --cloud-port 4011
  $ achex serve --config /etc/achex.toml --log json
  $ achex serve --workers 4 --admin-port 4012

SIGTERM, SIGINT and SIGHUP stop the relay: sessions that can be resumed are saved and continue after the next start; all others are closed
with 1001 (4001 in achex.2) over the drain time. The exit code is then 0.
${EXIT_CODES}`;

function flagOf({ name, placeholder, help, defaultText, isList }: Setting): Option {
  const flag = new Option(`--${name} <${placeholder}>`, `${help} (default: ${defaultText})`);
  return isList ? flag.argParser<readonly string[]>(collect) : flag;
}

/** The command that runs a relay, for the workers of --workers. */
const thisCommand = (): readonly string[] => [process.execPath, ...process.argv.slice(1, 2), "serve"];

export function serveCommand(): Command {
  const command = new Command("serve")
    .description("Run the relay.")
    .usage("[options]")
    .option("--config <FILE>", "settings in TOML or JSON (default: achex.toml or achex.json in the working folder)")
    .option("--demos", "keep the rooms of the chat demo, unless you set --keep; `npm start` does");
  const flags = new Map<string, Option>();
  for (const { title, options } of groups) {
    for (const setting of options) {
      const flag = flagOf(setting).helpGroup(`${title}:`);
      flags.set(setting.name, flag);
      command.addOption(flag);
    }
  }
  return command
    .addHelpText("after", FOOTER)
    .action(async ({ config, demos }: { readonly config?: string; readonly demos?: true }) => {
      const given = [...flags].map(([name, flag]) => [name, command.getOptionValue(flag.attributeName())]);
      // Loaded only now, so that the other commands start without the server.
      const { demoSettings, loadSettings, serve } = await import("@achex/server/main");
      const { siteAssets } = await import("@achex/site");
      const colours = wantsColours(process.stdout, process.env);
      const defaults = demos ? demoSettings : {};
      const loaded = loadSettings(Object.fromEntries(given), config, defaults);
      await serve(loaded, { colours, assets: siteAssets(), command: thisCommand() });
    });
}
