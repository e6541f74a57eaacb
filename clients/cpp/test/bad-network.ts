import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { Random } from "../../../packages/server/test/sim/random.ts";

/** A bad network between a client and a relay. */
export class BadNetwork {
  /** Connections that it has dropped. */
  drops = 0;
  /** Bytes that clients have sent, passed on or not. */
  received = 0;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** Nothing is passed on, and nobody notices: a half-open connection. */
  #isHeld = false;
  #isDown = false;
  /** Everything arrives byte by byte. */
  #isSlow = false;
  /** Where each connection drops: after so many bytes on average, at random places. */
  #faults: { readonly random: Random; readonly bytes: number } | undefined;

  private constructor(server: Server, target: number) {
    this.#server = server;
    server.on("connection", (client) => this.#connected(client, target));
  }

  static async listen(target: number, host: string): Promise<BadNetwork> {
    const server = createServer();
    const proxy = new BadNetwork(server, target);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  change({ held, down, drop, slow, bytes, seed }: { readonly [setting: string]: unknown }): void {
    if (typeof held === "boolean") this.#hold(held);
    if (typeof down === "boolean") this.#isDown = down;
    if (typeof slow === "boolean") this.#isSlow = slow;
    if (drop === true) this.#drop();
    // By bytes rather than by time: a slow machine gets as far as a fast one.
    if (typeof bytes === "number") this.#faults = bytes > 0 ? { random: new Random(Number(seed)), bytes } : undefined;
  }

  close(): void {
    this.#server.close();
    this.#drop();
  }

  #connected(client: Socket, target: number): void {
    if (this.#isDown) {
      client.destroy();
      return;
    }
    const relay = dial(target, "127.0.0.1");
    const pair = [client, relay] as const;
    this.#pairs.add(pair);
    let passed = 0;
    let limit: number | undefined;
    for (const [from, to] of [pair, [relay, client]] as const) {
      let dripping = Promise.resolve();
      from.setNoDelay(true);
      from.on("data", (chunk) => {
        // A copy: Bun may fill the memory of a chunk with the next one, and what is slow or waits is written later.
        const bytes = Uint8Array.from(chunk);
        if (from === client) this.received += bytes.length;
        if (this.#isHeld) return;
        if (this.#isSlow) {
          // One after the other: two pieces at once would mix their bytes.
          dripping = dripping.then(() => this.#drip(to, bytes));
          return;
        }
        const faults = this.#faults;
        limit = faults && (limit ?? passed + faults.random.below(2 * faults.bytes));
        const rest = limit === undefined ? bytes.length : limit - passed;
        passed += bytes.length;
        // The end may be in the middle of a frame.
        if (!to.write(bytes.subarray(0, Math.max(0, rest)))) from.pause();
        if (bytes.length > rest) this.#dropPair(pair);
      });
      to.on("drain", () => from.resume());
      from.on("error", () => {});
      from.on("close", () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
    }
  }

  async #drip(to: Socket, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !to.destroyed; at++)
      await new Promise((resolve) => to.write(bytes.subarray(at, at + 1), () => setImmediate(resolve)));
  }

  #hold(held: boolean): void {
    this.#isHeld = held;
  }

  #drop(): void {
    for (const pair of this.#pairs) this.#dropPair(pair);
  }

  #dropPair(pair: readonly [Socket, Socket]): void {
    if (!this.#pairs.delete(pair)) return;
    this.drops++;
    // What was written so far still goes out.
    for (const socket of pair) socket.destroySoon();
  }
}
