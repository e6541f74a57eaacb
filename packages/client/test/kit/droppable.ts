/** The runtime's WebSocket, with a way to drop every open connection, as a network would. */
export function droppable() {
  const open = new Set<WebSocket>();
  class Droppable extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      open.add(this);
      this.addEventListener("close", () => open.delete(this));
    }
  }
  return {
    WebSocket: Droppable,
    drop() {
      for (const socket of open) socket.terminate();
    },
  };
}
