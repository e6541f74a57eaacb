/** A WebSocket class whose connections go to the given servers in turn, as behind a load balancer. */
export function rotatingSocket(urls: readonly string[], first = 0, opened: (socket: WebSocket) => void = () => {}) {
  let turn = first;
  return class extends WebSocket {
    constructor(_url: string, protocols: string[]) {
      super(urls[turn++ % urls.length] ?? "", protocols);
      opened(this);
    }
  };
}
