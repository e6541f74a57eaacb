/** The part of a WebSocket that the page uses; tests substitute their own. */
export interface PageSocket {
  /** The subprotocol the server confirmed, or "" for none. */
  readonly protocol: string;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

export interface SocketEvents {
  opened(handle: PageSocket): void;
  received(data: string | Uint8Array<ArrayBuffer>): void;
  closed(end: { readonly code: number; readonly reason: string }): void;
}

/** Opens a WebSocket. Throws whatever the WebSocket constructor throws. */
export type OpenSocket = (url: string, protocols: readonly string[], events: SocketEvents) => PageSocket;

export const openSocket: OpenSocket = (url, protocols, events) => {
  const socket = new WebSocket(url, [...protocols]);
  socket.binaryType = "arraybuffer";
  const handle: PageSocket = {
    get protocol() {
      return socket.protocol;
    },
    send: (data) => socket.send(data),
    close: (code, reason) => socket.close(code, reason),
  };
  socket.onopen = () => events.opened(handle);
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === "string") events.received(data);
    else if (data instanceof ArrayBuffer) events.received(new Uint8Array(data));
  };
  socket.onclose = ({ code, reason }) => events.closed({ code, reason });
  return handle;
};
