import { randomBytes } from "node:crypto";
import type { Dialect } from "@achex/protocol";
import { Command, Option } from "commander";
import { type BenchClient, closeClients, connectClients } from "../bench/clients.ts";
import { fanOut } from "../bench/fan-out.ts";
import { pairs } from "../bench/pairs.ts";
import { formatResult, type Result } from "../bench/result.ts";
import { ADDRESS_HELP, EXIT_CODES, legacyDialectOption, wholeNumber } from "../options.ts";
import { relayUrl } from "../relay-url.ts";

interface Flags {
  readonly as?: string;
  readonly password: string;
  readonly dialect?: Dialect;
  readonly connections: number;
  readonly seconds: number;
  readonly rate: number;
  readonly json?: true;
}

const FOOTER = `
Two runs, one after the other:
  pairs    pairs of connections play ping-pong: each waits for the answer before it sends again; latency is a full round
           trip, that is, two messages
  fan-out  one connection sends to a hub at a steady rate, all others receive; latency counts from the moment a message
           was due, so that a stall is not hidden

The result includes the network. If the server runs on this machine, it shares the cores with the load test.
--rate keeps each connection below the limit of the server (500 frames per second by default).

Examples:
  $ achex bench localhost:4010
  $ achex bench wss://example.org/ --connections 200 --seconds 10 --json

${EXIT_CODES}`;

async function bench(address: string, flags: Flags): Promise<void> {
  const { url, dialect } = relayUrl(address, flags.dialect);
  const { connections, seconds, rate, password } = flags;
  const id = randomBytes(4).toString("hex");
  const say = (text: string) => flags.json || process.stdout.write(text);
  const measure = async (run: (clients: readonly BenchClient[]) => Promise<Result>): Promise<Result> => {
    const clients = await connectClients({ url, dialect, name: flags.as ?? `bench-${id}`, password }, connections);
    try {
      const result = await run(clients);
      say(formatResult(result));
      return result;
    } finally {
      await closeClients(clients);
    }
  };
  say(`\n  ${url}  ${connections} connections, ${seconds} s per run\n\n`);
  const results = [
    await measure((clients) => pairs(clients, { seconds, rate })),
    await measure((clients) => fanOut(clients, { seconds, rate, hub: `bench-${id}` })),
  ];
  say("\n");
  if (flags.json) process.stdout.write(`${JSON.stringify({ url, connections, seconds, rate, results })}\n`);
}

export function benchCommand(): Command {
  const number = (flag: string, help: string, fallback: number, least: number, most: number) =>
    new Option(flag, help).argParser(wholeNumber(least, most)).default(fallback);
  return new Command("bench")
    .description("Run a short load test against a relay.")
    .argument("<URL>", ADDRESS_HELP)
    .addOption(number("--connections <N>", "number of connections", 50, 2, 10_000))
    .addOption(number("--seconds <N>", "length of each run", 3, 1, 60))
    .addOption(number("--rate <N>", "maximum frames per second of one connection", 200, 1, 100_000))
    .option("--as <NAME>", "name to log in as, if the server requires an account (default: a new name)")
    .addOption(new Option("--password <PASSWORD>", "its password").env("ACHEX_PASSWORD").default("", "none"))
    .addOption(legacyDialectOption())
    .option("--json", "print the result as JSON")
    .addHelpText("after", FOOTER)
    .action(bench);
}
