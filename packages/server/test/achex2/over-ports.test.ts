import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeAccount, storeAccount } from "../kit/accounts.ts";
import { binaryFrame, partsOf } from "../kit/binary-frame.ts";
import { TestClient } from "../kit/client.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { within } from "../kit/wait.ts";

const OFFER = { "sec-websocket-protocol": "achex.2" };

type Client = TestClient & { readonly id: number };

async function achex2(url: string, name: string, passwd = ""): Promise<Client> {
  const client = await TestClient.connect(url, OFFER);
  const { $hello } = await client.json();
  client.send({ $ref: 0, setID: name, passwd });
  await client.expect(`{"$ref":0,"$result":{"name":${JSON.stringify(name)}}}`);
  return Object.assign(client, { id: Number(Object($hello).sid) });
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const hall = () => `/hall-${Math.random().toString(36).slice(2)}`;

describe("[R20 M5] order over native topics", () => {
  test("[R20 M5] many followers on two ports see presence and messages of two rooms in the order they happened", async () => {
    const path = hall();
    const people: Client[] = [];
    for (let i = 0; i < 6; i++) people.push(await achex2(i % 2 === 0 ? server.ws(path) : server.cloud(path), `p${i}`));
    for (const person of people) {
      person.send({ joinHub: "h", $presence: true });
      person.send({ $ref: 1, cmd: "register_broadcast", bid: "b", $presence: true });
      for (let text = ""; !text.startsWith('{"$ref":1'); ) text = await person.next("the joins");
    }
    for (const person of people) await person.drain();
    using bob = await achex2(server.ws(path), "Bob");
    const rounds = 40;
    for (let n = 0; n < rounds; n++) {
      bob.send({ joinHub: "h", $attributes: { n } });
      bob.send({ toH: "h", n });
      bob.send({ cmd: "register_broadcast", bid: "b" });
      bob.send({ bc: "b", n });
      bob.send({ joinHub: "h", $attributes: { n: -n } });
      bob.send({ cmd: "unregister_broadcast", bid: "b" });
      bob.send({ leaveHub: "h" });
    }
    const kinds = ["$joined", "toH", "$joined", "bc", "$changed", "$left", "$left", "leftHub"];
    for (const person of people) {
      for (let n = 0; n < rounds; n++) {
        for (const kind of kinds) {
          const frame = await person.json();
          expect([n, Object.keys(frame)[0]]).toEqual([n, kind]);
          if ("n" in frame) expect(frame.n).toBe(n);
        }
      }
    }
    for (const person of people) person[Symbol.dispose]();
  });
});

describe("[R40 L4] bytes over a port", () => {
  test("[R40] half a MiB arrives unchanged, between text frames", async () => {
    const path = hall();
    using ann = await achex2(server.ws(path), "Ann");
    using bob = await achex2(server.ws(path), "Bob");
    const bytes = Uint8Array.from({ length: 2 ** 19 }, (_, index) => (index * 31) & 255);
    ann.send({ to: "Bob", n: 1 });
    ann.sendBytes(binaryFrame('{"$ref":1,"to":"Bob"}', bytes));
    ann.send({ to: "Bob", n: 2 });
    await bob.expect(`{"to":"Bob","n":1,"sID":${ann.id},"FROM":"Ann"}`);
    const { header, body } = partsOf(await bob.next("the bytes"));
    expect(header).toBe(`{"to":"Bob","sID":${ann.id},"FROM":"Ann"}`);
    expect(Buffer.compare(body, bytes)).toBe(0);
    await bob.expect(`{"to":"Bob","n":2,"sID":${ann.id},"FROM":"Ann"}`);
    await ann.expect('{"$ref":1,"$result":{"taken":1}}');
  });

  test("[L4 X4] a binary frame above the limit closes the connection with 1009", async () => {
    using ann = await achex2(server.ws(hall()), "Ann");
    ann.sendBytes(binaryFrame('{"to":"Ann"}', new Uint8Array(2 ** 20)));
    expect((await within("the close", ann.closed)).code).toBe(1009);
  });
});

describe("[R9] closes", () => {
  test("[R9 X1] a server that stops closes achex.2 with 4001 and the others with 1001", async () => {
    const stopping = await startServer();
    using ann = await achex2(stopping.ws("/x"), "Ann");
    using kim = await TestClient.cloud(stopping.ws("/x"), "Kim");
    await stopping.stop();
    expect((await within("the close", ann.closed)).code).toBe(4001);
    expect((await within("the close", kim.closed)).code).toBe(1001);
  });

  test("[R9 A8 X3] when its account is removed the session is closed with 4500", async () => {
    const data = mkdtempSync(join(tmpdir(), "achex-accounts-"));
    using _folder = { [Symbol.dispose]: () => rmSync(data, { recursive: true }) };
    await storeAccount(data, "user", "Ann", "secret");
    await using strict = await startServer({ data, auth: "accounts" });
    using eve = await TestClient.connect(strict.ws("/x"), OFFER);
    await eve.json();
    eve.send({ $ref: 1, setID: "Ann", passwd: "wrong" });
    expect(await eve.json()).toMatchObject({ $ref: 1, $fault: { code: "wrong-password" } });
    using ann = await achex2(strict.ws("/x"), "Ann", "secret");
    removeAccount(data, "user", "Ann");
    expect((await within("the close", ann.closed)).code).toBe(4500);
  });
});

test("[R30 R52 R23] the metrics have faults by code, calls, presence and credit stalls", async () => {
  await using counting = await startServer();
  using ann = await achex2(counting.ws("/x"), "Ann");
  using bob = await achex2(counting.ws("/x"), "Bob");
  ann.send({ $ref: 1, to: "nobody" });
  ann.send({ $ref: 2, to: "Bob", $call: { id: 1, stream: true } });
  ann.send({ $ref: 3, to: "Bob", $call: { id: 2 } });
  for (let i = 0; i < 3; i++) await ann.json();
  bob.send({ toS: ann.id, $answer: { id: 1, credit: 1 } });
  await ann.json();
  ann.sendBytes(binaryFrame(`{"$ref":4,"toS":${bob.id},"$call":{"id":1,"data":true}}`, new Uint8Array(1)));
  await ann.json();
  for (const client of [ann, bob]) client.send({ joinHub: "h", $presence: true });
  ann.send({ $ref: 5, cmd: "register_broadcast", bid: "b", $presence: true });
  await ann.drain();
  await bob.drain();
  const read = async () => {
    const metrics = await counting.metrics();
    return [
      metrics.get('achex_faults_total{code="no-such-name"}'),
      metrics.get("achex_open_calls"),
      metrics.get("achex_presence_channels"),
      metrics.get("achex_presence_followers"),
      metrics.get("achex_stream_credit_stalls_total"),
      metrics.get('achex_sessions{dialect="achex.2"}'),
    ];
  };
  expect(await read()).toEqual([1, 2, 2, 3, 1, 2]);
  await bob.close();
  await ann.drain();
  expect(await read()).toEqual([1, 0, 2, 2, 1, 1]);
});
