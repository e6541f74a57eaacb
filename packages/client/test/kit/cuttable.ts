/** The runtime's WebSocket, with a way to cut every connection that is open, as a network would. */
export function cuttable() {
  const open = new Set<WebSocket>();
  class Cuttable extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      open.add(this);
      this.addEventListener("close", () => open.delete(this));
    }
  }
  return {
    WebSocket: Cuttable,
    cut() {
      for (const socket of open) socket.terminate();
    },
  };
}
