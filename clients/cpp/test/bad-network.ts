import { createServer, connect as dial, type Server, type Socket } from "node:net";

/** A bad network between a client and a relay. */
export class BadNetwork {
  /** Connections that it has dropped. */
  drops = 0;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** Nothing is passed on, and nobody notices: a half-open connection. */
  #isHeld = false;
  #isDown = false;
  #cutting: ReturnType<typeof setInterval> | undefined;

  private constructor(server: Server, target: number) {
    this.#server = server;
    server.on("connection", (client) => this.#connected(client, target));
  }

  static async listen(target: number): Promise<BadNetwork> {
    const server = createServer();
    const proxy = new BadNetwork(server, target);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  change({ held, down, drop, every }: { readonly [setting: string]: unknown }): void {
    if (typeof held === "boolean") this.#hold(held);
    if (typeof down === "boolean") this.#isDown = down;
    if (drop === true) this.#drop();
    if (typeof every === "number") {
      clearInterval(this.#cutting);
      if (every > 0) this.#cutting = setInterval(() => this.#drop(), every);
    }
  }

  close(): void {
    clearInterval(this.#cutting);
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
    for (const [from, to] of [pair, [relay, client]] as const) {
      from.setNoDelay(true);
      from.on("data", (bytes) => {
        if (this.#isHeld) return;
        if (!to.write(bytes)) from.pause();
      });
      to.on("drain", () => from.resume());
      from.on("error", () => {});
      from.on("close", () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
    }
  }

  #hold(held: boolean): void {
    this.#isHeld = held;
  }

  #drop(): void {
    for (const [client, relay] of this.#pairs) {
      this.drops++;
      client.destroy();
      relay.destroy();
    }
  }
}
