import { SUBPROTOCOL, splitBinary } from "@achex/protocol";
import { connectError } from "./connection-errors.ts";

/** Callbacks for the events of a connection. */
export interface SocketObserver {
  /**
   * Called for each frame from the server: the text as received, or for a binary frame its header and the number of bytes after
   * it.
   */
  frame(text: string, bytes: number | undefined): void;
  /** The connection opened, but the server did not accept the subprotocol. */
  otherDialect(): void;
  /** The connection could not be opened. */
  failed(why: Error): void;
  closed(code: number, reason: string): void;
}

/** The runtime's WebSocket, with an observer for raw frames, because the client library reports only messages. */
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
