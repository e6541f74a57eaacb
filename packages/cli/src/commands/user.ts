import type { Command } from "commander";
import { accountsCommand } from "../accounts-command.ts";
import { EXIT_CODES } from "../options.ts";

const FOOTER = `
Under "achex serve --auth accounts" only these users may log in. Changes hold at once, also in a server that is running.

Examples:
  $ achex user add alice
  $ achex user add alice --generate
  $ achex user remove alice

${EXIT_CODES}`;

export const userCommand = (): Command =>
  accountsCommand("user", 'Who may log in under "achex serve --auth accounts".', FOOTER);
