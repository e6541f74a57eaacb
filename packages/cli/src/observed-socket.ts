import { SUBPROTOCOL, splitBinary } from "@achex/protocol";
import { connectError } from "./connection-errors.ts";

/** What an observer hears of a connection while it opens and while it lasts. */
export interface SocketObserver {
  /** Every frame the server sends, text as it came; of a binary one, its header and the number of bytes behind it. */
  frame(text: string, bytes: number | undefined): void;
  /** Open, but the server did not take up our dialect. */
  otherDialect(): void;
  /** It could not be opened. */
  failed(why: Error): void;
  closed(code: number, reason: string): void;
}

/** The runtime's WebSocket with somebody listening in: the client library shows messages, not frames. */
export function observedWebSocket(observer: SocketObserver): new (url: string, protocols: string[]) => WebSocket {
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.addEventListener("open", () => {
        if (this.protocol !== SUBPROTOCOL) observer.otherDialect();
      });
      this.addEventListener("error", (event) => observer.failed(connectError(url, event)));
      this.addEventListener("close", ({ code, reason }) => observer.closed(code, reason));
      this.addEventListener("message", ({ data }: { data: unknown }) => {
        if (typeof data === "string") observer.frame(data, undefined);
        else if (data instanceof ArrayBuffer) {
          const parts = splitBinary(new Uint8Array(data));
          if (parts) observer.frame(parts.header, parts.body.byteLength);
        }
      });
    }
  };
}
