import type { WebSocketConstructor } from "@achex/client";

/** A WebSocket that reports every text frame as it is on the wire. */
export function observedWebSocket(observe: (direction: "in" | "out", text: string) => void): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.addEventListener("message", ({ data }) => observe("in", String(data)));
    }

    override send(data: string | Uint8Array<ArrayBuffer>): void {
      super.send(data);
      // Reported afterwards, so that the observer does not delay the frame.
      if (typeof data === "string") observe("out", data);
    }
  };
}
