// Tests the parts of the benchmark with dropped connections that its counts depend on.
import { afterEach, expect, test } from "bun:test";
import { once } from "node:events";
import { createServer, Socket } from "node:net";
import { Ledger } from "../drops/ledger.ts";
import { DroppingProxy } from "../drops/proxy.ts";
import { scheduleDrops } from "../drops/schedule.ts";
import { ratiosOf as costRatios } from "../resume/costs.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

test("the ledger counts what is missing, delivered twice and out of order", () => {
  const ledger = new Ledger(3, 3, 10);
  for (let n = 0; n < 4; n++) expect(ledger.next(0)).toBe(n);
  for (const n of [0, 2, 1, 1, 3]) ledger.received(1, 0, n);
  for (const n of [0, 1]) ledger.received(2, 0, n);
  expect(ledger.count).toEqual({ sent: 4, expected: 8, delivered: 6, missing: 2, duplicates: 1, outOfOrder: 1 });
});

test("the schedule depends on the seed alone, and drops of a client do not overlap", () => {
  const options = { clients: 50, seconds: 300, everySeconds: 20, dropSeconds: 2, seed: 1 };
  const schedule = scheduleDrops(options);
  expect(scheduleDrops(options)).toEqual(schedule);
  expect(scheduleDrops({ ...options, seed: 2 })).not.toEqual(schedule);
  for (let client = 0; client < options.clients; client++) {
    const times = schedule.filter((drop) => drop.client === client).map(({ at }) => at);
    for (const [i, at] of times.entries()) if (i > 0) expect(at - (times[i - 1] ?? 0)).toBeGreaterThan(2_000);
  }
  const expected = (options.clients * options.seconds) / (options.everySeconds + options.dropSeconds);
  expect(Math.abs(schedule.length / expected - 1)).toBeLessThan(0.15);
});

const echoServer = async (): Promise<number> => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once("error", () => {}).once("close", () => resolve()));

test("the proxy passes bytes both ways, and a cut loses those in transit and refuses connections until restored", async () => {
  const proxy = await DroppingProxy.open({ clients: 1, target: await echoServer(), delayMs: 10 });
  closing.push(() => proxy.close());
  const connect = (): Socket => {
    const socket = new Socket().connect(proxy.ports[0] ?? 0, "127.0.0.1");
    closing.push(() => socket.destroy());
    return socket;
  };
  const first = connect();
  first.write("hello");
  const [echoed] = await once(first, "data");
  expect(String(echoed)).toBe("hello");
  const heard: string[] = [];
  first.on("data", (bytes) => heard.push(String(bytes)));
  const end = ended(first);
  first.write("lost");
  await new Promise<void>((resolve) => setImmediate(resolve));
  proxy.cut(0);
  await end;
  expect(heard).toEqual([]);
  expect(proxy.cuts).toBe(1);
  await ended(connect());
  proxy.restore(0);
  const second = connect();
  second.write("again");
  const [again] = await once(second, "data");
  expect(String(again)).toBe("again");
});

test("costs are compared between neighbouring runs, so that a machine that becomes slower affects both", () => {
  const runs = { on: [2.2, 4.2, 1.1], off: [2, 4, 1] };
  expect(costRatios("pairs", runs)).toEqual([{ load: "pairs", of: "on/off", ratio: 1.1, lowest: 1.05, highest: 1.1 }]);
});
