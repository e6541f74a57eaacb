// Many clients that drop at once and come back, in a process of their own: FILE JSON. Prints one line of JSON after each step,
// and takes the next step at each line of its input: connect, drop, return.
import { createInterface } from "node:readline";
import { isCountedFromServer, isJsonObject, type JsonObject } from "@achex/protocol";
import { type Endpoint, RawClient } from "../hostile/kit/raw-client.ts";

export interface CrowdOptions {
  readonly port: number;
  readonly instance: string;
  readonly clients: number;
  /** Clients in each hub; 0 joins none. */
  readonly perHub: number;
  /** Messages that each hub gets while its members are away. */
  readonly messages: number;
  /** False compares with clients that log in and join again. */
  readonly resume: boolean;
}

const options: CrowdOptions = JSON.parse(process.argv[2] ?? "");
const IN_FLIGHT = 500;
const ADDRESS = "127.0.0.1";

const hubOf = (n: number): string => `hub${Math.floor(n / options.perHub)}`;
const endpoint = (resumes: boolean): Endpoint => ({
  port: options.port,
  instance: options.instance,
  address: ADDRESS,
  achex2: true,
  resumes,
});

/** One client of the crowd. */
class CrowdClient {
  received = 0;
  /** Messages of the hub. */
  messages = 0;
  token: string | undefined;
  private client: RawClient | undefined;
  private counting = false;
  private wake: () => void = () => {};
  private answeredRef = -1;
  /** Frames received once everything missed has arrived; unknown until the relay says so. */
  private goal = Number.POSITIVE_INFINITY;
  private refusal: string | undefined;

  constructor(private readonly n: number) {}

  async enter(): Promise<void> {
    const client = await this.connect(false);
    this.counting = false;
    this.answeredRef = -1;
    if (options.resume) client.text('{"$resume":true}');
    client.text(`{"$ref":0,"setID":"member${this.n}"}`);
    if (options.perHub > 0) client.text(`{"$ref":1,"joinHub":"${hubOf(this.n)}"}`);
    const lastRef = options.perHub > 0 ? 1 : 0;
    await this.until(() => this.answeredRef === lastRef);
  }

  drop(): void {
    this.client?.drop();
  }

  /** Resolves when the client has resumed and has received everything it missed, or has logged in and joined again. */
  async comeBack(): Promise<void> {
    if (!options.resume) return this.enter();
    const client = await this.connect(true);
    const { token, received } = this;
    client.text(JSON.stringify({ $resume: { token, generation: 1, received } }));
    this.goal = Number.POSITIVE_INFINITY;
    await this.until(() => this.received >= this.goal);
  }

  private async connect(resumes: boolean): Promise<RawClient> {
    const client = await RawClient.connect(endpoint(resumes), (text) => this.heard(text));
    this.client = client;
    void client.closed.then(() => this.wake());
    return client;
  }

  private heard(text: string): void {
    const frame: unknown = JSON.parse(text);
    if (!isJsonObject(frame)) return;
    if (this.counting && isCountedFromServer(frame)) this.received++;
    if ("toH" in frame) this.messages++;
    if (isJsonObject(frame.$resumable)) {
      this.counting = true;
      this.token = String(frame.$resumable.token);
    }
    this.answered(frame);
    this.wake();
  }

  // Several frames arrive in one turn, before a waiting function continues.
  private answered({ $ref, $fault, $resumed }: JsonObject): void {
    if (typeof $ref === "number") this.answeredRef = $ref;
    if (isJsonObject($fault)) this.refusal = JSON.stringify($fault);
    if (isJsonObject($resumed)) this.goal = this.received + Number($resumed.replay);
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.refusal !== undefined) throw new Error(`the relay refused a client: ${this.refusal}`);
      if (!this.client?.isOpen) throw new Error(`the relay closed a connection with ${this.client?.closeCode}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

/** Calls `work` for each client, a few at a time. */
async function each(clients: readonly CrowdClient[], work: (client: CrowdClient) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let client = clients[next++]; client; client = clients[next++]) await work(client);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** Sends to every hub; resolves when the relay has handled it all, with the number of receivers that were away. */
async function sendToAway(): Promise<number> {
  const hubs = options.perHub > 0 ? Math.ceil(options.clients / options.perHub) : 0;
  let held = 0;
  let left = hubs * options.messages;
  const done = Promise.withResolvers<void>();
  const sender = await RawClient.connect(endpoint(false), (text) => {
    const frame: unknown = JSON.parse(text);
    if (!isJsonObject(frame) || frame.$ref !== 1) return;
    if (isJsonObject(frame.$result)) held += Number(frame.$result.held ?? 0);
    if (--left === 0) done.resolve();
  });
  sender.text('{"setID":"sender"}');
  for (let i = 0; i < options.messages; i++)
    for (let hub = 0; hub < hubs; hub++)
      sender.text(`{"$ref":1,"toH":"hub${hub}","n":${i},"text":"${"x".repeat(60)}"}`);
  if (left > 0) await done.promise;
  sender.drop();
  return held;
}

async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const report = async (value: object): Promise<void> => {
    console.log(JSON.stringify(value));
    await lines.next();
  };
  const clients = Array.from({ length: options.clients }, (_, n) => new CrowdClient(n));
  const start = performance.now();
  await each(clients, (client) => client.enter());
  await report({ secondsToEnter: (performance.now() - start) / 1_000 });
  for (const client of clients) client.drop();
  await report({ dropped: clients.length });
  const held = await sendToAway();
  await report({ held });
  const back = performance.now();
  await each(clients, (client) => client.comeBack());
  const secondsToReturn = (performance.now() - back) / 1_000;
  const messages = clients.reduce((sum, client) => sum + client.messages, 0);
  await report({ secondsToReturn, messages });
  process.exit(0);
}

await main();
