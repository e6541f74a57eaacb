import type { WebSocketConstructor } from "@achex/client";

/** A WebSocket that tells of every text frame as it stands on the wire. */
export function observedWebSocket(observe: (direction: "in" | "out", text: string) => void): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.addEventListener("message", ({ data }) => observe("in", String(data)));
    }

    override send(data: string | Uint8Array<ArrayBuffer>): void {
      if (typeof data === "string") observe("out", data);
      super.send(data);
    }
  };
}
