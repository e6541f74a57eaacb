import { afterAll, beforeAll, expect, test } from "bun:test";
import { partsOf } from "../kit/binary-frame.ts";
import { TestClient } from "../kit/client.ts";
import { startCluster, type TestCluster } from "../kit/cluster.ts";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster(3);
}, 60_000);
afterAll(() => cluster[Symbol.asyncDispose]());

const MEMBERS = 60;
const MESSAGES = 40;

async function member(index: number): Promise<TestClient> {
  const client = await TestClient.connect(cluster.node(1 + (index % 3)).ws("/crowd"));
  client.send({ auth: `m${index}` });
  client.send({ joinHub: "crowd" });
  client.send({ cmd: "register_broadcast", bid: "crowd" });
  client.send({ echo: true });
  for (let text = ""; text !== '{"echo":true}'; ) text = await client.next("the echo");
  return client;
}

test("M5 C9 K6 many clients on three nodes receive every message to hub, broadcast and name once and in order", async () => {
  const members = await Promise.all(Array.from({ length: MEMBERS }, (_, index) => member(index)));
  const [sender, ...others] = members;
  for (let n = 0; n < MESSAGES; n++) {
    sender?.send({ toH: "crowd", n });
    sender?.send({ bc: "crowd", n });
    sender?.send({ to: `m${1 + n}`, n });
  }
  for (const [index, one] of others.entries()) {
    for (let n = 0; n < MESSAGES; n++) {
      const wanted = ["toH", "bc", ...(n === index ? ["to"] : [])];
      for (const kind of wanted) {
        const frame = await one.json();
        expect([Object.keys(frame)[0], frame.n]).toEqual([kind, n]);
      }
    }
  }
  for (const one of members) one[Symbol.dispose]();
}, 60_000);

test("M5 S2 L4 a message larger than NATS takes at once arrives whole, in order with small ones, as text and binary", async () => {
  const achex2 = { "sec-websocket-protocol": "achex.2" };
  using ann = await TestClient.connect(cluster.node(1).ws("/large"), achex2);
  using bob = await TestClient.connect(cluster.node(2).ws("/large"), achex2);
  const { $hello } = await ann.json();
  await bob.json();
  for (const [client, name] of [
    [ann, "Ann"],
    [bob, "Bob"],
  ] as const) {
    client.send({ $ref: 1, auth: name });
    await client.json();
  }
  // More than the 1 MiB of NATS once it is stamped, and not of one byte for each character.
  const text = `{"to":"Bob","p":"${"é".repeat((1024 ** 2 - 100) / 2)}"}`;
  ann.send('{"to":"Bob","n":1}');
  ann.send(text);
  const header = new TextEncoder().encode('{"to":"Bob"}');
  const body = new Uint8Array(900_000).fill(7);
  ann.sendBytes(Uint8Array.from([header.length >> 8, header.length & 255, ...header, ...body]));
  ann.send('{"to":"Bob","n":2}');
  const sid = JSON.parse(JSON.stringify($hello)).sid;
  const stamp = `,"sID":${sid},"FROM":"Ann"}`;
  expect(await bob.next("the first")).toBe(`{"to":"Bob","n":1${stamp}`);
  expect((await bob.next("the large text")) === text.slice(0, -1) + stamp).toBe(true);
  const binary = partsOf(await bob.next("the binary message"));
  expect(binary.header).toBe(`{"to":"Bob"${stamp}`);
  expect(Buffer.compare(binary.body, body)).toBe(0);
  expect(await bob.next("the last")).toBe(`{"to":"Bob","n":2${stamp}`);
}, 60_000);
