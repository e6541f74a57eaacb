/** The part of a WebSocket that the page uses; tests substitute their own. */
export interface PageSocket {
  /** The subprotocol the server confirmed, or "" for none. */
  readonly protocol: string;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  /** Drops the connection; no event follows. Only for a socket that was opened as droppable. */
  drop(): void;
}

export interface SocketEvents {
  opened(handle: PageSocket): void;
  received(data: string | Uint8Array<ArrayBuffer>): void;
  closed(end: { readonly code: number; readonly reason: string }): void;
}

/** Opens a WebSocket. Throws whatever the WebSocket constructor throws. */
export type OpenSocket = (
  url: string,
  protocols: readonly string[],
  events: SocketEvents,
  droppable: boolean,
) => PageSocket;

/** Not `instanceof`: the buffer may come from a frame, which has classes of its own. */
const isArrayBuffer = (data: unknown): data is ArrayBuffer =>
  Object.prototype.toString.call(data) === "[object ArrayBuffer]";

/**
 * A page cannot drop a connection: close() sends a close frame, with a code that means that this was intended. But when a frame is
 * removed, the browser closes its sockets with 1001, as it does when a page goes away.
 */
function socketOfFrame(url: string, protocols: readonly string[]) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.title = "Connection";
  document.body.append(frame);
  const own = frame.contentWindow?.window ?? window;
  return { socket: new own.WebSocket(url, [...protocols]), remove: () => frame.remove() };
}

export const openSocket: OpenSocket = (url, protocols, events, droppable) => {
  const { socket, remove } = droppable
    ? socketOfFrame(url, protocols)
    : { socket: new WebSocket(url, [...protocols]), remove: () => {} };
  socket.binaryType = "arraybuffer";
  const handle: PageSocket = {
    get protocol() {
      return socket.protocol;
    },
    send: (data) => socket.send(data),
    close: (code, reason) => socket.close(code, reason),
    drop: remove,
  };
  socket.onopen = () => events.opened(handle);
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === "string") events.received(data);
    else if (isArrayBuffer(data)) events.received(new Uint8Array(data));
  };
  socket.onclose = ({ code, reason }) => {
    remove();
    events.closed({ code, reason });
  };
  return handle;
};
