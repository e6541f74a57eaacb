import type { WebSocketConstructor } from "@achex/client";

/** A WebSocket that tells of every text frame as it stands on the wire. */
export function tapped(tell: (direction: "in" | "out", text: string) => void): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.addEventListener("message", ({ data }) => tell("in", String(data)));
    }

    override send(data: string | Uint8Array<ArrayBuffer>): void {
      if (typeof data === "string") tell("out", data);
      super.send(data);
    }
  };
}
