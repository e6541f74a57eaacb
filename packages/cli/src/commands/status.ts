import { type Client, connect, Fault } from "@achex/client";
import { isJsonObject } from "@achex/protocol";
import { Command } from "commander";
import { createColors } from "picocolors";
import { closeReason } from "../connection-errors.ts";
import { Failure } from "../failure.ts";
import { measureLatency } from "../latency.ts";
import { observedWebSocket } from "../observed-socket.ts";
import { ADDRESS_HELP, EXIT_CODES } from "../options.ts";
import { relayUrl } from "../relay-url.ts";
import { formatLatency, wantsColours } from "../terminal.ts";

const ROUNDS = 5;

const FOOTER = `
Connects without logging in. In a pipe the output is one JSON object.

Examples:
  $ achex status localhost:4010
  $ achex status wss://example.org/school | jq .latency

${EXIT_CODES}`;

interface Status {
  readonly url: string;
  readonly hello: Readonly<Record<string, unknown>>;
  /** Round trip in milliseconds: the shortest of a few, which includes the least delay other than the network's. */
  readonly latency: number;
  /** Milliseconds the server's clock is ahead of this one. */
  readonly clockOffset: number;
}

async function measure(client: Client<object>, url: string): Promise<Status> {
  await client.ready();
  let latency = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) latency = Math.min(latency, await measureLatency(client));
  return { url, hello: client.hello, latency: Math.round(latency * 100) / 100, clockOffset: client.clockOffset };
}

function view({ url, hello, latency, clockOffset }: Status, colours: boolean): string {
  const { bold, dim } = createColors(colours);
  const { limits, version, instance, sid, heartbeat } = hello;
  const rows: [string, unknown][] = [
    ["version", version],
    ["instance", instance],
    ["session", sid],
    ["latency", formatLatency(latency)],
    ["clock", `${clockOffset >= 0 ? "+" : ""}${clockOffset} ms`],
    ["heartbeat", `${heartbeat} s`],
  ];
  const limitRows = isJsonObject(limits) ? Object.entries(limits) : [];
  const line = ([label, value]: readonly [string, unknown]) => `  ${dim(label.padEnd(16))} ${value}`;
  return [
    bold(url),
    ...rows.map(line),
    "",
    bold("Limits"),
    ...limitRows.map(([name, value]) => line([name, value === 0 ? "none" : value])),
    "",
  ].join("\n");
}

async function status(address: string): Promise<void> {
  const { url } = relayUrl(address);
  const failed = Promise.withResolvers<never>();
  const client = connect(url, {
    WebSocket: observedWebSocket({
      frame() {},
      otherDialect: () => failed.reject(new Failure(`${url} answers, but does not support achex.2`)),
      failed: failed.reject,
      closed: (code, reason) => failed.reject(new Failure(closeReason(code, reason))),
    }),
  });
  try {
    const found = await Promise.race([measure(client, url), failed.promise]);
    const terminal = process.stdout.isTTY === true;
    process.stdout.write(
      terminal ? view(found, wantsColours(process.stdout, process.env)) : `${JSON.stringify(found)}\n`,
    );
  } catch (error) {
    throw error instanceof Fault ? new Failure(error.message) : error;
  } finally {
    client.close();
  }
}

export function statusCommand(): Command {
  return new Command("status")
    .description("Show the version, limits and latency of a server.")
    .argument("<URL>", ADDRESS_HELP)
    .addHelpText("after", FOOTER)
    .action(status);
}
