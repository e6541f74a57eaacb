import { expect, test } from "bun:test";
import { isCountedFromServer, isJsonObject, type JsonObject } from "@achex/protocol";
import { startServer, type TestServer } from "../kit/server.ts";
import { within } from "../kit/wait.ts";

/** A client over real sockets that drops its connection without a word and resumes. */
class DroppingClient {
  private socket: WebSocket | undefined;
  private token = "";
  private generation = 0;
  private received = 0;
  private readonly sent: string[] = [];
  private confirmed = 0;
  readonly heard: number[] = [];
  readonly results: number[] = [];
  joined = false;
  private changed = () => {};

  constructor(readonly name: string) {}

  async connect(url: string): Promise<void> {
    const resumes = this.token !== "";
    const offer = resumes ? "achex.2, achex.2.resume" : "achex.2";
    const socket = new WebSocket(url, { headers: { "sec-websocket-protocol": offer } });
    this.socket = socket;
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.addEventListener("open", () => {
      const { token, received } = this;
      const $resume = resumes ? { token, generation: ++this.generation, received } : true;
      socket.send(JSON.stringify({ $resume }));
      if (!resumes) resolve();
    });
    socket.addEventListener("message", ({ data }) => {
      if (this.socket !== socket) return;
      const frame: unknown = JSON.parse(String(data));
      if (!isJsonObject(frame)) return;
      if ("$resumed" in frame) {
        this.continueFrom(frame.$resumed);
        resolve();
      }
      this.take(frame);
    });
    await within(`${this.name} connects`, promise);
  }

  /** The connection is gone: nothing that is under way arrives. */
  drop(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.terminate();
  }

  send(frame: JsonObject): void {
    const text = JSON.stringify(frame);
    this.sent.push(text);
    this.socket?.send(text);
  }

  async until(what: string, isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.changed = resolve;
      await within(
        `${this.name}: ${what}, ${this.heard.length} heard, ${this.results.length} results`,
        promise,
        20_000,
      );
    }
  }

  private continueFrom(resumed: unknown): void {
    if (!isJsonObject(resumed)) throw new Error("not resumed");
    this.confirmed = Number(resumed.received);
    for (const text of this.sent.slice(this.confirmed)) this.socket?.send(text);
  }

  private take(frame: JsonObject): void {
    if (isCountedFromServer(frame)) this.received++;
    if (this.received % 200 === 199) this.acknowledge();
    const { $resumable, $fault, n, $ref, $result } = frame;
    if (isJsonObject($resumable)) this.token = String($resumable.token);
    if ($fault) throw new Error(`${this.name} got ${JSON.stringify($fault)}`);
    if (typeof n === "number") this.heard.push(n);
    if (isJsonObject($result) && "taken" in $result) this.results.push(Number($ref));
    if (isJsonObject($result) && "count" in $result) this.joined = true;
    this.changed();
  }

  private acknowledge(): void {
    this.socket?.send(`{"$seen":{"received":${this.received},"sent":${this.sent.length}}}`);
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The address of the main port, or of the cloud port. */
const address = (server: TestServer, n: number) => (n % 2 === 0 ? server.ws("/hall") : server.cloud("/hall"));

test("[R71 R73] over real sockets on two ports: clients that drop again and again get every message once and in order", async () => {
  const CLIENTS = 6;
  const ROUNDS = 40;
  const PER_ROUND = 20;
  await using server = await startServer({ "max-frames-per-second": 0 });
  const clients = numbers(CLIENTS).map((n) => new DroppingClient(`c${n}`));
  for (const [n, client] of clients.entries()) {
    await client.connect(address(server, n));
    client.send({ $ref: 1_000_000, setID: client.name });
    client.send({ $ref: 1_000_001, joinHub: "h" });
  }
  const [sender, ...receivers] = clients;
  if (!sender) throw new Error("no sender");
  for (const client of clients) await client.until("its join", () => client.joined);
  for (let round = 0; round < ROUNDS; round++) {
    // Some drop in the middle of what they send or receive.
    const dropped = clients.filter((_, n) => (round + n) % 3 === 0);
    for (let n = 0; n < PER_ROUND; n++) {
      const id = round * PER_ROUND + n;
      sender.send({ $ref: id, toH: "h", n: id, text: "x".repeat(id % 50 === 0 ? 200_000 : 20) });
      if (n === PER_ROUND / 2) for (const one of dropped) one.drop();
    }
    for (const [n, one] of dropped.entries()) await one.connect(address(server, round + n));
  }
  const total = ROUNDS * PER_ROUND;
  await sender.until("all results", () => sender.results.length >= total);
  expect(sender.results).toEqual(numbers(total));
  for (const one of receivers) {
    await one.until("all messages", () => one.heard.length >= total);
    expect(one.heard).toEqual(numbers(total));
  }
  const metrics = await server.metrics();
  expect(metrics.get("achex_count_mismatches_total")).toBe(0);
  expect(metrics.get('achex_resumes_total{outcome="resumed"}')).toBeGreaterThan(60);
}, 60_000);
