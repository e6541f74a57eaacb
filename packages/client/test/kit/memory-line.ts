import type { createMemoryNode } from "../../../server/test/kit/node.ts";
import type { WebSocketConstructor, WebSocketLike } from "../../src/socket.ts";

type MemoryNode = ReturnType<typeof createMemoryNode>;

/** What the connections of one simulation share. */
interface Wiring {
  readonly node: MemoryNode;
  readonly random: () => number;
  readonly lines: Set<Line>;
  cuts: number;
}

/** A WebSocket into a node of this process. */
class Line implements WebSocketLike {
  binaryType = "";
  readonly protocol = "achex.2";
  onopen: ((event: object) => unknown) | null = null;
  onmessage: ((event: { data: string }) => unknown) | null = null;
  onclose: ((event: { code: number; reason: string }) => unknown) | null = null;
  onerror: ((event: object) => unknown) | null = null;
  private connection: ReturnType<MemoryNode["connect"]> | undefined;
  private out: string[] = [];

  constructor(private readonly wiring: Wiring) {
    wiring.lines.add(this);
  }

  send(data: string | Uint8Array): void {
    this.out.push(String(data));
  }

  close(code = 1000): void {
    if (!this.wiring.lines.delete(this)) return;
    for (const text of this.out.splice(0)) this.connection?.send(text);
    this.connection?.end(code);
  }

  cut(): void {
    if (!this.wiring.lines.delete(this)) return;
    this.wiring.cuts++;
    // Some of what was sent got through, and no reply to it will.
    for (const text of this.out.splice(0)) if (this.wiring.random() < 0.5) this.connection?.send(text);
    this.connection?.end(1006);
    this.onclose?.({ code: 1006, reason: "" });
  }

  flush(): void {
    if (!this.connection) {
      this.connection = this.wiring.node.connect({ dialect: "achex.2" });
      this.onopen?.({});
    }
    for (const text of this.out.splice(0)) this.connection.send(text);
    for (const data of this.connection.socket.flush())
      if (this.wiring.lines.has(this)) this.onmessage?.({ data: String(data) });
  }
}

/**
 * WebSockets into a node of this process. Nothing moves by itself: frames of either direction wait until the test lets them
 * through, and a cut loses what is on the way.
 */
export function memoryLine(node: MemoryNode, random: () => number) {
  const wiring: Wiring = { node, random, lines: new Set(), cuts: 0 };
  const WebSocket: WebSocketConstructor = class extends Line {
    constructor() {
      super(wiring);
    }
  };
  const any = () => [...wiring.lines][Math.floor(random() * wiring.lines.size)];
  return {
    WebSocket,
    get cuts() {
      return wiring.cuts;
    },
    cutOne: () => any()?.cut(),
    flushSome: () => any()?.flush(),
    /** Until nothing moves any more. */
    flush() {
      for (let turn = 0; turn < 20; turn++) for (const line of [...wiring.lines]) line.flush();
    },
  };
}
