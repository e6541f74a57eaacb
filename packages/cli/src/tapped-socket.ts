import { SUBPROTOCOL, splitBinary } from "@achex/protocol";
import { connectionFailure } from "./connection-failure.ts";

/** What a tap tells of a connection on its way up and while it lasts. */
export interface Tap {
  /** Every frame the server sends, text as it came; of a binary one, its header and the number of bytes behind it. */
  frame(text: string, bytes: number | undefined): void;
  /** Open, but the server did not take up our dialect. */
  otherDialect(): void;
  /** It could not be opened. */
  failed(why: Error): void;
  closed(code: number, reason: string): void;
}

/** The runtime's WebSocket with somebody listening in: the client library shows messages, not frames. */
export function tappedWebSocket(tap: Tap): new (url: string, protocols: string[]) => WebSocket {
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.addEventListener("open", () => {
        if (this.protocol !== SUBPROTOCOL) tap.otherDialect();
      });
      this.addEventListener("error", (event) => tap.failed(connectionFailure(url, event)));
      this.addEventListener("close", ({ code, reason }) => tap.closed(code, reason));
      this.addEventListener("message", ({ data }: { data: unknown }) => {
        if (typeof data === "string") tap.frame(data, undefined);
        else if (data instanceof ArrayBuffer) {
          const parts = splitBinary(new Uint8Array(data));
          if (parts) tap.frame(parts.header, parts.body.byteLength);
        }
      });
    }
  };
}
