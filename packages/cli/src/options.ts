import type { Dialect } from "@achex/protocol";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Login } from "./connection.ts";

export interface LoginFlags {
  readonly as: string;
  readonly password: string;
  readonly dialect?: Dialect;
}

export const ADDRESS_HELP = "ws://… or wss://…, or HOST[:PORT][/INSTANCE]; the default port is 4010";

/** The options of every command that logs in. */
export const withCredentials = (command: Command): Command =>
  command
    .requiredOption("--as <NAME>", "name to log in as")
    .addOption(new Option("--password <PASSWORD>", "its password").env("ACHEX_PASSWORD").default("", "none"));

/** The options of commands that can log in with any dialect. */
export const withLogin = (command: Command): Command =>
  withCredentials(command).addOption(
    new Option(
      "--dialect <DIALECT>",
      "dialect to use (default: achex.2 if the server supports it, else classic on / and cloud on other paths)",
    ).choices(["achex.2", "classic", "cloud"]),
  );

/** For load tests, which use only the legacy dialects. */
export const legacyDialectOption = (): Option =>
  new Option("--dialect <DIALECT>", "dialect to use (default: classic on /, cloud on other paths)").choices([
    "classic",
    "cloud",
  ]);

export const loginFrom = (address: string, { as, password, dialect }: LoginFlags): Login => ({
  address,
  dialect,
  name: as,
  password,
});

/** For options that can be repeated. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** Returns a parser for whole numbers of at least `least`. */
export const wholeNumber =
  (least: number, most = 1_000_000) =>
  (value: string): number => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };

export const EXIT_CODES = "Exit codes: 0 success, 1 failure, 2 invalid command line.";
