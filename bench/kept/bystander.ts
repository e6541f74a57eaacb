// Run by kept-sends.ts: a client of another hub that measures how long its messages take, until its input ends. Prints one line.
import { RawClient } from "../hostile/kit/raw-client.ts";
import { percentile } from "../lib/one-result.ts";

const EVERY_MILLISECONDS = 4;
const port = Number(process.argv[2]);
const times: number[] = [];
let sid = 0;
const client = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1", achex2: true }, (text) => {
  if (text.startsWith('{"$hello"')) sid = JSON.parse(text).$hello.sid;
  else if (text.startsWith('{"toS"')) times.push(performance.now() - JSON.parse(text).t);
});
client.text('{"setID":"bystander"}');
const timer = setInterval(() => {
  if (sid > 0) client.text(`{"toS":${sid},"t":${performance.now()}}`);
}, EVERY_MILLISECONDS);
for await (const _ of process.stdin) {
  // Its end is the signal to stop.
}
clearInterval(timer);
times.sort((a, b) => a - b);
console.log(JSON.stringify({ samples: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99) }));
process.exit(0);
