import { RESUME_MARKER } from "@achex/protocol";
import type { SimulatedRelay } from "../../../server/test/kit/simulated-relay.ts";
import type { WebSocketConstructor, WebSocketLike } from "../../src/socket.ts";

/** State shared by the connections of one simulation. */
interface Network {
  readonly node: SimulatedRelay;
  readonly random: () => number;
  readonly sockets: Set<MemorySocket>;
  drops: number;
}

/** A WebSocket to a node in this process. */
class MemorySocket implements WebSocketLike {
  binaryType = "";
  readonly protocol = "achex.2";
  onopen: ((event: object) => unknown) | null = null;
  onmessage: ((event: { data: string }) => unknown) | null = null;
  onclose: ((event: { code: number; reason: string }) => unknown) | null = null;
  onerror: ((event: object) => unknown) | null = null;
  private connection: ReturnType<SimulatedRelay["open"]> | undefined;
  private out: string[] = [];

  constructor(
    private readonly network: Network,
    private readonly protocols: readonly string[],
  ) {
    network.sockets.add(this);
  }

  send(data: string | Uint8Array): void {
    this.out.push(String(data));
  }

  close(code = 1000): void {
    if (!this.network.sockets.delete(this)) return;
    for (const text of this.out.splice(0)) this.connection?.send(text);
    this.connection?.end(code);
  }

  drop(): void {
    if (!this.network.sockets.delete(this)) return;
    this.network.drops++;
    // The first of what was sent got through, and no reply to it will.
    const arrived = Math.floor(this.network.random() * (this.out.length + 1));
    for (const text of this.out.splice(0).slice(0, arrived)) this.connection?.send(text);
    this.connection?.end(1006);
    this.onclose?.({ code: 1006, reason: "" });
  }

  flush(): void {
    if (!this.connection) {
      const resumes = this.protocols.includes(RESUME_MARKER);
      this.connection = this.network.node.open({ dialect: "achex.2", ...(resumes && { resumes }) });
      this.onopen?.({});
    }
    for (const text of this.out.splice(0)) this.connection.send(text);
    for (const data of this.connection.socket.flush())
      if (this.network.sockets.has(this)) this.onmessage?.({ data: String(data) });
  }
}

/**
 * WebSockets to a node in this process. Frames in both directions wait until the test lets them through, and a drop loses those
 * in flight.
 */
export function memoryNetwork(node: SimulatedRelay, random: () => number) {
  const network: Network = { node, random, sockets: new Set(), drops: 0 };
  const WebSocket: WebSocketConstructor = class extends MemorySocket {
    constructor(_url: string, protocols: string[]) {
      super(network, protocols);
    }
  };
  const any = () => [...network.sockets][Math.floor(random() * network.sockets.size)];
  return {
    WebSocket,
    get drops() {
      return network.drops;
    },
    dropOne: () => any()?.drop(),
    flushSome: () => any()?.flush(),
    /** Lets frames through until none is left. */
    flush() {
      for (let turn = 0; turn < 20; turn++) for (const line of [...network.sockets]) line.flush();
    },
  };
}
