import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Client, connect, type Data, type Message } from "@achex/client";
import { startServer, type TestServer } from "../../server/test/kit/server.ts";
import { until } from "../../server/test/kit/wait.ts";
import { fullChannel, hubFor, LEVEL, StreamPublisher, thinChannel } from "../src/index.ts";

let server: TestServer;
const clients: Client<object>[] = [];
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  for (const client of clients) client.close();
  await server.stop();
});

function join(name: string): Client<object> {
  const client = connect<object>(server.ws("/stream"), { name });
  clients.push(client);
  return client;
}

/** Collects what a member of a stream receives. */
async function watch(name: string, code: string, level: "full" | "thin") {
  const client = join(name);
  const messages: Message<Data>[] = [];
  const channel = client.broadcast(level === "full" ? fullChannel(code) : thinChannel(code));
  channel.on("message", (message) => messages.push(message));
  await channel.join();
  await client.hub(hubFor(code)).join({ state: true, host: false, attributes: { [LEVEL]: level } });
  return { client, messages };
}

test("[R111, R130] all rows go to everybody; thinned ones only while somebody needs them", async () => {
  const publisher = new StreamPublisher(join("publisher"), { code: "BCDFG", about: { title: "Test" }, interval: 10 });
  await publisher.start();
  expect(publisher.state).toBe("publishing");
  const ann = await watch("ann", "BCDFG", "full");
  await until("Ann counts", () => publisher.watchers.all === 1);
  const names = [publisher.series("a"), publisher.series("b")];
  expect(names).toEqual([0, 1]);
  const begin = Date.now();
  for (let row = 0; row < 1_000; row++) publisher.push(begin - 1_000 + row, [row, -row]);
  const rowsOf = (messages: readonly Message<Data>[]) =>
    messages
      .flatMap(({ data }) => (data.v !== null && typeof data.v === "object" && "a" in data.v ? [data.v.a] : []))
      .flat();
  await until("all rows", () => rowsOf(ann.messages).length === 1_000);
  expect(rowsOf(ann.messages)).toEqual(Array.from({ length: 1_000 }, (_, row) => row));
  expect(ann.messages.map(({ data }) => data.n)).toEqual(
    ann.messages.map((_, at) => at + Number(ann.messages[0]?.data.n)),
  );
  expect(ann.messages.some(({ data }) => data.about !== undefined)).toBe(true);
  expect(ann.messages[0]?.sid).toBe(ann.client.hub(hubFor("BCDFG")).host?.sid);

  const bob = await watch("bob", "BCDFG", "thin");
  await until("Bob counts", () => publisher.watchers.thin === 1);
  const again = Date.now();
  for (let row = 0; row < 1_000; row++) publisher.push(again - 1_000 + row, [row, -row]);
  await until("thinned rows", () => bob.messages.length > 0);
  await until("all rows again", () => rowsOf(ann.messages).length === 2_000);
  const of = () => bob.messages.reduce((sum, { data }) => sum + Number(data.of), 0);
  await until("what they stand for", () => of() === 1_000);
  expect(rowsOf(bob.messages).length).toBeLessThan(50);
  await publisher.close();
});

test("a second publisher of the same code is told, and sends nothing", async () => {
  const first = new StreamPublisher(join("first"), { code: "K7BQ2", about: {} });
  await first.start();
  const watcher = await watch("cid", "K7BQ2", "full");
  const second = new StreamPublisher(join("second"), { code: "K7BQ2", about: {}, interval: 10 });
  await second.start();
  expect(second.state).toBe("taken");
  second.push(Date.now(), [1]);
  second.flush();
  await first.close();
  await until("the second one takes over", () => second.state === "publishing");
  second.series("late");
  second.push(Date.now(), [2]);
  await until("its row", () => watcher.messages.some(({ data }) => JSON.stringify(data.v) === '{"late":[2]}'));
  expect(watcher.messages.some(({ data }) => JSON.stringify(data.v) === '{"late":[1]}')).toBe(false);
  await second.close();
});
