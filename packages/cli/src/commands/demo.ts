import { isKind, KINDS, type Kind, startInstrument } from "@achex/instruments";
import { Command, InvalidArgumentError, Option } from "commander";
import { demoPasswords } from "../accounts/demo-passwords.ts";
import { type AccountStoreFlags, withAccountStoreOptions } from "../accounts/store.ts";
import { Failure } from "../failure.ts";
import { EXIT_CODES, wholeNumber } from "../options.ts";
import { relayUrl } from "../relay-url.ts";
import { notice } from "../terminal.ts";

const DEFAULT_URL = "ws://localhost:4010/instruments";
const KIND_NAMES = Object.keys(KINDS).join(", ");

function kindOf(text: string): Kind {
  if (isKind(text)) return text;
  throw new InvalidArgumentError(`Allowed choices are ${KIND_NAMES}.`);
}

interface InstrumentFlags {
  readonly id?: string;
  readonly seed: number;
  readonly interval: number;
  readonly password?: string;
}

/** One instrument, in this process, until it is stopped. */
async function runInstrument(
  kind: Kind,
  address: string,
  { id, seed, interval, password }: InstrumentFlags,
): Promise<void> {
  const making = { id: id ?? `${KINDS[kind].prefix}-${seed}`, seed, interval };
  const instrument = await startInstrument(kind, making, {
    url: relayUrl(address).url,
    password: password || undefined,
  });
  notice(`${making.id} is on ${address}`);
  const ended = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.resolve());
  await ended.promise;
  await instrument[Symbol.asyncDispose]();
}

interface WallFlags extends AccountStoreFlags {
  readonly count: number;
  readonly interval: number;
  readonly services: boolean;
}

/** The instruments to start: one of each kind, again and again. */
const plan = (count: number): readonly { readonly kind: Kind; readonly seed: number }[] => {
  const kinds = Object.keys(KINDS).filter(isKind);
  return Array.from({ length: count }, (_, at) => ({
    kind: kinds[at % kinds.length] ?? "multimeter",
    seed: 1 + Math.floor(at / kinds.length),
  }));
};

/** A set of instruments, each a process of its own, so that one can be killed without the others. */
async function runInstruments(address: string, flags: WallFlags): Promise<void> {
  const passwords = flags.services ? await demoPasswords(Object.keys(KINDS), flags) : {};
  const script = process.argv[1];
  if (script === undefined) throw new Failure("this command does not know its own file");
  const children = plan(flags.count).map(({ kind, seed }) => {
    const own = ["demo", "instrument", kind, address, "--seed", String(seed), "--interval", String(flags.interval)];
    return Bun.spawn([process.execPath, script, ...own], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ACHEX_PASSWORD: passwords[kind] ?? "" },
    });
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      for (const child of children) child.kill(signal);
    });
  }
  const codes = await Promise.all(children.map(({ exited }) => exited));
  if (codes.every((code) => code === 1)) throw new Failure("no instrument could join");
}

const FOOTER = `
docs/instruments.md describes what an instrument sends, and how to build one in another language.

Examples:
  $ achex demo instruments
  $ achex demo instruments --count 100
  $ achex demo instrument power-supply --id psu-7
  $ achex ask localhost:4010/instruments --as ann --to psu-1 '{"scpi":"*IDN?"}'

${EXIT_CODES}`;

export function demoCommand(): Command {
  const command = new Command("demo").description("Start simulated instruments.").addHelpText("after", FOOTER);
  const seconds = "milliseconds between two readings";
  withAccountStoreOptions(command.command("instruments"))
    .description(
      "Start a set of instruments, each in a process of its own. On this machine they log in as services, which are added if necessary.",
    )
    .argument("[URL]", "address of the relay", DEFAULT_URL)
    .option("--count <NUMBER>", "how many", wholeNumber(1, 500), Object.keys(KINDS).length)
    .option("--interval <MS>", seconds, wholeNumber(10), 100)
    .option("--no-services", "log in as users, for a relay on another machine")
    .action(runInstruments);
  command
    .command("instrument")
    .description("Start one instrument in this process.")
    .argument("<KIND>", KIND_NAMES, kindOf)
    .argument("[URL]", "address of the relay", DEFAULT_URL)
    .option("--id <ID>", "its id (default: one made from kind and seed)")
    .option("--seed <NUMBER>", "seed of its noise and faults", wholeNumber(0), 1)
    .option("--interval <MS>", seconds, wholeNumber(10), 100)
    .addOption(
      new Option("--password <PASSWORD>", "password of the service of its kind; without one, it logs in as a user").env(
        "ACHEX_PASSWORD",
      ),
    )
    .action(runInstrument);
  return command;
}
