import { describe, expect, test } from "bun:test";
import { startRestartable } from "../../server/test/kit/restartable.ts";
import { SteadyLoad } from "../../server/test/kit/steady-load.ts";
import { connect } from "../src/index.ts";
import { until } from "./kit/until.ts";

const names = ["Ann", "Bob", "Cid"];
const TOTAL = 300;
const all = Array.from({ length: TOTAL }, (_, index) => index + 1);

describe("R82 a relay that restarts", () => {
  test("R82 loses and repeats nothing: messages, results, questions, joins and presence", async () => {
    await using relay = await startRestartable();
    const clients = names.map((name) => connect(relay.url, { name }));
    const received = new Map<unknown, unknown[]>();
    const lost: unknown[] = [];
    for (const client of clients) {
      const own: unknown[] = [];
      received.set(client, own);
      client.on("lost", (event) => lost.push(event));
      const room = client.hub("h");
      await room.join({ presence: true });
      room.on("message", ({ data, from }) => own.push([from, data]));
      client.handle(({ n }) => ({ doubled: Number(n) * 2 }));
    }
    const results: Promise<unknown>[] = [];
    using load = new SteadyLoad(TOTAL, (n) => {
      for (const client of clients)
        results.push(
          client
            .hub("h")
            .send({ n })
            .then(({ taken }) => taken),
        );
      results.push(
        clients[0]?.ask("Bob", { n }).then((answer) => Number(Object(answer).doubled) - 2 * n + 2) ?? Promise.reject(),
      );
    });
    for (const part of [75, 150, 225]) {
      await until(`message ${part}`, () => load.done >= part);
      await relay.restart();
    }
    await until("the last message", () => load.done === TOTAL);
    expect(new Set(await Promise.all(results))).toEqual(new Set([2]));
    for (const client of clients) {
      await client.drain();
      for (const other of names) {
        if (other === client.name) continue;
        const numbers = () => (received.get(client) ?? []).flatMap((one) => numberFrom(one, other));
        await until(`${client.name} to hear all of ${other}`, () => numbers().length >= TOTAL);
        expect(numbers()).toEqual(all);
      }
      expect(client.hub("h").members).toHaveLength(3);
    }
    expect(lost).toEqual([]);
    for (const client of clients) client.close();
  }, 60_000);
});

/** The number of a message, if it is from that sender. */
function numberFrom(message: unknown, sender: string): unknown[] {
  const [from, data] = Array.isArray(message) ? message : [];
  return from === sender ? [Object(data).n] : [];
}
