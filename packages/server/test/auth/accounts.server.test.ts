import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { storeAccount } from "../kit/accounts.ts";
import { TestClient } from "../kit/client.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { until, within } from "../kit/wait.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ auth: "accounts", "trust-proxy": "127.0.0.1", "max-queue": 4096 });
  for (const name of ["ann", "bob"]) await storeAccount(server.data, "user", name, "right");
});

afterAll(() => server.stop());

const WRONG = '{"auth":"FAILED","REASON":"wrong name or password; check both"}';
const THROTTLED =
  '{"auth":"FAILED","REASON":"too many failed logins: 10 at once, then one every 6 s; wait a minute and try again"}';

const cloudFrom = (address: string) => TestClient.connect(server.ws("/lab"), { "x-forwarded-for": address });

async function login(client: TestClient, name: string, password: string): Promise<string> {
  client.send({ auth: name, passwd: password });
  return (await client.next("the answer to a login")).replace(/"SID":\d+/, '"SID":n');
}

async function named(name: string, address: string): Promise<TestClient> {
  const client = await cloudFrom(address);
  expect(await login(client, name, "right")).toBe('{"auth":"OK","SID":n}');
  return client;
}

describe("V5 strict order while a password is hashed", () => {
  test("V5 what is pipelined behind a login is handled after it, in order, the next login included", async () => {
    using bob = await named("bob", "10.0.0.2");
    using ann = await cloudFrom("10.0.0.1");
    ann.send('{"echo":0}');
    ann.send({ auth: "ann", passwd: "right" });
    ann.send({ joinHub: "h" });
    ann.send({ to: "bob", n: 1 });
    ann.send({ auth: "ann", passwd: "wrong" });
    ann.send('{"echo":1}');
    ann.send({ to: "bob", n: 2 });
    ann.send({ auth: "bob", passwd: "right" });
    ann.send({ to: "ann", n: 3 });
    ann.send('{"echo":2}');
    const frames: string[] = [];
    for (let i = 0; i < 7; i++) frames.push((await ann.next()).replace(/"SID":\d+/, '"SID":n'));
    expect(frames).toEqual([
      '{"echo":0}',
      '{"auth":"OK","SID":n}',
      '{"joinHub":"OK"}',
      WRONG,
      '{"echo":1}',
      '{"auth":"OK","SID":n}',
      '{"echo":2}',
    ]);
    expect([(await bob.json()).FROM, (await bob.json()).n]).toEqual(["ann", 2]);
    await bob.expectNothing();
  });

  test("M5 a message sent behind a login and just before a clean close is delivered", async () => {
    using bob = await named("bob", "10.0.0.2");
    const ann = await cloudFrom("10.0.0.1");
    ann.send({ auth: "ann", passwd: "right" });
    for (let n = 0; n < 3; n++) ann.send({ to: "bob", n });
    await ann.close();
    for (let n = 0; n < 3; n++) expect(await bob.json()).toMatchObject({ n, FROM: "ann" });
    await bob.expectNothing();
  });

  test("M5 C12 so is one to a hub, and its members hear that it left", async () => {
    using one = await named("bob", "10.0.0.2");
    using two = await named("bob", "10.0.0.2");
    for (const member of [one, two]) {
      member.send({ joinHub: "room" });
      await member.expect('{"joinHub":"OK"}');
    }
    const ann = await cloudFrom("10.0.0.1");
    for (const frame of [{ auth: "ann", passwd: "right" }, { joinHub: "room" }, { toH: "room", n: 1 }]) ann.send(frame);
    await ann.close();
    for (const member of [one, two]) {
      expect(await member.json()).toMatchObject({ toH: "room", n: 1, FROM: "ann" });
      expect(await member.json()).toMatchObject({ leftHub: "room", user: "ann" });
      await member.expectNothing();
    }
  });

  test("L3 what waits is bounded: what does not fit is dropped and counted, what waits is handled", async () => {
    using ann = await cloudFrom("10.0.0.1");
    const before = await server.metrics();
    ann.send({ auth: "ann", passwd: "right" });
    const filler = "x".repeat(1_000);
    for (let n = 0; n < 20; n++) ann.send({ to: "ann", n, filler });
    expect((await ann.json()).auth).toBe("OK");
    for (let n = 0; n < 3; n++) expect((await ann.json()).n).toBe(n);
    await until("drops to be counted", async () => {
      const dropped = (await server.metrics()).dropped("queue-full") - before.dropped("queue-full");
      return dropped === 17;
    });
    await ann.expectNothing();
  });
});

describe("A7 guessing is throttled, and the owner is not locked out", () => {
  test("A7 of an address that guesses, and of nobody else", async () => {
    (await named("ann", "10.1.0.1"))[Symbol.dispose]();
    using stranger = await cloudFrom("10.66.0.1");
    for (let i = 0; i < 10; i++) expect(await login(stranger, "ann", `guess ${i}`)).toBe(WRONG);
    expect(await login(stranger, "ann", "guess 10")).toBe(THROTTLED);
    expect(await login(stranger, "ann", "right")).toBe(THROTTLED);
    expect(await login(stranger, "nobody", "guess")).toBe(THROTTLED);
    for (const address of ["10.1.0.1", "10.1.0.99"]) (await named("ann", address))[Symbol.dispose]();
  });

  test("A7 nor by a noisy neighbour behind the same address", async () => {
    (await named("ann", "10.2.0.1"))[Symbol.dispose]();
    using neighbour = await cloudFrom("10.2.0.1");
    for (let i = 0; i < 10; i++) await login(neighbour, "nobody", `guess ${i}`);
    expect(await login(neighbour, "bob", "right")).toBe(THROTTLED);
    (await named("ann", "10.2.0.1"))[Symbol.dispose]();
  });

  test("A7 guesses sent in one go count like those sent one by one", async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => cloudFrom("10.3.0.1")));
    const answers = await Promise.all(clients.map((client, i) => login(client, "bob", `guess ${i}`)));
    expect(answers.filter((answer) => answer === WRONG).length).toBeLessThanOrEqual(11);
    expect(answers.filter((answer) => answer === THROTTLED).length).toBeGreaterThanOrEqual(9);
    for (const client of clients) client[Symbol.dispose]();
  });
});

test("A8 X3 a session ends when its account gets another password, and the new one counts at once", async () => {
  await storeAccount(server.data, "user", "cid", "right");
  const cid = await named("cid", "10.4.0.1");
  await storeAccount(server.data, "user", "cid", "new");
  using again = await cloudFrom("10.4.0.1");
  expect(await login(again, "cid", "right")).toBe(WRONG);
  expect(await login(again, "cid", "new")).toBe('{"auth":"OK","SID":n}');
  expect((await within("the end of the session", cid.closed)).code).toBe(1008);
  await again.expectNothing();
});
