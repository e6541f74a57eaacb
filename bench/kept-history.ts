// How long does it take to read 1,000 stored messages: as pages of 200, and by a join? bun bench/kept-history.ts [--out FILE]
import { RawClient } from "./hostile/kit/raw-client.ts";
import { Publisher } from "./kept/publisher.ts";
import { withKeepingRelay } from "./kept/relay.ts";
import { percentile, report } from "./lib/one-result.ts";

const MESSAGES = 1_000;
const ROUNDS = 50;

await report(() =>
  withKeepingRelay("normal", async ({ port }) => {
    const publisher = await Publisher.connect(port, "publisher", ["k"]);
    await publisher.keepSending(500, () => publisher.acknowledged >= MESSAGES);
    let answered: (text: string) => void = () => {};
    const reader = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1", achex2: true }, (text) => {
      if (text.startsWith('{"$ref":')) answered(text);
    });
    let ref = 0;
    const ask = (frame: object): Promise<{ messages?: readonly { $seq: number }[] }> => {
      reader.text(JSON.stringify({ $ref: ++ref, ...frame }));
      return new Promise((resolve) => {
        answered = (text) => resolve(JSON.parse(text).$result);
      });
    };
    await ask({ setID: "reader" });
    const pages: number[] = [];
    const joins: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      let start = performance.now();
      await ask({ joinHub: "k", $since: { last: MESSAGES } });
      joins.push(performance.now() - start);
      start = performance.now();
      let read = 0;
      for (let after = publisher.acknowledged - MESSAGES; read < MESSAGES; ) {
        const { messages = [] } = await ask({ $history: { hub: "k", after } });
        read += messages.length;
        after = messages.at(-1)?.$seq ?? after;
        if (messages.length === 0) break;
      }
      pages.push(performance.now() - start);
      if (read !== MESSAGES) throw new Error(`read ${read} messages`);
      await ask({ leaveHub: "k" });
    }
    const figures = (times: number[]) => {
      times.sort((a, b) => a - b);
      return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
    };
    return { messages: MESSAGES, rounds: ROUNDS, milliseconds: { fivePages: figures(pages), join: figures(joins) } };
  }),
);
