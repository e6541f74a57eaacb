// A TCP proxy between clients and server that can cut a client's connection in both directions, without a closing handshake.
// Each client has its own port. Bytes need some time to pass, so a cut always loses what is in transit.
import { createServer, type Server, Socket } from "node:net";

/** Bytes are passed on at this interval; the delay is exact to this much. */
const TICK_MS = 5;

interface InTransit {
  readonly due: number;
  readonly bytes: Buffer;
}

/** One direction of one connection. */
class Pipe {
  private waiting: InTransit[] = [];

  constructor(
    from: Socket,
    private readonly to: Socket,
    delayMs: number,
  ) {
    from.on("data", (bytes) => this.waiting.push({ due: performance.now() + delayMs, bytes: Buffer.from(bytes) }));
  }

  pass(now: number): void {
    const first = this.waiting.findIndex(({ due }) => due > now);
    const ready = this.waiting.splice(0, first < 0 ? this.waiting.length : first);
    if (ready.length > 0 && !this.to.destroyed) this.to.write(Buffer.concat(ready.map(({ bytes }) => bytes)));
  }

  lose(): void {
    this.waiting = [];
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }
}

class Connection {
  private readonly pipes: readonly [Pipe, Pipe];
  private isEnding = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    delayMs: number,
    private readonly ended: () => void,
  ) {
    this.pipes = [new Pipe(client, server, delayMs), new Pipe(server, client, delayMs)];
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", () => this.cut());
      socket.on("close", () => {
        this.isEnding = true;
      });
    }
  }

  pass(now: number): void {
    for (const pipe of this.pipes) pipe.pass(now);
    // The end of one side reaches the other after the bytes before it.
    if (this.isEnding && this.pipes.every(({ isEmpty }) => isEmpty)) this.end();
  }

  /** Both sides see a reset connection, and everything in transit is lost. */
  cut(): void {
    for (const pipe of this.pipes) pipe.lose();
    this.client.resetAndDestroy();
    this.server.resetAndDestroy();
    this.ended();
  }

  private end(): void {
    this.client.end();
    this.server.end();
    this.ended();
  }
}

class Gate {
  private readonly open = new Set<Connection>();
  private isDown = false;
  /** Connections that existed when the gate went down. */
  cuts = 0;

  constructor(
    private readonly listener: Server,
    target: number,
    delayMs: number,
  ) {
    listener.on("connection", (client) => {
      if (this.isDown) {
        client.resetAndDestroy();
        return;
      }
      const server = new Socket().connect(target, "127.0.0.1");
      const connection: Connection = new Connection(client, server, delayMs, () => this.open.delete(connection));
      this.open.add(connection);
    });
  }

  get port(): number {
    const address = this.listener.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  pass(now: number): void {
    for (const connection of this.open) connection.pass(now);
  }

  setDown(isDown: boolean): void {
    this.isDown = isDown;
    if (!isDown) return;
    this.cuts += this.open.size;
    for (const connection of this.open) connection.cut();
  }

  close(): void {
    this.listener.close();
    this.setDown(true);
  }
}

export class DroppingProxy {
  private readonly timer: ReturnType<typeof setInterval>;

  private constructor(private readonly gates: readonly Gate[]) {
    this.timer = setInterval(() => {
      const now = performance.now();
      for (const gate of gates) gate.pass(now);
    }, TICK_MS);
  }

  /** `delayMs` is the time that bytes need in each direction. */
  static async open(options: {
    readonly clients: number;
    readonly target: number;
    readonly delayMs: number;
  }): Promise<DroppingProxy> {
    const listen = async (): Promise<Gate> => {
      const listener = createServer();
      await new Promise<void>((resolve, reject) => {
        listener.once("error", reject);
        listener.listen(0, "127.0.0.1", () => resolve());
      });
      return new Gate(listener, options.target, options.delayMs);
    };
    return new DroppingProxy(await Promise.all(Array.from({ length: options.clients }, listen)));
  }

  /** The port of each client. */
  get ports(): number[] {
    return this.gates.map(({ port }) => port);
  }

  /** Connections cut so far. */
  get cuts(): number {
    return this.gates.reduce((sum, { cuts }) => sum + cuts, 0);
  }

  /** Cuts the client's connection, and resets each new one until `restore`. */
  cut(client: number): void {
    this.gates[client]?.setDown(true);
  }

  restore(client: number): void {
    this.gates[client]?.setDown(false);
  }

  close(): void {
    clearInterval(this.timer);
    for (const gate of this.gates) gate.close();
  }
}
