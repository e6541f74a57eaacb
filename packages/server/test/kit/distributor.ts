import { connect, createServer, type Socket } from "node:net";

/** A port in front of several, as a load balancer is that knows nothing but TCP. */
export interface Distributor extends AsyncDisposable {
  readonly port: number;
}

/** Connection n goes to the port that `next` returns for it. Listens on a free port of loopback unless one is given. */
export async function startDistributor(next: () => number, port = 0): Promise<Distributor> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const node = connect(next(), "127.0.0.1");
    // Each pipe also ends its target, after all that was read has been written.
    client.pipe(node).pipe(client);
    for (const socket of [client, node]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
    client.on("error", () => node.destroy());
    node.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the distributor has no port");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
