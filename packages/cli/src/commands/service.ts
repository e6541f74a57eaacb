import type { Command } from "commander";
import { accountsCommand } from "../accounts-command.ts";
import { EXIT_CODES } from "../options.ts";

const FOOTER = `
A service is a program that has a name to itself: it logs in by serviceID with its password, and users are refused its name.
Changes hold at once, also in a server that is running.

Examples:
  $ achex service add calc
  $ achex service add calc --delivery one --generate
  $ achex service passwd calc < new-password.txt

${EXIT_CODES}`;

export const serviceCommand = (): Command =>
  accountsCommand("service", "Programs that have a name to themselves.", FOOTER);
