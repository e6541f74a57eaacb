/** One WebSocket, as far as the page needs it; tests bring one of their own. */
export interface Wire {
  /** The subprotocol the server confirmed; empty for none. */
  readonly protocol: string;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

export interface WireEvents {
  opened(wire: Wire): void;
  received(data: string | Uint8Array<ArrayBuffer>): void;
  closed(end: { readonly code: number; readonly reason: string }): void;
}

/** Throws what the constructor of WebSocket throws. */
export type OpenWire = (url: string, protocols: readonly string[], events: WireEvents) => Wire;

export const openWire: OpenWire = (url, protocols, events) => {
  const socket = new WebSocket(url, [...protocols]);
  socket.binaryType = "arraybuffer";
  const wire: Wire = {
    get protocol() {
      return socket.protocol;
    },
    send: (data) => socket.send(data),
    close: (code, reason) => socket.close(code, reason),
  };
  socket.onopen = () => events.opened(wire);
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === "string") events.received(data);
    else if (data instanceof ArrayBuffer) events.received(new Uint8Array(data));
  };
  socket.onclose = ({ code, reason }) => events.closed({ code, reason });
  return wire;
};
