// Measures how much slower frames are while another process requests pages from the same port as fast as they are answered. bun
// bench/pages.ts [--seconds N] [--path /quickstart]. The requests come from a separate process (`ask`).
import { connect as connectTcp } from "node:net";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { onLoadCore } from "./lib/cores.ts";
import { outputWithin, stopAllOnExit } from "./lib/processes.ts";
import { withServer } from "./lib/server.ts";
import { ours } from "./rivals/ours.ts";

const CONNECTIONS = 50;
const PAIRS = 20;
const MESSAGES_PER_SECOND = 1_000;
/** Time at the start of a run that is not measured, while connections are opened and code is compiled. */
const WARM_UP = 500;
const TICK_MS = 1;

/** Sends the next request on each connection as soon as one is answered; resolves with responses per second. */
async function ask(port: number, path: string, seconds: number): Promise<number> {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: br\r\n\r\n`;
  let answers = 0;
  for (let n = 0; n < CONNECTIONS; n++) {
    const socket = connectTcp(port, "127.0.0.1");
    let missing = 0;
    socket.on("connect", () => socket.write(request));
    socket.on("data", (data) => {
      const chunk = typeof data === "string" ? Buffer.from(data) : data;
      if (missing === 0) {
        const end = chunk.indexOf("\r\n\r\n") + 4;
        const length = /content-length: (\d+)/i.exec(chunk.subarray(0, end).toString("latin1"))?.[1];
        missing = end + Number(length ?? 0);
      }
      missing -= chunk.length;
      if (missing > 0) return;
      missing = 0;
      answers++;
      socket.write(request);
    });
  }
  await Bun.sleep(seconds * 1_000);
  return answers / seconds;
}

const opened = (url: string, name: string, hear: (text: string) => void): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.onerror = () => reject(new Error(`no connection to ${url}`));
    socket.onopen = () => socket.send(JSON.stringify({ auth: name }));
    socket.onmessage = ({ data }) => {
      if (String(data).startsWith('{"auth":"OK"')) resolve(socket);
      else hear(String(data));
    };
  });

interface Latencies {
  readonly messages: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
}

/** Latency from the moment a message was due until it arrived, so that delays of the sender are included. */
async function pairs(url: string, seconds: number): Promise<Latencies> {
  const times: number[] = [];
  const hear = (text: string) => {
    times.push(performance.now() - Number(/"due":([\d.]+)/.exec(text)?.[1]));
  };
  const senders: WebSocket[] = [];
  for (let n = 0; n < PAIRS; n++) {
    await opened(url, `b${n}`, hear);
    senders.push(await opened(url, `a${n}`, () => {}));
  }
  const start = performance.now();
  for (let sent = 0; sent < seconds * MESSAGES_PER_SECOND; await Bun.sleep(TICK_MS)) {
    for (; sent < ((performance.now() - start) / 1_000) * MESSAGES_PER_SECOND; sent++) {
      const due = start + (sent * 1_000) / MESSAGES_PER_SECOND;
      senders[sent % PAIRS]?.send(`{"to":"b${sent % PAIRS}","due":${due}}`);
    }
  }
  const sorted = times.slice(WARM_UP).sort((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 100) / 100;
  return { messages: sorted.length, p50Millis: at(0.5), p99Millis: at(0.99) };
}

async function main(path: string, seconds: number): Promise<void> {
  stopAllOnExit();
  const self = [process.execPath, fileURLToPath(import.meta.url), "--path", path, "--seconds", String(seconds)];
  const report = await withServer(ours, async ({ port }) => {
    const child = (mode: string, more = 0) =>
      outputWithin(onLoadCore([...self, mode, String(port)]), (seconds + more) * 1_000 + 30_000).then((text) =>
        JSON.parse(text),
      );
    // The last file that is built on a first start: afterwards nothing competes with the measurement.
    await fetch(`http://127.0.0.1:${port}/licences.txt`);
    const alone = await child("pairs");
    const [beside, answersPerSecond] = await Promise.all([child("pairs"), child("ask")]);
    return { path, alone, beside, answersPerSecond };
  });
  console.log(JSON.stringify(report, null, 2));
}

const { values, positionals } = parseArgs({
  args: Bun.argv.slice(2),
  allowPositionals: true,
  options: { seconds: { type: "string", default: "5" }, path: { type: "string", default: "/quickstart" } },
});
const seconds = Number(values.seconds);
const [mode, port] = positionals;
if (mode === "ask") console.log(Math.round(await ask(Number(port), values.path, seconds)));
else if (mode === "pairs") console.log(JSON.stringify(await pairs(`ws://127.0.0.1:${port}/pages`, seconds)));
else await main(values.path, seconds);
process.exit(0);
