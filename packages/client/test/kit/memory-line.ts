import type { createMemoryNode } from "../../../server/test/kit/node.ts";
import type { WebSocketConstructor, WebSocketLike } from "../../src/socket.ts";

type MemoryNode = ReturnType<typeof createMemoryNode>;
type Arrived = { readonly data: string };

/**
 * WebSockets into a node of this process. Nothing moves by itself: frames of either direction wait until the test lets them
 * through, and a cut loses what is on the way.
 */
export function memoryLine(node: MemoryNode, random: () => number) {
  const lines = new Set<Line>();
  let cuts = 0;

  class Line implements WebSocketLike {
    binaryType = "";
    readonly protocol = "achex.2";
    onopen: ((event: object) => unknown) | null = null;
    onmessage: ((event: Arrived) => unknown) | null = null;
    onclose: ((event: { code: number; reason: string }) => unknown) | null = null;
    onerror: ((event: object) => unknown) | null = null;
    private connection: ReturnType<MemoryNode["connect"]> | undefined;
    private out: string[] = [];

    constructor() {
      lines.add(this);
    }

    send(data: string | Uint8Array): void {
      this.out.push(String(data));
    }

    close(code = 1000): void {
      if (!lines.delete(this)) return;
      for (const text of this.out.splice(0)) this.connection?.send(text);
      this.connection?.end(code);
    }

    cut(): void {
      if (!lines.delete(this)) return;
      cuts++;
      // Some of what was sent got through, and no reply to it will.
      for (const text of this.out.splice(0)) if (random() < 0.5) this.connection?.send(text);
      this.connection?.end(1006);
      this.onclose?.({ code: 1006, reason: "" });
    }

    flush(): void {
      if (!this.connection) {
        this.connection = node.connect({ dialect: "achex.2" });
        this.onopen?.({});
      }
      for (const text of this.out.splice(0)) this.connection.send(text);
      for (const data of this.connection.socket.flush()) if (lines.has(this)) this.onmessage?.({ data: String(data) });
    }
  }

  const WebSocket: WebSocketConstructor = Line;
  const any = () => [...lines][Math.floor(random() * lines.size)];
  return {
    WebSocket,
    get cuts() {
      return cuts;
    },
    cutOne: () => any()?.cut(),
    flushSome: () => any()?.flush(),
    /** Until nothing moves any more. */
    flush() {
      for (let turn = 0; turn < 20; turn++) for (const line of [...lines]) line.flush();
    },
  };
}
