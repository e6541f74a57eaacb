import type { Dialect } from "@achex/protocol";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Login } from "./relay-client.ts";
import { relayUrl } from "./relay-url.ts";

export interface LoginFlags {
  readonly as: string;
  readonly password: string;
  readonly dialect?: Dialect;
}

export const ADDRESS_HELP = "ws://… or wss://…, or HOST[:PORT][/INSTANCE] with port 4010 unless given";

/** The options of every command that logs in somewhere. */
export function withLogin(command: Command): Command {
  return command
    .requiredOption("--as <NAME>", "name to log in as")
    .addOption(new Option("--password <PASSWORD>", "its password").env("ACHEX_PASSWORD").default("", "none"))
    .addOption(dialectOption());
}

export const dialectOption = (): Option =>
  new Option(
    "--dialect <DIALECT>",
    "what the address speaks; told by its path unless given: / is classic, all others cloud",
  ).choices(["classic", "cloud"]);

export const loginOf = (address: string, { as, password, dialect }: LoginFlags): Login => ({
  ...relayUrl(address, dialect),
  name: as,
  password,
});

/** For options that may be given several times. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** Parser of whole numbers of at least `least`. */
export const whole =
  (least: number, most = 1_000_000) =>
  (value: string): number => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };

export const EXIT_CODES = "Exit codes: 0 done, 1 failed, 2 the command line was not understood.";
