import { type Client, connect } from "@achex/client";
import { INSTANCE, LIMITS, StreamPublisher } from "@achex/streaming";
import { codeFrom, newCode } from "@achex/streaming/code";
import { closeReason, failing } from "../connection-errors.ts";
import { Failure, UsageError } from "../failure.ts";
import { interrupted } from "../interrupted.ts";
import { observedWebSocket } from "../observed-socket.ts";
import type { LoginFlags } from "../options.ts";
import { relayUrl } from "../relay-url.ts";
import { notice } from "../terminal.ts";
import { type InputRow, orderedValues, readRows } from "./read-rows.ts";

export interface StreamFlags extends Pick<LoginFlags, "as" | "password"> {
  readonly stream: string | true;
  readonly format?: "csv" | "ndjson";
  readonly time?: string;
  readonly every?: number;
  readonly interval: number;
  readonly title?: string;
}

/** Rows per second at most: a file without times would otherwise be sent as fast as it is read, and nobody could watch it. */
const FASTEST = 20_000;
/** Timers are too coarse to wait for each row. */
const COARSE = 10;

/** Where the stream is watched. */
function addressesOf(address: string): { readonly url: string; readonly page: string } {
  const { url } = relayUrl(address);
  const socket = new URL(url);
  const page = `${socket.protocol === "wss:" ? "https" : "http"}://${socket.host}/demos/stream`;
  // The page uses this instance.
  if (socket.pathname === "/") socket.pathname = `/${INSTANCE}`;
  return { url: socket.href, page };
}

/** Gives each row its time, and waits until it is due. */
function createPacing(client: Client<object>, every: number | undefined) {
  const start = client.clock.now();
  let rows = 0;
  return async (time: number | undefined): Promise<number> => {
    const number = rows++;
    const due = start + number * (every ?? 1_000 / FASTEST);
    const wait = due - client.clock.now();
    if (wait > COARSE) await Bun.sleep(wait);
    if (every !== undefined) return due;
    return time ?? client.clock.now();
  };
}

async function publish(
  publisher: StreamPublisher,
  client: Client<object>,
  flags: StreamFlags,
  counted: () => void,
): Promise<void> {
  const rows: AsyncGenerator<InputRow> = readRows(process.stdin, {
    ...{ format: flags.format, time: flags.time },
    ignored: (column, value) => notice(`${column} is left out where it is not a number, such as ${value}`),
  });
  const pacing = createPacing(client, flags.every);
  let left = 0;
  const seriesOf = (name: string) => {
    const series = publisher.series(name);
    if (series < 0 && left++ === 0)
      notice(`a stream has at most ${LIMITS.series} series; ${name} and those after it are left out`);
    return series;
  };
  for await (const { values, time } of rows) {
    publisher.push(await pacing(time), orderedValues(values, seriesOf));
    counted();
  }
}

/** Sends the rows of standard input as a stream until the input ends. */
export async function sendStream(address: string, flags: StreamFlags): Promise<void> {
  const { as, password, stream, title = as } = flags;
  const code = stream === true ? newCode() : codeFrom(stream);
  if (code === undefined)
    throw new UsageError(`${stream} is not a stream code; it has five letters and digits, such as K7BQ2`);
  if (process.stdin.isTTY) notice("type CSV or one JSON object per line; press Ctrl-D to end");
  const { url, page } = addressesOf(address);
  const unreachable = Promise.withResolvers<never>();
  const stop = (why: string) => unreachable.reject(new Failure(why));
  let isUp = false;
  const client = connect<object>(url, {
    ...{ name: as, passwd: password },
    WebSocket: observedWebSocket({
      frame() {},
      otherDialect: () => stop(`${address} does not support achex.2, which "achex send --stream" needs`),
      failed: (error) => isUp || unreachable.reject(error),
      closed: (why, reason) => isUp || stop(closeReason(why, reason)),
    }),
  });
  client.on("dropped", ({ code: why }) => notice(`connection lost (${why}); reconnecting`));
  client.on("state", (state) => {
    if (state === "closed" && isUp) stop(`the connection has ended: ${client.reason?.message ?? "closed"}`);
  });
  const changed = () => {
    if (isUp && publisher.state === "taken") stop(`somebody else publishes stream ${code} now`);
  };
  const publisher = new StreamPublisher(client, { code, about: { title }, interval: flags.interval, changed });
  try {
    await Promise.race([client.ready(), unreachable.promise]).catch(failing("login rejected"));
    await publisher.start().catch(failing(`joining stream ${code} failed`));
    isUp = true;
    if (publisher.state === "taken") throw new Failure(`somebody else publishes stream ${code}; choose another code`);
    notice(`stream ${code}: watch it at ${page}?join=${code}`);
    let rows = 0;
    const publishing = publish(publisher, client, flags, () => rows++);
    // Interrupted, it leaves properly, so that watchers see it at once.
    await Promise.race([publishing, unreachable.promise, interrupted()]);
    isUp = false;
    await publisher.close();
    await client.drain();
    notice(`${rows} rows sent`);
  } finally {
    client.close();
  }
}
