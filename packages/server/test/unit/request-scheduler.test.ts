import { expect, test } from "bun:test";
import { RequestScheduler } from "../../src/http/request-scheduler.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { startServer } from "../kit/server.ts";

/** Asks so many times at once; tells which were answered. */
function createDesk() {
  const clock = new FakeClock();
  const answered: number[] = [];
  let milliseconds = 0;
  const scheduler = new RequestScheduler((request, charge) => {
    charge(milliseconds);
    answered.push(Number(new URL(request.url).pathname.slice(1)));
    return new Response("yes");
  }, clock);
  let asked = 0;
  const ask = (path: string | number, address: string, signal?: AbortSignal) =>
    Promise.resolve(scheduler.handle(new Request(`http://relay/${path}`, signal ? { signal } : {}), address));
  /** From two hundred addresses in turn, so that no address has more than its share. */
  const many = (count: number) => Array.from({ length: count }, () => ask(asked++, `10.0.0.${asked % 200}`));
  const pass = async (milliseconds: number) => {
    clock.advance(milliseconds);
    // What was woken runs before this goes on.
    await Promise.resolve();
  };
  /** What each answer takes from now on. */
  const work = (each: number) => {
    milliseconds = each;
  };
  return { answered, ask, many, pass, work };
}

test("what a page loads is answered at once, the rest two a millisecond, in order", async () => {
  const { answered, many, pass } = createDesk();
  const all = many(40);
  expect(answered.length).toBe(16);
  await pass(1);
  expect(answered.length).toBe(18);
  await pass(4);
  expect(answered.length).toBe(26);
  await pass(7);
  expect(answered).toEqual(Array.from({ length: 40 }, (_, at) => at));
  for (const response of await Promise.all(all)) expect(response.status).toBe(200);
});

test("never more than sixteen before other work comes, however long nobody asked", async () => {
  const { answered, many, pass } = createDesk();
  many(1);
  await pass(10_000);
  many(100);
  expect(answered.length).toBe(17);
});

test("a newcomer does not pass those who wait", async () => {
  const { answered, many, pass } = createDesk();
  many(20);
  await pass(1);
  many(1);
  expect(answered).not.toContain(20);
  await pass(2);
  expect(answered.at(-1)).toBe(20);
});

test("the one after a thousand who wait is told a second later when to come again, and its connection ends", async () => {
  const { answered, many, pass } = createDesk();
  const responses = many(1_017);
  let isTold = false;
  void responses.at(-1)?.then(() => {
    isTold = true;
  });
  await pass(999);
  expect(isTold).toBe(false);
  await pass(2);
  const last = await responses.at(-1);
  expect([last?.status, last?.headers.get("retry-after"), last?.headers.get("connection")]).toEqual([
    503,
    "1",
    "close",
  ]);
  expect(answered.length).toBe(1_016);
});

test("an address that floods waits for itself: others are answered in their turn", async () => {
  const { answered, ask, pass } = createDesk();
  for (let n = 0; n < 3_000; n++) void ask(n, "10.1.1.1");
  void ask(9_999, "10.2.2.2");
  await pass(1);
  expect(answered.length).toBe(18);
  expect(answered).toContain(9_999);
});

test("a few addresses cannot fill the queue: one that has less takes the place of their newest request", async () => {
  const { answered, ask, pass } = createDesk();
  for (let n = 0; n < 16; n++) void ask(n, "10.0.0.1");
  for (let address = 1; address <= 4; address++)
    for (let n = 0; n < 250; n++) void ask(address * 1_000 + n, `10.1.1.${address}`);
  void ask(9_999, "10.2.2.2");
  await pass(3);
  expect(answered).toContain(9_999);
});

test("so many rejections are held back that memory is bounded; further ones are sent at once", async () => {
  const { ask } = createDesk();
  const responses = Array.from({ length: 16 + 250 + 5_000 + 1 }, (_, n) => ask(n, "10.1.1.1"));
  expect((await responses.at(-1))?.status).toBe(503);
});

test("a health check is answered before everything that waits, a flood of them is not", async () => {
  const { answered, ask, pass } = createDesk();
  for (let n = 0; n < 3_000; n++) void ask(n, "10.1.1.1");
  const before = answered.length;
  expect((await ask("health", "10.1.1.1")).status).toBe(200);
  for (let n = 0; n < 1_000; n++) void ask("health", "10.1.1.1");
  expect(answered.length - before).toBe(16);
  await pass(100);
  expect((await ask("health", "10.3.3.3")).status).toBe(200);
});

test("requests whose client has disconnected are dropped without using a turn", async () => {
  const { answered, ask, pass } = createDesk();
  const gone = new AbortController();
  for (let n = 0; n < 16; n++) void ask(n, "10.1.1.1");
  for (let n = 0; n < 200; n++) void ask(n, "10.1.1.1", gone.signal);
  void ask(9_999, "10.1.1.1");
  gone.abort();
  await pass(1);
  expect(answered.slice(16)).toEqual([9_999]);
});

test("work that takes long is paid for: two milliseconds of it with twenty, then others are answered again", async () => {
  const { answered, many, pass, work } = createDesk();
  work(2);
  many(1);
  work(0);
  many(1);
  await pass(12);
  expect(answered).toEqual([0]);
  await pass(1);
  expect(answered).toEqual([0, 1]);
});

test("over a port: hundreds at once are all answered, late and not refused", async () => {
  await using server = await startServer();
  const responses = await Promise.all(Array.from({ length: 200 }, () => fetch(server.http("/health"))));
  for (const response of responses) {
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "ok" });
  }
});
