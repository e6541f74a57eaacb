import { RawClient } from "../hostile/kit/raw-client.ts";

const MESSAGE_BYTES = 100;

/** Sends messages of 100 bytes to kept hubs and counts their results. */
export class Publisher {
  acknowledged = 0;
  failed = 0;
  /** Time between a message and its result, in milliseconds, if they are recorded. */
  times: number[] | undefined;
  private sent = 0;
  private readonly sentAt: number[] = [];
  private wake: (() => void) | undefined;

  private constructor(
    private readonly client: RawClient,
    private readonly hubs: readonly string[],
  ) {
    client.onText = (text) => this.received(text);
  }

  static async connect(port: number, name: string, hubs: readonly string[]): Promise<Publisher> {
    const client = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1", achex2: true }, () => {});
    client.text(JSON.stringify({ setID: name }));
    return new Publisher(client, hubs);
  }

  get pending(): number {
    return this.sent - this.acknowledged - this.failed;
  }

  /** Keeps so many messages under way. */
  async keepSending(window: number, until: () => boolean): Promise<void> {
    while (!until()) {
      while (this.pending < window) this.send();
      await this.result();
    }
    while (this.pending > 0) await this.result();
  }

  send(): void {
    const ref = ++this.sent;
    const hub = this.hubs[ref % this.hubs.length] ?? "k";
    const start = `{"$ref":${ref},"toH":"${hub}","p":"`;
    if (this.times) this.sentAt[ref] = performance.now();
    this.client.text(`${start}${"x".repeat(Math.max(0, MESSAGE_BYTES - start.length - 2))}"}`);
  }

  end(): void {
    this.client.drop();
  }

  /** Resolves with the next result. */
  private result(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private received(text: string): void {
    if (!text.startsWith('{"$ref":')) return;
    if (text.includes('"$fault"')) this.failed++;
    else this.acknowledged++;
    const { times } = this;
    if (times) {
      const ref = Number.parseInt(text.slice(8), 10);
      times.push(performance.now() - (this.sentAt[ref] ?? 0));
      delete this.sentAt[ref];
    }
    this.wake?.();
    this.wake = undefined;
  }
}
